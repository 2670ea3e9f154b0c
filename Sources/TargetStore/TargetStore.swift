// The daemon's side of the database: the one writer.

import Foundation
internal import GRDB

/// The writer of a state directory's database. There is one a directory, as long as it lives.
///
/// Every call that writes is one transaction and is on the disk when it returns (`synchronous=FULL`). Calls may come
/// from any thread; they wait for each other.
public final class TargetStore: Sendable {
  let folder: StateFolder
  let queue: DatabaseQueue
  private let lock: StateLock
  let clock: @Sendable () -> Date

  /// Pages of the write-ahead log (4 KiB each) after which it is copied into the database: SQLite's own default.
  private static let checkpointPages = 1000
  /// Bytes that the log file may keep once it is empty, so that one burst does not hold on to disk space.
  private static let logSizeLimit = 16 << 20
  /// Databases up to this size are checked throughout at the start, about 0.2 s; larger ones would delay it.
  private static let fullCheckLimit: Int64 = 64 << 20

  /// Opens the database of a state directory, making and migrating it where needed.
  ///
  /// What is not ours, damaged, or of a later version is refused and left byte for byte as it is.
  /// - Parameters:
  ///   - directory: made with mode 0750 where it is missing; the database gets mode 0640.
  ///   - clock: the time of day that goes into the rows. Nothing is ordered by it.
  /// - Throws: `inUse` when another daemon has the directory; `foreignDatabase`, `laterSchema`, `corrupt`,
  ///   `noPermission`, `diskFull`.
  public init(directory: String, clock: @escaping @Sendable () -> Date = { Date() }) throws(TargetStoreError) {
    let folder = StateFolder(directory)
    try folder.prepare()
    lock = try StateLock(folder)
    queue = try TargetStoreError.wrapping("open", at: folder.databasePath) {
      try Self.inspect(folder)
      let queue = try Self.open(folder.databasePath)
      try Schema.migrator.migrate(queue)
      return queue
    }
    self.folder = folder
    self.clock = clock
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

  /// Looks at an existing file through a connection that can't change it.
  private static func inspect(_ folder: StateFolder) throws {
    guard let size = StateFolder.stamp(of: folder.databasePath)?.size, size > 0 else { return }
    try ReadOnlyConnection.open(folder).queue.read { database in
      try Schema.check(database, at: folder.databasePath)
      guard size <= fullCheckLimit else { return }
      let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? ""
      guard finding == "ok" else {
        throw TargetStoreError(
          .corrupt, "\(folder.databasePath) is damaged: \(finding). \(TargetStoreError.corruptionRemedy)")
      }
    }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(ReadOnlyConnection.busyTimeoutSeconds)
    configuration.foreignKeysEnabled = true
    configuration.label = "TargetStore"
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    // GRDB's own `journalMode = .wal` would set synchronous=NORMAL afterwards, which loses the last commits in a power
    // failure. So both are set here, and looked at.
    try queue.writeWithoutTransaction { database in
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

  /// One transaction: all of it or nothing.
  func write<T>(_ action: String, _ body: (Database, _ now: String) throws -> T) throws(TargetStoreError) -> T {
    let now = Timestamp.text(clock())
    return try TargetStoreError.wrapping(action, at: path) { try queue.write { try body($0, now) } }
  }
}
