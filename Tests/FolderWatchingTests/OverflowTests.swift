// More announcements than the kernel's queue holds.

import Dispatch
import FolderWatching
import Foundation
import SystemPackage
import Testing

@Suite("Overflow", .timeLimit(.minutes(20)))
struct OverflowTests {
  @Test("when the kernel's queue runs over while the watcher is held up, no file is missed")
  func overflow() async throws {
    let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    guard let events = Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)), events <= 65_536 else {
      print("SKIPPED: overflow: fs.inotify.max_queued_events is too large to run over quickly")
      return
    }
    // Creation, change and close are three announcements a file.
    let files = events / 3 + 100
    let folder = try TemporaryFolder()
    let isHeldUp = Locked(true)
    let enter = DispatchSemaphore(value: 0)
    let leave = DispatchSemaphore(value: 0)
    let configure: (inout FolderWatcherOptions) -> Void = { options in
      options.isIgnored = { _ in
        let isFirst = isHeldUp.withLock { held in
          defer { held = false }
          return held
        }
        if isFirst {
          enter.signal()
          leave.wait()
        }
        return false
      }
    }
    try await WatcherUnderTest.run(on: [folder.path], configure: configure) { test in
      try folder.write("scan", to: "first.npy")
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          enter.wait()
          continuation.resume()
        }
      }
      for number in 0..<files { try folder.write("scan", to: "\(number).npy") }
      leave.signal()
      for await notice in test.watcher.notices where notice == .overflow { break }
      let paths = await test.settledPaths()
      #expect(paths.count == files + 1)
      #expect(Set(paths).count == files + 1)
    }
  }
}
