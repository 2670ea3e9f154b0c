// Directories that come, go, move, loop; links; names.

import FolderWatching
import Glibc
import SystemPackage
import Testing

@Suite("Directory trees", .timeLimit(.minutes(20)))
struct TreeTests {
  @Test("a file renamed into place is announced under its final name")
  func rename() async throws {
    let folder = try TemporaryFolder()
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let hidden = try folder.write("scan", to: ".scan.npy.Xy12")
      try folder.rename(hidden, to: folder("scan.npy"))
      #expect(await test.announcedFile()?.path == folder("scan.npy"))
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("the first file of directories made at once is not missed")
  func deepDirectories() async throws {
    let folder = try TemporaryFolder()
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      try folder.makeDirectories("Data/2026/11/22/session")
      let path = try folder.write("scan", to: "Data/2026/11/22/session/first.ndata")
      #expect(await test.announcedFile()?.path == path)
      let second = try folder.write("scan", to: "Data/2026/11/22/session/second.ndata")
      #expect(await test.announcedFile()?.path == second)
    }
  }

  @Test("a tree moved in is found whole, and what is written into it later is announced")
  func movedIn() async throws {
    let folder = try TemporaryFolder()
    let elsewhere = try TemporaryFolder()
    try elsewhere.makeDirectories("session/deep")
    try elsewhere.write("one", to: "session/one.npy")
    try elsewhere.write("two", to: "session/deep/two.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      try folder.rename(elsewhere("session"), to: folder("session"))
      await test.clock.sleeperAppears(within: WatcherUnderTest.quiet)
      let paths = await test.settledPaths()
      #expect(Set(paths) == [folder("session/one.npy"), folder("session/deep/two.npy")])
      let later = try folder.write("three", to: "session/deep/three.npy")
      #expect(await test.announcedFile()?.path == later)
    }
  }

