// Looking at a database before anything is written to it.

internal import GRDB

enum DatabaseInspection {
  /// Databases up to this size are checked throughout at the start, about 0.2 s; larger ones would delay it.
  private static let fullCheckLimit: Int64 = 64 << 20

  /// Refuses a file that is not ours, damaged, of a later version, or has lost what it held.
  /// - Parameter isFresh: whether there was no file before.
  static func beforeWriting(
    _ folder: StateFolder, _ backups: BackupFolder, isFresh: Bool
  ) throws(TargetStoreError) {
    do throws(TargetStoreError) {
      try look(folder, backups, isFresh: isFresh)
    } catch {
      guard error.code == .corrupt else { throw error }
      let advice = TargetStore.restoreAdvice(folder, backups)
      throw TargetStoreError(
        .corrupt,
        "\(folder.databasePath) is damaged: \(error.cause). The file was left as it is. \(advice)",
        underlying: error.underlying)
    }
  }

  private static func look(
    _ folder: StateFolder, _ backups: BackupFolder, isFresh: Bool
  ) throws(TargetStoreError) {
    let path = folder.databasePath
    guard let size = StateFolder.stamp(of: path)?.size, size > 0 else {
      return try refuseLoss(folder, backups, isFresh: isFresh)
    }
    try TargetStoreError.wrapping("open", at: path) {
      try ReadOnlyConnection.open(folder).queue.read { database in
        try Schema.check(database, at: path)
        guard size <= fullCheckLimit else { return }
        let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? ""
        guard finding == "ok" else { throw TargetStoreError(.corrupt, finding) }
      }
    }
  }

  /// SQLite takes an empty file for a fresh database and throws its log away.
  private static func refuseLoss(
    _ folder: StateFolder, _ backups: BackupFolder, isFresh: Bool
  ) throws(TargetStoreError) {
    let lost = isFresh ? "it is gone" : "it is empty"
    if let log = StateFolder.stamp(of: folder.logPath)?.size, log > 0 {
      throw TargetStoreError(.corrupt, "\(lost), but its log \(folder.logPath) is not")
    }
    if !isFresh, !backups.files().isEmpty {
      throw TargetStoreError(.corrupt, "it is empty, but there are backups of what it held")
    }
  }

  /// The schema version of an existing database; nil where there is none yet.
  static func schema(_ folder: StateFolder) throws -> Int32? {
    guard let size = StateFolder.stamp(of: folder.databasePath)?.size, size > 0 else { return nil }
    return try ReadOnlyConnection.open(folder).queue.read { try Int32.fetchOne($0, sql: "PRAGMA user_version") }
  }
}
