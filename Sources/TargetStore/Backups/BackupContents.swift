// What is in a database file that nobody works on, and whether it is whole.

internal import GRDB

/// A look at a backup, or at any database file that stands alone.
public struct BackupContents: Hashable, Sendable {
  public let schema: Int32
  public let scans: Int
  public let targets: Int
  public let events: Int

  /// Checks the file throughout: identity, version, every page, every index, every reference.
  /// - Throws: `noBackup` when there is no such file, `foreignDatabase`, `laterSchema`, `corrupt`.
  public static func ofChecked(_ path: String) throws(TargetStoreError) -> BackupContents {
    guard StateFolder.stamp(of: path) != nil else {
      throw TargetStoreError(.noBackup, "\(path): no such file, or it can't be seen")
    }
    return try TargetStoreError.wrapping("check", at: path) {
      try ReadOnlyConnection.openAlone(path).read { database in
        try Schema.check(database, at: path)
        let contents = try BackupContents(database)
        let finding = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "nothing"
        guard finding == "ok", contents.schema > 0 else {
          throw TargetStoreError(.corrupt, "\(path) is no good backup: \(finding == "ok" ? "it is empty" : finding)")
        }
        if let row = try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") {
          throw TargetStoreError(
            .corrupt, "\(path) is no good backup: a row of \(row[0] as String? ?? "?") hangs loose")
        }
        return contents
      }
    }
  }

  init(_ database: Database) throws {
    schema = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    func count(_ table: String) throws -> Int {
      try database.tableExists(table) ? Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0 : 0
    }
    scans = try count("scan")
    targets = try count("target")
    events = try count("target_event")
  }
}
