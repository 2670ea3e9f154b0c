// How a database comes to be, and which ones are refused.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct OpeningTests {
  @Test func `a fresh database is ours, and for its group only`() throws {
    let folder = try TemporaryFolder()
    let store = try TargetStore(directory: folder.state)
    _ = try store.record(Sample.scan(1), targets: Sample.targets(2), file: Sample.file("a.npy"))
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(folder.state) == 0o750)
    // Members of the group claim, so they write; they can't replace or delete anything.
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(folder.database + suffix) == 0o660) }
    #expect(try mode(folder.state + "/eelscoutd.lock") == 0o640)
    try folder.outsider().read { database in
      // 0x45454C53 is "EELS".
      #expect(try Int.fetchOne(database, sql: "PRAGMA application_id") == 0x4545_4C53)
      #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == 4)
      #expect(try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") == 2)
      let loose = try String.fetchAll(
        database, sql: "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict ORDER BY name")
      #expect(loose == ["grdb_migrations", "sqlite_schema", "sqlite_sequence", "sqlite_temp_schema"])
    }
  }

  @Test func `the writer itself syncs every commit`() throws {
    let folder = try TemporaryFolder()
    for _ in 1...2 {
      let store = try TargetStore(directory: folder.state)
      #expect(try store.pragma("journal_mode") == "\"wal\"")
      #expect(try store.pragma("synchronous") == "2")
      #expect(try store.pragma("foreign_keys") == "1")
      #expect(try store.pragma("busy_timeout") == "500")
      #expect(try store.pragma("wal_autocheckpoint") == "1000")
    }
  }

  @Test func `what was recorded is there after the store is opened again`() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try TargetStore(directory: folder.state)
      _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("a.npy"))
    }
    let again = try TargetStore(directory: folder.state)
    #expect(try again.record(Sample.scan(2), targets: [], file: Sample.file("b.npy")) == .recorded(scan: 2))
    #expect(try TargetStoreReader(directory: folder.state).targets().map(\.id) == ["1-1", "1-2", "1-3"])
  }

  @Test func `a creation that was interrupted is taken up again`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
    // An empty file, then one with a header and nothing in it.
    #expect(FileManager.default.createFile(atPath: folder.database, contents: Data()))
    _ = try TargetStore(directory: folder.state)
    let other = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: other.state, withIntermediateDirectories: true)
    try other.outsider().writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    _ = try TargetStore(directory: other.state)
  }

  @Test func `a second daemon on the same directory is refused, and may come when the first is gone`() throws {
    let folder = try TemporaryFolder()
    var first: TargetStore? = try TargetStore(directory: folder.state)
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(reader.isDaemonRunning == true)
    #expect(code { _ = try TargetStore(directory: folder.state) } == .inUse)
    #expect(first?.path == folder.database)
    first = nil
    #expect(reader.isDaemonRunning == false)
    #expect(code { _ = try TargetStore(directory: folder.state) } == nil)
  }

  @Test(arguments: [
    ("PRAGMA user_version = 5", TargetStoreError.Code.laterSchema), ("PRAGMA application_id = 7", .foreignDatabase),
  ])
  func `a database that is not for us stays as it is`(change: String, expected: TargetStoreError.Code) throws {
    let folder = try TemporaryFolder()
    _ = try TargetStore(directory: folder.state)
    try folder.outsider().writeWithoutTransaction { try $0.execute(sql: change) }
    try expectRefusal(folder, expected)
  }

  @Test func `a database of another program without an identity stays as it is`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
    try folder.outsider().write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
    try expectRefusal(folder, .foreignDatabase)
  }

  @Test func `a file that is no database stays as it is`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
    let text = Data(String(repeating: "Dear diary, today the beam was stable. ", count: 200).utf8)
    #expect(FileManager.default.createFile(atPath: folder.database, contents: text))
    try expectRefusal(folder, .corrupt)
  }

  @Test func `a damaged database stays as it is`() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try TargetStore(directory: folder.state)
      _ = try store.record(Sample.scan(1), targets: Sample.targets(40), file: Sample.file("a.npy"))
    }
    var bytes = try #require(FileManager.default.contents(atPath: folder.database))
    // The last two pages, which nothing reads when the database is opened, become noise.
    for index in (bytes.count - 2 * 4096)..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 131 &+ 7) }
    try bytes.write(to: URL(fileURLWithPath: folder.database))
    try expectRefusal(folder, .corrupt)
  }

  private func expectRefusal(_ folder: TemporaryFolder, _ expected: TargetStoreError.Code) throws {
    let before = FileManager.default.contents(atPath: folder.database)
    #expect(code { _ = try TargetStore(directory: folder.state) } == expected)
    #expect(FileManager.default.contents(atPath: folder.database) == before)
    // A reader finds the damage of a page when it comes to it.
    if expected != .corrupt { #expect(code { _ = try TargetStoreReader(directory: folder.state) } == expected) }
    do {
      _ = try TargetStore(directory: folder.state)
    } catch {
      #expect(error.message.contains(folder.database))
      #expect(error.message.contains("left as it is") || error.message.contains("left as it\nis"))
      #expect(!error.isTransient)
    }
  }

  @Test func `a reader without a database says what to start`() throws {
    let folder = try TemporaryFolder()
    #expect(code { _ = try TargetStoreReader(directory: folder.state) } == .noDatabase)
  }
}
