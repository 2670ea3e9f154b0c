// When a file counts as settled, and how often it is handed out.

import FolderWatching
import Glibc
import SystemPackage
import Testing

@Suite("Settling", .timeLimit(.minutes(20)))
struct SettlingTests {
  @Test("files that were there at the start come in the order of their last change")
  func backlog() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("2026/11")
    try folder.write("b", to: "b.npy")
    try folder.write("a", to: "2026/11/a.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.watcher.status().waitingCount == 2)
      test.clock.advance(by: WatcherUnderTest.quiet)
      let first = await test.watcher.next()
      let second = await test.watcher.next()
      #expect(first?.path == folder("b.npy"))
      #expect(second?.path == folder("2026/11/a.npy"))
      #expect(first?.root == folder.path)
      #expect(first.map(\.arrival) ?? 0 < second.map(\.arrival) ?? 0)
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("a file written in pieces is handed out once, when it is whole")
  func slowWriter() async throws {
    let folder = try TemporaryFolder()
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let path = try folder.write("piece", to: "scan.dm4")
      for _ in 0..<5 {
        await test.watcher.lookNow()
        test.clock.advance(by: .milliseconds(1900))
        try folder.write("piece", to: path, appending: true)
        await test.watcher.lookNow()
        let status = await test.watcher.status()
        #expect(status.readyCount == 0)
        #expect(status.waiting.map(\.path) == [path])
        #expect(status.waiting.first?.reason == .changing)
      }
      #expect(await test.watcher.status().waiting.first?.waitingFor == .milliseconds(5 * 1900))
      let settled = await test.settledFiles()
      #expect(settled.map(\.path) == [path])
      #expect(settled.first?.identity.size == 30)
    }
  }

  @Test("a change between settling and taking sends the file back to wait")
  func changeBeforeTaking() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      test.clock.advance(by: WatcherUnderTest.quiet)
      await test.watcher.lookNow()
      #expect(await test.watcher.status().readyCount == 1)
      try folder.write("two, longer", to: path)
      let settled = await test.announcedFile()
      #expect(settled?.identity.size == 11)
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("a file rewritten in place is handed out again, later than before")
  func rewrite() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "scan.ndata")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      test.clock.advance(by: WatcherUnderTest.quiet)
      let first = try #require(await test.watcher.next())
      try folder.write("two", to: path)
      let second = try #require(await test.announcedFile())
      #expect(second.path == path)
      #expect(second.identity != first.identity)
      #expect(second.arrival > first.arrival)
    }
  }

  @Test("opening for writing without a change hands nothing out again")
  func spuriousClose() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "old.ndata")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths() == [path])
      try FileDescriptor.open(path, .readWrite).close()
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("a modification time set back is a new version, since the change time moved")
  func touched() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "scan.ndata")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let first = try #require(await test.settledFiles().first)
      let times = [timeval(tv_sec: 1_000, tv_usec: 0), timeval(tv_sec: 1_000, tv_usec: 0)]
      #expect(path.withPlatformString { utimes($0, times) } == 0)
      let second = try #require(await test.announcedFile())
      #expect(second.identity.modifiedNS == 1_000 * 1_000_000_000)
      #expect(second.identity.changedNS > first.identity.changedNS)
    }
  }

  @Test("a file without bytes waits, and says why")
  func empty() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "scan.h5")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths().isEmpty)
      #expect(await test.watcher.status().waiting.map(\.reason) == [.empty])
      try folder.write("bytes", to: path)
      #expect(await test.announcedFile()?.path == path)
    }
  }

  @Test("a file deleted before it settles is never handed out, and is reported gone")
  func deleted() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      try folder.remove("scan.npy")
      #expect(await test.settledPaths().isEmpty)
      #expect(await test.watcher.status().waitingCount == 0)
      for await notice in test.watcher.notices where notice == .gone(path) { break }
    }
  }

  @Test("a shorter quiet time settles its files sooner")
  func shorterQuietTime() async throws {
    let folder = try TemporaryFolder()
    try folder.write("one", to: "slow.dm4")
    try folder.write("one", to: "quick.npy")
    let configure: (inout FolderWatcherOptions) -> Void = { options in
      options.quietTime = { $0.extension == "npy" ? .milliseconds(300) : .seconds(2) }
    }
    try await WatcherUnderTest.run(on: [folder.path], configure: configure) { test in
      test.clock.advance(by: .milliseconds(300))
      #expect(await test.watcher.next()?.path == folder("quick.npy"))
      await test.watcher.lookNow()
      #expect(await test.watcher.status().readyCount == 0)
      test.clock.advance(by: .milliseconds(1700))
      #expect(await test.watcher.next()?.path == folder("slow.dm4"))
    }
  }

  @Test("a reader that could not use a file gets the same version again after its pause; a change comes sooner")
  func postponed() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "scan.ser")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let first = try #require(await test.settledFiles().first)
      await test.watcher.handOutAgain(first, after: .seconds(60))
      #expect(await test.settledFiles().isEmpty)
      #expect(await test.watcher.status().waiting.map(\.reason) == [.postponed])
      test.clock.advance(by: .seconds(58))
      let second = try #require(await test.watcher.next())
      #expect(second == first)
      await test.watcher.handOutAgain(second, after: .seconds(600))
      try folder.write("more", to: path, appending: true)
      #expect(await test.announcedFile()?.identity.size == 7)
    }
  }

  @Test("two thousand files at once are each handed out once, whoever asks first")
  func manyFiles() async throws {
    let folder = try TemporaryFolder()
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      test.clock.skipSleeps(upTo: .seconds(5))
      let consumer = Task {
        var paths: [FilePath] = []
        for await file in test.watcher.settledFiles {
          paths.append(file.path)
          if paths.count == 2_000 { break }
        }
        return paths
      }
      for number in 0..<2_000 { try folder.write("scan", to: "\(number).npy") }
      let paths = await consumer.value
      #expect(Set(paths) == Set((0..<2_000).map { folder("\($0).npy") }))
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("a cancelled consumer and an ended watcher let go of whoever waits")
  func endings() async throws {
    let folder = try TemporaryFolder()
    let watcher = try FolderWatcher(FolderWatcherOptions(folders: [folder.path]), clock: ManualClock())
    let running = Task { await watcher.run() }
    await watcher.firstLookFinished()
    let cancelled = Task { await watcher.next() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    let waiting = Task { await watcher.next() }
    running.cancel()
    await running.value
    #expect(await waiting.value == nil)
    for await _ in watcher.settledFiles { Issue.record("an ended watcher handed something out") }
  }
}
