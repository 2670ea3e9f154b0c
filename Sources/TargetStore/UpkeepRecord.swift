// What the upkeep of the database did last: backups, checks, pruning.

/// A task of the upkeep.
public enum UpkeepTask: String, CaseIterable, Sendable {
  case backup, check, prune
  /// The clock's even run, which pruning relies on.
  case clock
}

/// The last try of a task.
public struct UpkeepRecord: Hashable, Sendable {
  /// UTC, ISO 8601 with milliseconds.
  public var triedAt: String
  /// The last time it went well.
  public var doneAt: String?
  /// Whether the last try went well.
  public var isWell: Bool
  /// What came of the last try, in words.
  public var finding: String
}
