// What stops triage before any scan is looked at.

/// A model that cannot be used for ranking.
public struct TriageError: Error, CustomStringConvertible, Equatable {
  public var description: String
}
