// Opening the database to read it, whether or not anybody may write beside it.

internal import GRDB

/// A connection that never changes the database.
struct ReadOnlyConnection {
  let queue: DatabaseQueue
  /// Not nil where the file is read as one that nobody changes; then the file as it was when that was decided.
  let immutableStamp: FileStamp?

  private static let busyTimeoutSeconds = 5.0

  /// A WAL database is read through its -wal and -shm. They stand there while the daemon runs and after a crash. After a
  /// clean stop they are gone, and a reader who may not write in the folder can't make them: then nobody writes and the
  /// file is complete in itself, so it is opened as immutable. `isOutdated` tells when that has changed.
  /// - Throws: `TargetStoreError`, or what SQLite says.
  static func open(_ folder: StateFolder) throws -> ReadOnlyConnection {
    guard let stamp = StateFolder.stamp(of: folder.databasePath) else {
      throw TargetStoreError(
        .noDatabase,
        "no database \(folder.databasePath) to be seen. Start eelscoutd, name its state directory with --state, or check "
          + "that you are in the group that may look into it.")
    }
    if hasNoLog(folder) {
      return ReadOnlyConnection(queue: try openAlone(folder.databasePath), immutableStamp: stamp)
    }
    return ReadOnlyConnection(queue: try connect(folder.databasePath), immutableStamp: nil)
  }

  /// Opens a database file that nobody changes and that has no log.
  static func openAlone(_ path: String) throws -> DatabaseQueue { try connect("file:\(escaped(path))?immutable=1") }

  /// Whether the database has changed, or may change, under a connection that took it for immutable.
  func isOutdated(_ folder: StateFolder) -> Bool {
    guard let immutableStamp else { return false }
    return StateFolder.stamp(of: folder.databasePath) != immutableStamp || !Self.hasNoLog(folder)
  }

  private static func hasNoLog(_ folder: StateFolder) -> Bool {
    ["-wal", "-journal"].allSatisfy { StateFolder.stamp(of: folder.databasePath + $0) == nil }
  }

  private static func connect(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(busyTimeoutSeconds)
    configuration.label = "TargetStoreReader"
    configuration.prepareDatabase { try $0.execute(sql: TargetStore.caution) }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The path inside a `file:` URI: everything but the plainest ASCII as %XX.
  private static func escaped(_ path: String) -> String {
    path.utf8.reduce(into: "") { text, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        text.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
  }
}
