// Everybody else's side of the database: reading it, whether or not the daemon runs.

internal import GRDB
import Synchronization

/// Reads a state directory's database and never changes anything in it.
///
/// It works while the daemon writes and when it is stopped, also for a reader who may not write in the folder. Each call
/// sees one moment of the database. Calls may come from any thread; they wait for each other.
public final class TargetStoreReader: Sendable {
  let folder: StateFolder
  private let connection: Mutex<ReadOnlyConnection>

  /// How often a read is tried anew when the database, taken for unchanging, changes under it.
  private static let attempts = 5

  /// - Parameter directory: the daemon's state directory.
  /// - Throws: `noDatabase`, `foreignDatabase`, `laterSchema`, `earlierSchema`, `corrupt`, `noPermission`.
  public init(directory: String) throws(TargetStoreError) {
    let folder = StateFolder(directory)
    self.folder = folder
    connection = Mutex(try Self.connect(folder))
  }

  /// The database file.
  public var path: String { folder.databasePath }

  /// Whether a daemon holds the state directory at this moment; nil where that can't be found out.
  public var isDaemonRunning: Bool? { StateLock.isHeld(folder) }

  private static func connect(_ folder: StateFolder) throws(TargetStoreError) -> ReadOnlyConnection {
    try TargetStoreError.wrapping("read", at: folder.databasePath) {
      let connection = try ReadOnlyConnection.open(folder)
      try connection.queue.read { database in
        try Schema.check(database, at: folder.databasePath)
        let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version == Schema.version else {
          throw TargetStoreError(
            .earlierSchema,
            "\(folder.databasePath) has schema \(version), this program reads \(Schema.version). Start eelscoutd once: "
              + "it brings the database up to date.")
        }
      }
      return connection
    }
  }

  /// Runs `body` on one moment of the database.
  func read<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws(TargetStoreError) -> T {
    let folder = folder
    let result: Result<T, TargetStoreError> = connection.withLock { connection in
      do throws(TargetStoreError) {
        return .success(try Self.read(folder, &connection, body))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func read<T>(
    _ folder: StateFolder, _ connection: inout ReadOnlyConnection, _ body: (Database) throws -> T
  ) throws(TargetStoreError) -> T {
    for _ in 1..<attempts {
      if connection.isOutdated(folder) { connection = try connect(folder) }
      let current = connection
      let result = Result {
        try TargetStoreError.wrapping("read", at: folder.databasePath) { try current.queue.read(body) }
      }
      // What was read while the file changed, an error too, says nothing.
      if current.isOutdated(folder) { continue }
      switch result {
      case .success(let value): return value
      case .failure(let error as TargetStoreError): throw error
      case .failure(let error): throw TargetStoreError(.other, "\(error)", underlying: error)
      }
    }
    throw TargetStoreError(.busy, "\(folder.databasePath) changes faster than it can be read; try again.")
  }
}
