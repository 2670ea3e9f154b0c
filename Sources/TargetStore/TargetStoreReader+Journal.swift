// What the daemon wrote down about itself.

internal import GRDB

/// An entry of the table `journal`.
public struct StoreNote: Hashable, Sendable {
  /// UTC, ISO 8601 with milliseconds.
  public var at: String
  public var message: String

  public init(at: String, message: String) {
    self.at = at
    self.message = message
  }
}

extension TargetStoreReader {
  /// The newest entry of a kind, such as `error`; nil when there is none.
  public func lastNote(_ kind: String) throws(TargetStoreError) -> StoreNote? {
    try read { database in
      try Row.fetchOne(
        database, sql: "SELECT at, message FROM journal WHERE kind = ? ORDER BY id DESC LIMIT 1", arguments: [kind]
      ).map { StoreNote(at: try $0.value("at"), message: try $0.value("message")) }
    }
  }

  /// The rules in force in words, such as `default r2`; nil when no daemon ever ran.
  public func rulesRevision() throws(TargetStoreError) -> String? {
    try read { database in try String.fetchOne(database, sql: "SELECT rules_revision FROM daemon_state WHERE id = 1") }
  }
}
