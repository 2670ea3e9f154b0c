// The two orders of a scan's targets.

/// In which order the targets of a scan stand.
public enum TargetOrder: String, CaseIterable, Sendable {
  /// Best first.
  case rank
  /// The order that spares beam travel and settling.
  case visit
}

extension [StoredTarget] {
  /// Newest scan first, and each scan's targets in that order; those without a place in it last, by rank.
  public func ordered(by order: TargetOrder) -> [StoredTarget] {
    sorted { a, b in
      guard a.scan == b.scan else { return a.scan > b.scan }
      guard order == .visit, a.visitOrder != b.visitOrder else { return a.rank < b.rank }
      return a.visitOrder ?? .max < b.visitOrder ?? .max
    }
  }
}
