// A wall clock that tells the daemon another time (libfaketime), changed while it runs.

import AssistantTestKit
import Foundation
import SystemPackage
import Testing

/// The time of day as a daemon is made to see it; its monotonic clocks and its files stay honest.
struct FalseClock {
  private static let library: String? = {
    let roots = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []).map { "/usr/lib/\($0)" }
    return (roots + ["/usr/lib"]).map { $0 + "/faketime/libfaketimeMT.so.1" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()

  static let isAvailable: Bool = {
    if Extent.now == .sanitized {
      print("SKIPPED: clock tests, because a sanitizer wants to be the first library")
      return false
    }
    if library == nil { print("SKIPPED: clock tests, because libfaketime is not installed (Debian: faketime)") }
    return library != nil
  }()

  private let place: Workplace
  private let file: FilePath

  /// - Parameter offset: seconds that the clock goes before the true one.
  init(_ place: Workplace, offset: Int) throws {
    self.place = place
    file = place.root.appending("clock")
    try set(offset)
  }

  func set(_ offset: Int) throws { try place.write(offset < 0 ? "\(offset)\n" : "+\(offset)\n", to: "clock") }

  func startDaemon(_ environment: [String: String]) throws -> RunningProgram {
    let own = [
      "LD_PRELOAD": try #require(Self.library), "FAKETIME_TIMESTAMP_FILE": file.string,
      "FAKETIME_CACHE_DURATION": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
      "NO_FAKE_STAT": "1",
    ]
    // Through env(1): the library adds to the environment of the program that it is loaded into first, and a Swift program
    // finds its arguments beside the environment as the kernel laid it down.
    let program = try #require(Program.eelscoutd.path)
    return try RunningProgram("/usr/bin/env", [program] + place.daemonArguments, own.merging(environment) { $1 })
  }
}
