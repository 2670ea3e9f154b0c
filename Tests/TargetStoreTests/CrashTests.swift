// Kills, torn logs and full disks: only whole scans, and the next call works.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct CrashTests {
  @Test func `whatever is left of the log, only whole scans are seen`() throws {
    let folder = try TemporaryFolder()
    let scans = 6
    let store = try TargetStore(directory: folder.state)
    _ = try store.pragma("wal_autocheckpoint = 0")
    for number in 1...scans {
      _ = try store.record(Sample.scan(number), targets: Sample.targets(8), file: Sample.file("\(number).npy"))
    }
    let main = try #require(FileManager.default.contents(atPath: folder.database))
    let log = try #require(FileManager.default.contents(atPath: folder.database + "-wal"))
    var seen: Set<Int> = []
    // 37 lengths over the whole log, most of them in the middle of a page.
    for part in 0...36 {
      let torn = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: torn.state, withIntermediateDirectories: true)
      try main.write(to: URL(fileURLWithPath: torn.database))
      try log.prefix(log.count * part / 36).write(to: URL(fileURLWithPath: torn.database + "-wal"))
      seen.insert(try expectWholeScans(torn, targets: 8))
    }
    #expect(seen.contains(0) && seen.contains(scans) && seen.count > 3)
  }

  @Test func `a kill in the middle of work leaves whole scans, and the work goes on`() async throws {
    let folder = try TemporaryFolder()
    await #expect(processExitsWith: .signal(SIGKILL)) { [state = folder.state as String] in
      let store = try TargetStore(directory: state)
      let victim = getpid()
      Thread.detachNewThread {
        // As soon as the log has some scans in it, whatever the other thread is doing then.
        var status = stat()
        while stat(state + "/eelscout.sqlite-wal", &status) != 0 || status.st_size < 1_500_000 {}
        kill(victim, SIGKILL)
      }
      for number in 1...10_000 {
        _ = try store.record(Sample.scan(number), targets: Sample.targets(26), file: Sample.file("\(number).npy"))
      }
    }
    let before = try expectWholeScans(folder, targets: 26)
    #expect((1..<10_000).contains(before))
    let store = try TargetStore(directory: folder.state)
    let outcome = try store.record(Sample.scan(10_001), targets: [], file: Sample.file("next.npy"))
    #expect(outcome == .recorded(scan: before + 1))
  }

  @Test func `a full disk is told apart, leaves nothing half-written and heals`() throws {
    let folder = try TemporaryFolder()
    let store = try TargetStore(directory: folder.state)
    let pages = try #require(try store.pragma("page_count"))
    _ = try store.pragma("max_page_count = \(pages)")
    do {
      _ = try store.record(Sample.scan(1), targets: Sample.targets(40), file: Sample.file("a.npy"))
      Issue.record("the database grew beyond its last page")
    } catch {
      #expect(error.code == .diskFull)
      #expect(error.isTransient)
    }
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.scans().isEmpty)
    _ = try store.pragma("max_page_count = 1000000")
    let outcome = try store.record(Sample.scan(1), targets: Sample.targets(40), file: Sample.file("a.npy"))
    #expect(outcome == .recorded(scan: 1))
    #expect(try expectWholeScans(folder, targets: 40) == 1)
  }

  @Test func `a write that the system refuses is transient and leaves nothing half-written`() async throws {
    let folder = try TemporaryFolder()
    await #expect(processExitsWith: .success) { [state = folder.state as String] in
      let store = try TargetStore(directory: state)
      _ = try store.record(Sample.scan(1), targets: Sample.targets(26), file: Sample.file("1.npy"))
      // No file of this process may grow beyond this size: write(2) fails with EFBIG.
      signal(SIGXFSZ, SIG_IGN)
      var status = stat()
      stat(state + "/eelscout.sqlite-wal", &status)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(1), &limit)
      let free = limit
      limit.rlim_cur = rlim_t(status.st_size + 30_000)
      setrlimit(__rlimit_resource_t(1), &limit)
      do {
        _ = try store.record(Sample.scan(2), targets: Sample.targets(26), file: Sample.file("2.npy"))
        exit(3)
      } catch let error as TargetStoreError {
        guard error.isTransient, error.code == .inputOutput || error.code == .diskFull else { exit(4) }
      }
      guard try TargetStoreReader(directory: state).scans().map(\.id) == [1] else { exit(5) }
      limit = free
      setrlimit(__rlimit_resource_t(1), &limit)
      _ = try store.record(Sample.scan(2), targets: Sample.targets(26), file: Sample.file("2.npy"))
    }
    #expect(try expectWholeScans(folder, targets: 26) == 2)
  }

  /// Checks a database after an accident.
  /// - Returns: the number of scans in it.
  private func expectWholeScans(_ folder: TemporaryFolder, targets: Int) throws -> Int {
    try folder.outsider().write { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      guard try database.tableExists("scan") else { return 0 }
      let scans = try Int.fetchOne(database, sql: "SELECT count(*) FROM scan") ?? -1
      let whole = try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM scan s WHERE
            (SELECT count(*) FROM scan_file f WHERE f.scan = s.id) = 1
            AND (SELECT count(*) FROM target t JOIN target_spectrum p ON p.target = t.id WHERE t.scan = s.id) = :n
            AND (SELECT count(*) FROM target t JOIN target_event e ON e.target = t.id WHERE t.scan = s.id) = :n
          """, arguments: ["n": targets])
      #expect(whole == scans)
      return scans
    }
  }
}
