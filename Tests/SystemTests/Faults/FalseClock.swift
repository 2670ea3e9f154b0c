// A wall clock that tells the daemon another time, changed while it runs.

import AssistantTestKit
import Foundation
import SystemPackage
import TestExtent
import Testing

/// The time of day as a daemon is made to see it; its monotonic clocks, its timers and its files stay honest.
///
/// A small library in front of libc. libfaketime would not do: it shifts timerfd_settime(2) of monotonic clocks too, so
/// that nothing wakes up any more.
struct FalseClock {
  private static let source = """
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    int clock_gettime(clockid_t clock, struct timespec *time) {
      long status = syscall(SYS_clock_gettime, clock, time);
      if (status != 0 || clock != CLOCK_REALTIME) return (int)status;
      char seconds[32] = "";
      const char *path = getenv("FALSE_CLOCK");
      int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
      if (file >= 0) {
        if (read(file, seconds, sizeof seconds - 1) > 0) time->tv_sec += atol(seconds);
        close(file);
      }
      return 0;
    }
    """

  /// The library, built once a process; nil where it can't be.
  private static let library: String? = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-clock-\(UUID().uuidString)")
    let (code, library) = (folder.path + "/clock.c", folder.path + "/clock.so")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    let compilers = path.split(separator: ":").flatMap { ["\($0)/clang", "\($0)/cc"] }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(source.utf8).write(to: URL(fileURLWithPath: code))
      guard let compiler = compilers.first(where: FileManager.default.isExecutableFile) else { return nil }
      let process = try Process.run(
        URL(fileURLWithPath: compiler), arguments: ["-shared", "-fPIC", "-O1", "-o", library, code])
      process.waitUntilExit()
      return process.terminationStatus == 0 ? library : nil
    } catch {
      return nil
    }
  }()

  static let isAvailable: Bool = {
    if Extent.now == .sanitized {
      print("SKIPPED: clock tests, because a sanitizer wants to be the first library")
      return false
    }
    if library == nil { print("SKIPPED: clock tests, because there is no C compiler to build a false clock with") }
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

  func set(_ offset: Int) throws { try place.write("\(offset)\n", to: "clock") }

  func startDaemon(_ environment: [String: String]) throws -> RunningProgram {
    let own = ["LD_PRELOAD": try #require(Self.library), "FALSE_CLOCK": file.string]
    return try Program.eelscoutd.start(place.daemonArguments, environment: own.merging(environment) { $1 })
  }
}
