// Watched folders that are missing, go, come back; options that can't be right.

import FolderWatching
import Foundation
import SystemPackage
import Testing

@Suite("Watched folders", .timeLimit(.minutes(20)))
struct FolderStateTests {
  private static let absence = Duration.seconds(2)

  @Test("a folder that is missing at the start is waited for and listed when it appears")
  func absentAtStart() async throws {
    let folder = try TemporaryFolder()
    try await WatcherUnderTest.run(on: [folder("later")]) { test in
      guard case .absent(let reason) = await test.watcher.status().folders.first?.state else {
        Issue.record("a missing folder must be absent")
        return
      }
      #expect(reason == "No such file or directory")
      try folder.makeDirectories("later")
      try folder.write("scan", to: "later/scan.npy")
      await test.clock.sleeperAppears(within: Self.absence)
      test.clock.advance(by: Self.absence)
      #expect(await test.announcedFile()?.path == folder("later/scan.npy"))
      #expect(await test.watcher.status().folders.first?.state == .watching)
    }
  }

  @Test("a folder that is deleted and made again is followed again; the same is told to observers")
  func deletedAndBack() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data")
    try folder.write("one", to: "data/one.npy")
    try await WatcherUnderTest.run(on: [folder("data")]) { test in
      #expect(await test.nextState() == .watching)
      #expect(await test.settledPaths() == [folder("data/one.npy")])
      try folder.remove("data")
      guard case .absent = await test.nextState() else {
        Issue.record("a deleted folder must be absent")
        return
      }
      try folder.makeDirectories("data")
      try folder.write("two", to: "data/two.npy")
      await test.clock.sleeperAppears(within: Self.absence)
      test.clock.advance(by: Self.absence)
      #expect(await test.nextState() == .watching)
      #expect(await test.announcedFile()?.path == folder("data/two.npy"))
    }
  }

  @Test("a folder that was away and comes back unchanged repeats nothing")
  func awayAndBack() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data/deep")
    try folder.write("one", to: "data/deep/one.npy")
    try await WatcherUnderTest.run(on: [folder("data")]) { test in
      #expect(await test.nextState() == .watching)
      #expect(await test.settledPaths().count == 1)
      try folder.rename(folder("data"), to: folder("aside"))
      _ = await test.nextState()
      try folder.write("two", to: "aside/two.npy")
      try folder.rename(folder("aside"), to: folder("data"))
      #expect(await test.settledPaths() == [folder("data/two.npy")])
    }
  }

  @Test("what went while a folder was away is told when it is back")
  func goneMeanwhile() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data/deep")
    try folder.write("one", to: "data/deep/one.npy")
    try folder.write("two", to: "data/deep/two.npy")
    try await WatcherUnderTest.run(on: [folder("data")]) { test in
      #expect(await test.settledPaths().count == 2)
      try folder.rename(folder("data"), to: folder("aside"))
      await test.watcher.lookNow()
      try folder.remove("aside/deep/one.npy")
      try folder.rename(folder("aside"), to: folder("data"))
      await test.watcher.lookNow()
      var notices = test.watcher.notices.makeAsyncIterator()
      var gone: [FilePath] = []
      while gone.isEmpty, let notice = await notices.next() {
        if case .gone(let path) = notice { gone.append(path) }
      }
      #expect(gone == [folder("data/deep/one.npy")])
      #expect(await test.settledPaths().isEmpty)
    }
  }

  @Test("a folder replaced by another one of the same name is listed anew")
  func replaced() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data")
    try folder.makeDirectories("other")
    try folder.write("other", to: "other/other.npy")
    try await WatcherUnderTest.run(on: [folder("data")]) { test in
      try folder.rename(folder("data"), to: folder("aside"))
      try folder.rename(folder("other"), to: folder("data"))
      await test.watcher.lookNow()
      #expect(await test.settledPaths() == [folder("data/other.npy")])
      try folder.write("unwatched", to: "aside/unwatched.npy")
      let path = try folder.write("watched", to: "data/watched.npy")
      #expect(await test.announcedFile()?.path == path)
    }
  }

  @Test("a folder given as a symbolic link is followed; one directory under two names is watched once")
  func linkedFolder() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data")
    try folder.link("name", to: folder("data"))
    try folder.write("scan", to: "data/scan.npy")
    try await WatcherUnderTest.run(on: [folder("name"), folder("data")]) { test in
      #expect(await test.settledPaths() == [folder("name/scan.npy")])
      let states = await test.watcher.status().folders.map(\.state)
      #expect(states.first == .watching)
      guard case .absent(let reason)? = states.last else {
        Issue.record("the second name must not be watched too")
        return
      }
      #expect(reason.contains("same directory"))
    }
  }

  @Test("a change that the kernel does not announce is found by the periodic listing")
  func periodicListing() async throws {
    let folder = try TemporaryFolder()
    try folder.makeDirectories("data")
    let path = try folder.write("one", to: "data/scan.npy")
    // The kernel announces a change only in the directory through which the file was opened.
    try FileManager.default.linkItem(atPath: path.string, toPath: folder("unwatched.npy").string)
    let configure: (inout FolderWatcherOptions) -> Void = { $0.rescanInterval = .seconds(30) }
    try await WatcherUnderTest.run(on: [folder("data")], configure: configure) { test in
      #expect(await test.settledPaths() == [path])
      try folder.write("two!", to: folder("unwatched.npy"))
      // Four milliseconds longer for the one file that is there.
      await test.clock.sleeperAppears(within: .milliseconds(30_004))
      test.clock.advance(by: .milliseconds(30_004))
      let settled = await test.announcedFile()
      #expect(settled?.path == path)
      #expect(settled?.identity.size == 4)
    }
  }

  @Test("another list of folders: what stays repeats nothing, what comes is listed, what goes is told and left alone")
  func otherFolders() async throws {
    let folder = try TemporaryFolder()
    for name in ["stays/deep", "goes", "comes"] { try folder.makeDirectories(name) }
    let kept = try folder.write("one", to: "stays/deep/one.npy")
    let lost = try folder.write("two", to: "goes/two.npy")
    let found = try folder.write("three", to: "comes/three.npy")
    try await WatcherUnderTest.run(on: [folder("goes"), folder("stays")]) { test in
      #expect(await Set(test.settledPaths()) == [kept, lost])
      var options = FolderWatcherOptions(folders: [folder("stays"), folder("comes")])
      options.rescanInterval = .seconds(3600)
      try await test.watcher.follow(options)
      #expect(await test.settledPaths() == [found])
      #expect(await test.watcher.status().folders.map(\.path) == options.folders)
      var notices = test.watcher.notices.makeAsyncIterator()
      var gone: [FilePath] = []
      while gone.isEmpty, let notice = await notices.next() {
        if case .gone(let path) = notice { gone.append(path) }
      }
      #expect(gone == [lost])
      // Announcements come from the folders that are followed now, and only from them.
      try folder.write("four", to: "goes/four.npy")
      let announced = try folder.write("five", to: "stays/deep/five.npy")
      #expect(await test.announcedFile()?.path == announced)
      #expect(await test.settledPaths().isEmpty)
      // A consumer that sees files with other eyes gets them all once more.
      try await test.watcher.follow(options, repeating: true)
      #expect(await Set(test.settledPaths()) == [kept, announced, found])
      await #expect(throws: FolderOptionsError.self) {
        try await test.watcher.follow(FolderWatcherOptions(folders: ["relative"]))
      }
      #expect(await test.watcher.status().folders.map(\.path) == options.folders)
    }
  }

  @Test("relative, repeated and nested folders are refused")
  func options() {
    for folders: [FilePath] in [
      ["data"], ["/data", "/data/"], ["/data", "/data/sub"], ["/data/sub", "/data/../data"],
    ] {
      #expect(throws: FolderOptionsError.self) {
        try FolderWatcher(FolderWatcherOptions(folders: folders), clock: ManualClock())
      }
    }
  }
}
