// Numbers for whoever watches over the daemon.

import Foundation
internal import GRDB

/// What the database holds, at one moment.
public struct StoreFigures: Hashable, Sendable {
  /// Files that are not ready, by state; states that no file is in are absent.
  public var files: [FileState: Int]
  /// When the last scan was recorded; nil when there is none.
  public var lastScanAt: Date?
  /// When the last backup was finished; nil when there is none.
  public var lastBackupAt: Date?

  public init(files: [FileState: Int], lastScanAt: Date?, lastBackupAt: Date? = nil) {
    self.files = files
    self.lastScanAt = lastScanAt
    self.lastBackupAt = lastBackupAt
  }
}

extension TargetStore {
  public func figures() throws(TargetStoreError) -> StoreFigures {
    try TargetStoreError.wrapping("count in", at: path) {
      try queue.read { database in
        let counts = try Row.fetchAll(database, sql: "SELECT state, count(*) AS files FROM file_state GROUP BY state")
        let last = try String.fetchOne(database, sql: "SELECT created_at FROM scan ORDER BY id DESC LIMIT 1")
        let backup = try String.fetchOne(database, sql: "SELECT done_at FROM upkeep WHERE task = 'backup'")
        return StoreFigures(
          files: Dictionary(uniqueKeysWithValues: try counts.map { (try $0.word("state"), try $0.value("files")) }),
          lastScanAt: last.flatMap(Timestamp.date), lastBackupAt: backup.flatMap(Timestamp.date))
      }
    }
  }
}