  @Test("a directory renamed inside the folder is followed under its other name only")
  func movedInside() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("a")
    try folder.write("one", to: "a/one.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths() == [folder("a/one.npy")])
      try folder.rename(folder("a"), to: folder("b"))
      #expect(await test.announcedFile()?.path == folder("b/one.npy"))
      let later = try folder.write("two", to: "b/two.npy")
      #expect(await test.announcedFile()?.path == later)
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("symbolic links to files and to directories are not followed")
  func links() async throws {
    let folder = try TemporaryFolder()
    let elsewhere = try TemporaryFolder()
    let secret = try elsewhere.write("secret", to: "secret.npy")
    try folder.link("file.npy", to: secret)
    try folder.link("directory", to: elsewhere.path)
    try folder.link("loop", to: folder.path)
    let path = try folder.write("scan", to: "scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths() == [path])
      try folder.link("later.npy", to: secret)
      #expect(await test.settledPaths().isEmpty)
      let special = await test.watcher.status().special
      #expect(special.map(\.path.lastComponent?.string) == ["directory", "file.npy", "later.npy", "loop"])
      #expect(special.allSatisfy { $0.kind == .symbolicLink })
    }
  }

  @Test("a settled file whose directory became a link since is not opened")
  func swappedDirectory() async throws {
    let folder = try TemporaryFolder()
    let elsewhere = try TemporaryFolder()
    try elsewhere.write("secret", to: "scan.npy")
    try folder.makeDirectories("session")
    try folder.write("public", to: "session/scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let settled = try #require(await test.settledFiles().first)
      try folder.rename(folder("session"), to: folder("aside"))
      try folder.link("session", to: elsewhere.path)
      let failure = #expect(throws: FileUnavailable.self) { try settled.openForReading() }
      #expect(failure?.code == .unreadable)
    }
  }

  @Test("a settled file is opened as the version that settled, or says what became of it")
  func opening() async throws {
    let folder = try TemporaryFolder()
    try folder.write("bytes", to: "scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      let settled = try #require(await test.settledFiles().first)
      let descriptor = try settled.openForReading()
      #expect(try FileIdentity(of: descriptor) == settled.identity)
      try folder.write("other bytes", to: "scan.npy")
      #expect(try FileIdentity(of: descriptor) != settled.identity)
      try descriptor.close()
      #expect(#expect(throws: FileUnavailable.self) { try settled.openForReading() }?.code == .changed)
      try folder.remove("scan.npy")
      #expect(#expect(throws: FileUnavailable.self) { try settled.openForReading() }?.code == .gone)
    }
  }

  @Test("FIFOs are neither handed out nor opened")
  func fifo() async throws {
    let folder = try TemporaryFolder()
    #expect(folder("pipe.npy").withPlatformString { mkfifo($0, 0o600) } == 0)
    let path = try folder.write("scan", to: "scan.npy")
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths() == [path])
      #expect(await test.watcher.status().special == [SpecialFile(path: folder("pipe.npy"), kind: .fifo)])
      try folder.remove("pipe.npy")
      try folder.write("scan", to: "pipe.npy")
      #expect(await test.settledPaths() == [folder("pipe.npy")])
      #expect(await test.watcher.status().special.isEmpty)
    }
  }

  @Test(
    "names of unfinished, hidden and deleted files are left alone",
    arguments: [
      ".hidden.npy", "scan.npy.part", "scan.npy~", "~$scan.npy", "x.tmp", "trash/scan.npy", ".~tmp~/scan.npy",
    ])
  func transient(name: String) async throws {
    let folder = try TemporaryFolder()
    if name.contains("/") { try folder.makeDirectories(String(name.prefix { $0 != "/" })) }
    try folder.write("scan", to: name)
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.watcher.status().waitingCount == 0)
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("names that are no text keep their bytes")
  func rawNames() async throws {
    let folder = try TemporaryFolder()
    let bytes = [0xFF, 0xFE, 0x20, 0xE4].map { CChar(bitPattern: $0) } + [0]
    let name = try #require(FilePath.Component(platformString: bytes))
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      try folder.write("scan", to: folder.path.appending(name))
      let settled = try #require(await test.announcedFile())
      let found = try #require(settled.path.lastComponent)
      #expect(found.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: 5)) } == bytes)
      try settled.openForReading().close()
    }
  }

  @Test("directories too deep are reported, not entered")
  func depth() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("1/2/3")
    try folder.write("scan", to: "1/2/near.npy")
    try folder.write("scan", to: "1/2/3/far.npy")
    let configure: (inout FolderWatcherOptions) -> Void = { $0.maximumDepth = 2 }
    try await WatcherUnderTest.run(on: [folder.path], configure: configure) { test in
      #expect(await test.settledPaths() == [folder("1/2/near.npy")])
      #expect(await test.watcher.status().problems.map(\.path) == [folder("1/2/3")])
      try folder.remove("1/2/3")
      await test.watcher.lookNow()
      #expect(await test.watcher.status().problems.isEmpty)
    }
  }

  @Test("more files than may be remembered are reported, and come when there is room")
  func tooMany() async throws {
    let folder = try TemporaryFolder()
    for number in 0..<5 { try folder.write("scan", to: "\(number).npy") }
    let configure: (inout FolderWatcherOptions) -> Void = { $0.maximumEntries = 3 }
    try await WatcherUnderTest.run(on: [folder.path], configure: configure) { test in
      let first = await test.settledPaths()
      #expect(first.count == 3)
      #expect(await test.watcher.status().problems.map(\.path) == [folder.path])
      for path in first { try folder.remove(path.lastComponent?.string ?? "") }
      #expect(await test.settledPaths().count == 2)
      #expect(await test.watcher.status().problems.isEmpty)
    }
  }

  @Test("a directory without permission is reported, the rest goes on, and it is entered once it may be")
  func withoutPermission() async throws {
    guard getuid() != 0 else {
      print("SKIPPED: directory without permission: the superuser may enter every directory; run as another user")
      return
    }
    let folder = try TemporaryFolder()
    try folder.makeDirectories("closed")
    let inside = try folder.write("scan", to: "closed/scan.npy")
    let path = try folder.write("scan", to: "scan.npy")
    #expect(folder("closed").withPlatformString { chmod($0, 0) } == 0)
    try await WatcherUnderTest.run(on: [folder.path]) { test in
      #expect(await test.settledPaths() == [path])
      #expect(await test.watcher.status().problems.map(\.path) == [folder("closed")])
      #expect(folder("closed").withPlatformString { chmod($0, 0o700) } == 0)
      #expect(await test.announcedFile()?.path == inside)
      #expect(await test.watcher.status().problems.isEmpty)
    }
  }
}
