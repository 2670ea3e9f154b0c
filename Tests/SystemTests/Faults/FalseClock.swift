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

  /// - Parameter setting: `+365d`, or `@2026-10-25 02:59:58` in the daemon's zone.
  init(_ place: Workplace, _ setting: String) throws {
    self.place = place
    file = place.root.appending("clock")
    try set(setting)
  }

  func set(_ setting: String) throws { try place.write(setting + "\n", to: "clock") }

  /// The time that an offset in days stands for.
  var now: Date {
    let text = (try? String(contentsOfFile: file.string, encoding: .utf8)) ?? ""
    let days = Double(text.filter { $0.isNumber || $0 == "-" }) ?? 0
    return Date().addingTimeInterval(days * 86_400)
  }

  func startDaemon(_ environment: [String: String]) throws -> RunningProgram {
    let own = [
      "LD_PRELOAD": try #require(Self.library), "FAKETIME_TIMESTAMP_FILE": file.string,
      "FAKETIME_CACHE_DURATION": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
      "NO_FAKE_STAT": "1", "FAKETIME_DONT_RESET": "1",
    ]
    return try Program.eelscoutd.start(place.daemonArguments, environment: own.merging(environment) { $1 })
  }
}
