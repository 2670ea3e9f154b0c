// Putting a backup in the place of the database; what stood there is kept.

import Foundation
internal import GRDB
import Glibc
import SystemPackage

/// Restores the database of a state directory that no daemon works on.
public struct StateRestore: Sendable {
  /// What was done.
  public struct Outcome: Hashable, Sendable {
    public let backup: String
    public let contents: BackupContents
    /// Where the files that stood there lie now; none where there was no database.
    public let setAside: [String]
    /// Backups that were passed over because they are not good, with the reason.
    public let passedOver: [String]
  }

  private let folder: StateFolder
  private let backups: BackupFolder
  private let clock: @Sendable () -> Date

  public init(
    directory: String, backups: BackupFolder? = nil, clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    folder = StateFolder(directory)
    self.backups = backups ?? .standard(inState: directory)
    self.clock = clock
  }

  /// Verifies the backup, sets the damaged files aside and puts a copy of the backup in their place, in one step.
  ///
  /// Interrupted at any moment it leaves the earlier database or the restored one, and the earlier one's files.
  /// - Parameter path: the backup; nil for the newest good one.
  /// - Throws: `inUse` while a daemon runs, `noBackup`, `corrupt`, `laterSchema`, `diskFull`, `noPermission`.
  public func restore(from path: String? = nil) throws(TargetStoreError) -> Outcome {
    guard StateFolder.stamp(of: folder.path) != nil else {
      throw TargetStoreError(.noDatabase, "no state directory \(folder.path) to be seen; name it with --state")
    }
    let lock = try StateLock(folder)
    let outcome = try replace(path)
    withExtendedLifetime(lock) {}
    return outcome
  }

  private func replace(_ path: String?) throws(TargetStoreError) -> Outcome {
    let (source, contents, passedOver) = try choose(path)
    let draft = folder.path + "/.eelscout-restore.sqlite"
    do throws(TargetStoreError) {
      try SystemFiles.remove(draft)
      try copy(source, to: draft)
      guard try BackupContents.ofChecked(draft) == contents else {
        throw TargetStoreError(.inputOutput, "the copy of \(source) is not what the backup is; look at the disk")
      }
      try SystemFiles.sync(draft)
      let setAside = try setAside()
      try SystemFiles.rename(draft, to: folder.databasePath)
      return Outcome(backup: source, contents: contents, setAside: setAside, passedOver: passedOver)
    } catch {
      try? SystemFiles.remove(draft)
      throw error
    }
  }

  private func choose(_ path: String?) throws(TargetStoreError) -> (String, BackupContents, [String]) {
    if let path { return (path, try BackupContents.ofChecked(path), []) }
    var passedOver: [String] = []
    for file in backups.files() {
      do throws(TargetStoreError) {
        return (file.path, try BackupContents.ofChecked(file.path), passedOver)
      } catch {
        passedOver.append(error.message)
      }
    }
    let found = passedOver.isEmpty ? "there is none" : "none is good: " + passedOver.joined(separator: "; ")
    throw TargetStoreError(
      .noBackup,
      "no backup in \(backups.path) to restore from (\(found)). Name one with --from, or move \(folder.databasePath) and "
        + "its -wal and -shm away: a fresh database is made and the scans in the folder are ranked anew.")
  }

  /// A copy with the mode and owner that the daemon needs, and a line in its journal.
  private func copy(_ source: String, to draft: String) throws(TargetStoreError) {
    let now = Timestamp.text(clock())
    try TargetStoreError.wrapping("copy the backup to", at: draft) {
      try StateFolder.makeFile(draft, mode: StateFolder.databaseMode) { folder.giveToOwner($0) }
      let from = try ReadOnlyConnection.openAlone(source)
      let to = try DatabaseQueue(path: draft)
      try to.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        try from.read { try $0.backup(to: database, pagesPerStep: 4_096) }
        try database.execute(sql: "PRAGMA journal_mode = DELETE")
        try database.execute(
          sql: "INSERT INTO journal (at, kind, message) VALUES (?, 'restore', ?)",
          arguments: [now, "restored from \(source)"])
      }
      try to.close()
    }
  }

  /// Gives the database and its log second names, then takes the log away: it must never meet another database.
  private func setAside() throws(TargetStoreError) -> [String] {
    let moment = Timestamp.text(clock()).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    var names: [String] = []
    for file in [folder.databasePath, folder.logPath] where StateFolder.stamp(of: file) != nil {
      var name = folder.path + "/damaged-\(moment)-" + (FilePath(file).lastComponent?.string ?? "")
      while StateFolder.stamp(of: name) != nil { name += ".more" }
      guard link(file, name) == 0 else {
        throw StateFolder.error("set aside", file, Errno(rawValue: errno))
      }
      names.append(name)
    }
    try SystemFiles.sync(folder.path)
    for file in [folder.logPath, folder.databasePath + "-shm"] { try SystemFiles.remove(file) }
    return names
  }
}
