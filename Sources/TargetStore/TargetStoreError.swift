// What can go wrong with the database, and what to do about it.

import Foundation
internal import GRDB

/// Why the target store could not do what was asked: what, where, and the remedy, in one message.
///
/// Callers decide on `code` and `isTransient`; the text is for people.
public struct TargetStoreError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is. More may be added: treat unknown ones as permanent.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Another daemon works on the same state directory.
    public static let inUse = Code(rawValue: "in-use")
    /// The database was written by a later version of the program.
    public static let laterSchema = Code(rawValue: "later-schema")
    /// The database was written by an earlier version and only the daemon may bring it up to date.
    public static let earlierSchema = Code(rawValue: "earlier-schema")
    /// The file is a database of another program.
    public static let foreignDatabase = Code(rawValue: "foreign-database")
    /// The file is damaged, or no database at all.
    public static let corrupt = Code(rawValue: "corrupt")
    /// There is no database yet.
    public static let noDatabase = Code(rawValue: "no-database")
    /// The file system, or the quota, is full.
    public static let diskFull = Code(rawValue: "disk-full")
    /// The disk refused to read, write or sync.
    public static let inputOutput = Code(rawValue: "input-output")
    /// Another program held the database longer than the busy timeout.
    public static let busy = Code(rawValue: "busy")
    /// The database was moved, deleted or replaced while it was in use.
    public static let moved = Code(rawValue: "moved")
    /// Permissions forbid it.
    public static let noPermission = Code(rawValue: "no-permission")
    /// A record contradicts itself; nothing was stored.
    public static let invalidRecord = Code(rawValue: "invalid-record")
    /// No scan goes by that number, hash or file name.
    public static let noSuchScan = Code(rawValue: "no-such-scan")
    /// Several scans go by that beginning of a hash.
    public static let ambiguousScan = Code(rawValue: "ambiguous-scan")
    /// No target goes by that id.
    public static let noSuchTarget = Code(rawValue: "no-such-target")
    /// The target's present status does not allow what was asked for.
    public static let notAllowed = Code(rawValue: "not-allowed")
    /// There is no backup, or none that is good.
    public static let noBackup = Code(rawValue: "no-backup")
    /// The work was broken off because the program is to end.
    public static let brokenOff = Code(rawValue: "broken-off")
    /// Anything else that SQLite reports.
    public static let other = Code(rawValue: "other")
  }

  public let code: Code
  /// What went wrong, where, and what to do.
  public let message: String
  /// The cause as the layer below reported it.
  public let underlying: (any Error)?

  init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.underlying = underlying
  }

  /// Whether the same call can succeed later with nothing but the disk or another program changing.
  public var isTransient: Bool { [.diskFull, .inputOutput, .busy, .moved].contains(code) }

  public var description: String { message }

  /// What is wrong, without the advice: the message up to its first full sentence's end.
  var cause: String { message.prefix(while: { $0 != "\n" }).components(separatedBy: ". ").first ?? message }
}

extension TargetStoreError {
  /// Runs `body` and turns whatever it throws into a `TargetStoreError`.
  /// - Parameter action: what was being done, after the word "cannot".
  static func wrapping<T>(_ action: String, at path: String, _ body: () throws -> T) throws(TargetStoreError) -> T {
    do {
      return try body()
    } catch let error as TargetStoreError {
      throw error
    } catch {
      throw TargetStoreError(action, at: path, error)
    }
  }

  private init(_ action: String, at path: String, _ error: any Error) {
    let (code, remedy) = (error as? DatabaseError).map(Self.diagnosis) ?? (.other, "Run `eelscout doctor`.")
    let cause = (error as? DatabaseError).map { "SQLite: \($0.message ?? "error") (\($0.extendedResultCode.rawValue))" }
    self.init(code, "cannot \(action) \(path): \(cause ?? "\(error)"). \(remedy)", underlying: error)
  }

  private static func diagnosis(of error: DatabaseError) -> (Code, String) {
    switch error.extendedResultCode {
    case .SQLITE_IOERR_NOMEM: return (.other, "The program is out of memory.")
    case .SQLITE_READONLY_DBMOVED:
      return (.other, "The file was moved or deleted while in use: stop the daemon, put it back, start again.")
    default: break
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      return (.diskFull, "Nothing was stored. Free space on that file system; it goes on by itself.")
    case .SQLITE_IOERR:
      return (.inputOutput, "Nothing was stored. Look at the disk (`dmesg`, quota); it is tried again.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return (.busy, "Another program holds the database: end its transaction; it is tried again.")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return (.corrupt, corruptionRemedy)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      return (.noPermission, "Check the owner and mode of the file and its folder, and that you are in their group.")
    case .SQLITE_CONSTRAINT: return (.invalidRecord, "Nothing was stored: the values break a rule of the schema.")
    default: return (.other, "Run `eelscout doctor`.")
    }
  }

  static let corruptionRemedy =
    "The file was left as it is; `eelscout restore` puts the last good backup in its place and keeps the damaged file."
}
