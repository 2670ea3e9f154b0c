// Every earlier schema opens and is brought up to date with all it holds, and is kept as it was.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct MigrationTests {
  /// A database of an earlier version with three targets of which one was skipped, as that version kept it.
  private func earlier(_ version: Int32) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
    try Schema.make(version, at: folder.database)
    try folder.outsider().write { database in
      try database.execute(
        sql: """
          INSERT INTO scan (
            id, scan_sha256, "rows", "columns", pixel_size_nm, verdict, reasons, model, rules, rules_revision,
            spectrum_units, created_at)
          VALUES (1, '\(Sample.hash(1))', 62, 75, 1.75, 'in', '[]', 'm', 'r', '1', '', '2024-05-06T07:08:09.125Z');
          """)
      for rank in 1...3 {
        try database.execute(
          sql: """
            INSERT INTO target (
              id, scan, rank, "row", "column", x_fraction, y_fraction, kind, priority, reason, dwell_ms, scores,
              created_at, status_by, status_at)
            VALUES (
              '1-\(rank)', 1, \(rank), 1, 2, 0.25, 0.5, 'anomaly', 0.5, 'odd', 100, '{}', '2024-05-06T07:08:09.125Z',
              'eelscoutd', '2024-05-06T07:08:09.125Z');
            """)
      }
      try database.execute(
        sql: """
          UPDATE target SET status = 'skipped', status_by = 'maria', status_at = '2024-05-06T08:00:00.000Z',
            status_why = 'drift' WHERE rank = 2
          """)
    }
    // Before there were claims the group only read.
    chmod(folder.database, version < 3 ? 0o640 : 0o660)
    return folder
  }

  @Test(arguments: [1, 2, 3])
  func `a database of an earlier schema is copied, then brought up to date with all it holds`(version: Int32) throws {
    let folder = try earlier(version)
    #expect(code { _ = try TargetStoreReader(directory: folder.state) } == .earlierSchema)
    #expect(code { _ = try ClaimDesk(directory: folder.state) } == .earlierSchema)
    let store = try TargetStore(directory: folder.state)
    #expect(try store.takeInHand(Sample.file("a.npy")) == 0)
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.targets().map(\.status) == [.new, .skipped, .new])
    #expect(try ClaimDesk(directory: folder.state).claim(ClaimRequest(by: "a", top: 9)).map(\.id) == ["1-1", "1-3"])
    let mode = try FileManager.default.attributesOfItem(atPath: folder.database)[.posixPermissions] as? Int
    #expect(mode == 0o660)
    let backup = try #require(BackupFolder.standard(inState: folder.state).files().first)
    #expect(backup.schemaBeforeMigration == version)
    let contents = try BackupContents.ofChecked(backup.path)
    #expect((contents.schema, contents.scans, contents.targets, contents.events) == (version, 1, 3, 4))
    #expect(try reader.target("1-2")?.events.map(\.by) == ["eelscoutd", "maria"])
    #expect(try folder.outsider().read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
    // Columns and triggers are those of a database that was made today.
    let fresh = try TemporaryFolder()
    _ = try TargetStore(directory: fresh.state)
    func names(_ folder: TemporaryFolder) throws -> [String] {
      try folder.outsider().read {
        try String.fetchAll(
          $0,
          sql:
            "SELECT type || name || coalesce(sql, '') FROM sqlite_schema WHERE name NOT GLOB 'grdb*' AND type <> 'table' ORDER BY 1"
        )
      }
    }
    #expect(try names(folder) == names(fresh))
  }

  @Test func `without a backup there is no migration`() throws {
    let folder = try earlier(1)
    // A file stands where the backups would go.
    #expect(FileManager.default.createFile(atPath: folder.state + "/backup", contents: Data()))
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    #expect(throws: TargetStoreError.self) { try TargetStore(directory: folder.state) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == before)
  }
}
