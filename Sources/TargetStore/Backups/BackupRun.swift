// Making one backup beside a working daemon: copied in small steps, checked, and only then given its name.

import Foundation
internal import GRDB

/// Copies the database of a state directory page by page.
///
/// It reads one moment of the database through a connection of its own, so writers go on meanwhile and a busy one can't
/// make it begin anew; the log can't shrink as long. The copy has its name only when it is whole and on the disk.
struct BackupRun {
  let folder: StateFolder
  let backups: BackupFolder
  /// How many to keep.
  let keep: Int
  /// Asked between the steps.
  var isToEnd: () -> Bool = { false }

  /// Pages (4 KiB) a step, and the rest after it: about half the time is left to others.
  private static let pagesPerStep: CInt = 256
  private static let pauseMicroseconds: UInt32 = 2_000
  /// Left free for the daemon on the file system that the backup goes to.
  private static let spaceLeftFree: Int64 = 16 << 20

  /// - Parameter schema: the version that is about to be migrated; nil for the regular backup.
  /// - Throws: `diskFull` with the earlier backups untouched; `corrupt` when the database is damaged; `brokenOff`.
  func make(at moment: Date, schema: Int32? = nil) throws(TargetStoreError) -> BackupFile {
    try SystemFiles.makeFolder(backups.path)
    backups.removeDrafts()
    let path = backups.path(at: moment, schema: schema)
    let draft = path + BackupFolder.draftSuffix
    do throws(TargetStoreError) {
      let contents = try copy(to: draft)
      guard try BackupContents.ofChecked(draft) == contents else {
        throw TargetStoreError(.corrupt, "the copy \(draft) does not hold what \(folder.databasePath) holds")
      }
      try SystemFiles.sync(draft)
      try SystemFiles.rename(draft, to: path)
    } catch {
      backups.removeDrafts()
      throw error
    }
    backups.tidy(keeping: keep)
    guard let file = backups.files().first(where: { $0.path == path }) else {
      throw TargetStoreError(.other, "the backup \(path) vanished as soon as it was made")
    }
    return file
  }

  private func copy(to draft: String) throws(TargetStoreError) -> BackupContents {
    try TargetStoreError.wrapping("back up", at: folder.databasePath) {
      let source = try ReadOnlyConnection.open(folder).queue
      return try source.read { from in
        let contents = try BackupContents(from)
        try makeRoom(from)
        try StateFolder.makeFile(draft, mode: StateFolder.fileMode)
        let copy = try DatabaseQueue(path: draft)
        try copy.writeWithoutTransaction { to in
          // Nobody sees the draft before it is synced as a whole.
          try to.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
          try from.backup(to: to, pagesPerStep: Self.pagesPerStep) { progress in
            if isToEnd() { throw TargetStoreError(.brokenOff, "the backup was broken off: the program ends") }
            if !progress.isCompleted { usleep(Self.pauseMicroseconds) }
          }
          // One file, without a log beside it.
          try to.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try copy.close()
        return contents
      }
    }
  }

  private func makeRoom(_ database: Database) throws {
    let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let size = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    let needed = pages * size + Self.spaceLeftFree
    guard let free = SystemFiles.freeBytes(backups.path), free < needed else { return }
    throw TargetStoreError(
      .diskFull,
      "no backup was made: \(backups.path) has \(free >> 20) MiB free, \(needed >> 20) MiB are needed. Earlier backups "
        + "were kept. Free space there, or set backup.directory to another disk.")
  }
}
