// Reading beside the daemon, after it, and without any rights in its folder.

import Foundation
import TargetStore
import Testing

@Suite struct ReaderTests {
  @Test func `a reader beside the writer sees whole scans only`() async throws {
    let folder = try TemporaryFolder()
    let store = try TargetStore(directory: folder.state)
    let reader = try TargetStoreReader(directory: folder.state)
    let scans = 40
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 1...scans {
          _ = try store.record(Sample.scan(number), targets: Sample.targets(26), file: Sample.file("\(number).npy"))
        }
      }
      group.addTask {
        var last = 0
        while last < scans {
          let seen = try reader.scans()
          #expect(seen.allSatisfy { $0.targets == 26 })
          #expect(seen.count >= last)
          last = seen.count
          await Task.yield()
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `a reader of a stopped daemon's list follows when the daemon starts again`() throws {
    let folder = try TemporaryFolder()
    try record(1, in: folder.state)
    #expect(!FileManager.default.fileExists(atPath: folder.database + "-wal"))
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.scans().map(\.id) == [1])
    #expect(!FileManager.default.fileExists(atPath: folder.database + "-wal"), "reading leaves no files behind")
    let store = try TargetStore(directory: folder.state)
    _ = try store.record(Sample.scan(2), targets: [], file: Sample.file("2"))
    #expect(try reader.scans().map(\.id) == [2, 1])
  }

  @Test func `a reader of a stopped daemon's list follows when a whole run has come and gone`() throws {
    let folder = try TemporaryFolder()
    try record(1, in: folder.state)
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.scans().map(\.id) == [1])
    try record(2, in: folder.state)
    #expect(try reader.scans().map(\.id) == [2, 1])
  }

  @Test func `an awkward folder name is no obstacle`() throws {
    let folder = try TemporaryFolder()
    let state = folder.path + "/50 % of? it#é"
    try record(1, in: state)
    #expect(try TargetStoreReader(directory: state).scans().count == 1)
  }

  /// The group that operators are in; any number that is not the test's own group.
  static let operatorGroup: gid_t = 54_321

  @Test func `an operator reads while the daemon is stopped`() async throws {
    guard Self.canChangeUser else { return }
    let folder = try TemporaryFolder()
    try Self.share(folder)
    try record(1, in: folder.state)
    await expectOperatorReads(folder.state, isDaemonRunning: false)
  }

  @Test func `an operator reads while the daemon runs`() async throws {
    guard Self.canChangeUser else { return }
    let folder = try TemporaryFolder()
    try Self.share(folder)
    let store = try TargetStore(directory: folder.state)
    _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("1"))
    await expectOperatorReads(folder.state, isDaemonRunning: true)
    #expect(try store.record(Sample.scan(2), targets: [], file: Sample.file("2")) == .recorded(scan: 2))
  }

  @Test func `an operator reads what a killed daemon left`() async throws {
    guard Self.canChangeUser else { return }
    let folder = try TemporaryFolder()
    try Self.share(folder)
    await #expect(processExitsWith: .signal(SIGKILL)) { [state = folder.state as String] in
      let store = try TargetStore(directory: state)
      _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("1"))
      kill(getpid(), SIGKILL)
    }
    #expect(FileManager.default.fileExists(atPath: folder.database + "-wal"))
    await expectOperatorReads(folder.state, isDaemonRunning: false)
  }

  @Test func `a stranger is refused with a reason`() async throws {
    guard Self.canChangeUser else { return }
    let folder = try TemporaryFolder()
    try Self.share(folder)
    try record(1, in: folder.state)
    await #expect(processExitsWith: .success) { [state = folder.state as String] in
      Self.becomeNobody(group: 54_322)
      let found = code { _ = try TargetStoreReader(directory: state) }
      exit(found == .noDatabase || found == .noPermission ? 0 : 1)
    }
  }

  private func expectOperatorReads(_ state: String, isDaemonRunning: Bool) async {
    await #expect(processExitsWith: .success) { [state = state as String, isDaemonRunning = isDaemonRunning as Bool] in
      Self.becomeNobody(group: Self.operatorGroup)
      // The premise: nothing can be written there.
      guard open(state + "/x", O_CREAT | O_WRONLY, 0o600) < 0, errno == EACCES else { exit(2) }
      let reader = try TargetStoreReader(directory: state)
      guard try reader.scans().map(\.id) == [1] else { exit(3) }
      guard try reader.targets().map(\.id) == ["1-1", "1-2", "1-3"] else { exit(4) }
      guard try reader.health().isDaemonRunning == isDaemonRunning else { exit(5) }
    }
  }

  private func record(_ number: Int, in state: String) throws {
    let store = try TargetStore(directory: state)
    _ = try store.record(Sample.scan(number), targets: Sample.targets(3), file: Sample.file("\(number)"))
  }

  /// Makes the state directory as an installation does: the group may read.
  private static func share(_ folder: TemporaryFolder) throws {
    try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
    chown(folder.state, 0, operatorGroup)
    chmod(folder.state, 0o2750)
    chmod(folder.path, 0o755)
  }

  /// Gives up root for good.
  private static func becomeNobody(group: gid_t) {
    guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(65_534) == 0 else { exit(9) }
  }

  private static var canChangeUser: Bool {
    if geteuid() == 0 { return true }
    print("SKIPPED: reading as another user needs the tests to run as root")
    return false
  }
}
