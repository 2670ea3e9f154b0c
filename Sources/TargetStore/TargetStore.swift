// The daemon's side of the database: the one writer.

import Foundation
internal import GRDB
import Synchronization

/// The writer of a state directory's database. There is one a directory, as long as it lives.
///
/// Every call that writes is one transaction and is on the disk when it returns (`synchronous=FULL`). Calls may come
/// from any thread; they wait for each other.
public final class TargetStore: Sendable {
  let folder: StateFolder
  let queue: DatabaseQueue
  let backups: BackupFolder
  let clock: @Sendable () -> Date
  /// Set when long reads are to end.
  let ending = Atomic<Bool>(false)
  private let lock: StateLock
  let identity: DatabaseIdentity

  /// Cells that don't fit their page are refused when they are read, not when they do harm.
  static let caution = "PRAGMA cell_size_check = ON"

  /// How long a write waits for another program. Shorter than readers wait: the daemon tries again, its loops stand in
  /// line for the one connection, and several waits in a row must fit between two looks of the watchdog.
  static let busyTimeoutMilliseconds = 500
  /// Pages of the write-ahead log (4 KiB each) after which it is copied into the database: SQLite's own default.
  private static let checkpointPages = 1000
  /// Bytes that the log file may keep once it is empty, so that one burst does not hold on to disk space.
  private static let logSizeLimit = 16 << 20

  /// Opens the database of a state directory, making and migrating it where needed.
  ///
  /// What is not ours, damaged, or of a later version is refused and left byte for byte as it is. A backup is made
  /// before a migration, and without one there is none.
  /// - Parameters:
  ///   - directory: made with mode 0750 where it is missing; the database gets mode 0660.
  ///   - backups: where backups go; nil for `backup` in the directory.
  ///   - clock: the time of day that goes into the rows. Nothing is ordered by it.
  /// - Throws: `inUse` when another daemon has the directory; `foreignDatabase`, `laterSchema`, `corrupt`,
  ///   `noPermission`, `diskFull`.
  public init(
    directory: String, backups: BackupFolder? = nil, clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(TargetStoreError) {
    let folder = StateFolder(directory)
    let backups = backups ?? .standard(inState: directory)
    let isFresh = try folder.prepare()
    lock = try StateLock(folder)
    queue = try TargetStoreError.wrapping("open", at: folder.databasePath) {
      try DatabaseInspection.beforeWriting(folder, backups, isFresh: isFresh)
      try Self.backUpBeforeMigration(folder, backups, at: clock())
      let queue = try Self.open(folder.databasePath)
      try Schema.migrator.migrate(queue)
      return queue
    }
    identity = DatabaseIdentity(folder)
    self.folder = folder
    self.backups = backups
    self.clock = clock
  }

  /// An earlier schema is copied before it is brought up to date.
  private static func backUpBeforeMigration(_ folder: StateFolder, _ backups: BackupFolder, at moment: Date) throws {
    guard let schema = try DatabaseInspection.schema(folder), (1..<Schema.version).contains(schema) else { return }
    _ = try BackupRun(folder: folder, backups: backups, keep: .max).make(at: moment, schema: schema)
    if schema < Schema.firstWithClaims { folder.openToClaims() }
  }

  /// The database file.
  public var path: String { folder.databasePath }

  /// Runs a pragma on the writer's own connection, which no other connection can see the settings of.
  /// - Parameter text: such as `synchronous`, or `max_page_count = 100`.
  /// - Returns: its first value as text.
  package func pragma(_ text: String) throws(TargetStoreError) -> String? {
    try TargetStoreError.wrapping("ask", at: path) {
      try queue.writeWithoutTransaction { database in
        try Row.fetchOne(database, sql: "PRAGMA \(text)").map { "\($0[0] as DatabaseValue)" }
      }
    }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1_000)
    configuration.foreignKeysEnabled = true
    configuration.label = "TargetStore"
    configuration.prepareDatabase { try $0.execute(sql: caution) }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    // GRDB's own `journalMode = .wal` would set synchronous=NORMAL afterwards, which loses the last commits in a power
    // failure. So both are set here, and looked at.
    try queue.writeWithoutTransaction { database in
      // Only a database without a page takes this; then pruning can give space back to the file system.
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA wal_autocheckpoint = \(checkpointPages);
          PRAGMA journal_size_limit = \(logSizeLimit);
          """)
      let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
      let foreignKeys = try Int.fetchOne(database, sql: "PRAGMA foreign_keys")
      guard mode == "wal", synchronous == 2, foreignKeys == 1 else {
        throw TargetStoreError(
          .other,
          "\(path) can't be written safely: journal_mode \(mode ?? "?") (needs wal), synchronous "
            + "\(synchronous ?? -1) (needs 2), foreign_keys \(foreignKeys ?? -1) (needs 1). Keep the state directory on a "
            + "local file system.")
      }
    }
    return queue
  }

  /// One transaction: all of it or nothing, and only while the database stands where others look for it.
  func write<T>(_ action: String, _ body: (Database, _ now: String) throws -> T) throws(TargetStoreError) -> T {
    let now = Timestamp.text(clock())
    return try TargetStoreError.wrapping(action, at: path) {
      try queue.write { database in
        try identity.check()
        return try body(database, now)
      }
    }
  }
}
