// The daemon's side of backups and checks.

import Foundation
internal import GRDB

extension TargetStore {
  /// Makes a backup while everything else goes on. It blocks for as long as that takes: call it from a task of its own.
  ///
  /// A backup that fails leaves the earlier ones as they are.
  /// - Throws: `diskFull`, `inputOutput`, `noPermission`; `corrupt` when the database is damaged; `brokenOff`.
  public func backUp(keeping count: Int) throws(TargetStoreError) -> BackupFile {
    try BackupRun(folder: folder, backups: backups, keep: count, isToEnd: { self.isEnding }).make(at: clock())
  }

  /// Reads the database table by table through a connection of its own and looks for damage.
  /// - Returns: what is wrong; nil when nothing is.
  /// - Throws: `brokenOff`, `inputOutput`, `busy`: then nothing was found out.
  public func findDamage() throws(TargetStoreError) -> String? {
    do throws(TargetStoreError) {
      return try TargetStoreError.wrapping("check", at: path) {
        let connection = try ReadOnlyConnection.open(folder).queue
        let tables = try connection.read { database in
          try Schema.check(database, at: path)
          return try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        }
        for table in tables {
          guard !isEnding else { throw TargetStoreError(.brokenOff, "the check was broken off: the program ends") }
          let finding = try connection.read {
            try String.fetchOne($0, sql: "PRAGMA quick_check('\(table.replacing("'", with: "''"))')")
          }
          if let finding, finding != "ok" { return "table \(table): \(finding)" }
        }
        return nil
      }
    } catch {
      switch error.code {
      case .corrupt, .foreignDatabase, .laterSchema: return error.cause
      default: throw error
      }
    }
  }

  /// Long reads of the upkeep end at their next step.
  public func endUpkeep() { ending.store(true, ordering: .relaxed) }

  var isEnding: Bool { ending.load(ordering: .relaxed) }

  /// What to do about a damaged database, with the newest backup.
  public var restoreAdvice: String { Self.restoreAdvice(folder, backups) }

  static func restoreAdvice(_ folder: StateFolder, _ backups: BackupFolder) -> String {
    let state = "--state \(folder.path)"
    for file in backups.files() where (try? BackupContents.ofChecked(file.path)) != nil {
      return "The newest good backup is \(file.path). Stop the daemon and restore it: eelscout restore --from "
        + "\(file.path) \(state)"
    }
    return "There is no good backup in \(backups.path). Stop the daemon, move the file and its -wal and -shm away "
      + "(`sqlite3 FILE .recover` may save its content) and start again: a fresh database is made and the scans in the "
      + "folder are ranked anew."
  }
}
