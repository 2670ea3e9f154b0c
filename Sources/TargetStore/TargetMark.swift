// What people and scripts do with targets: the states of a target's life and who may change them.

/// What can be done with a target besides claiming it.
///
/// A target's life, held by triggers in the database for whoever writes there:
///
///     new, expired ──claim──▶ claimed ──lease runs out──▶ expired
///     new, expired ──done───▶ acquired        (anybody: a spectrum by hand counts too)
///     claimed ──done──▶ acquired              (the claimant; anybody once the lease has run out)
///     claimed ──release──▶ new                (the claimant)
///     all but acquired ──skip, reject──▶ skipped, rejected   (anybody, whoever has claimed it)
///     skipped, rejected, acquired, expired ──release──▶ new  (anybody: this is the undo)
///     new ──its file holds another scan──▶ superseded ──the scan comes back──▶ new   (the daemon)
///
/// - A person's skip or reject beats a script's claim: the script's `done` is refused then.
/// - `expired` is free like `new`; it remembers who had it.
/// - Where the scan is superseded, `release` leads to `superseded` instead of `new`, and nothing can be claimed.
/// - Every change stands in `target_event`, with who, when and why.
public enum TargetMark: String, CaseIterable, Sendable {
  case done, skip, reject, release

  /// The status that it leads to, unless the scan is superseded.
  var status: TargetStatus {
    switch self {
    case .done: .acquired
    case .skip: .skipped
    case .reject: .rejected
    case .release: .new
    }
  }

  /// Why it can't be done with a target as it stands; nil when it can.
  func obstacle(_ target: StoredTarget, by: String, now: String) -> String? {
    let isHeld = target.status == .claimed && (target.leaseExpiresAt ?? "") > now && target.claimedBy != by
    let holder = "\(target.claimedBy ?? "somebody") holds it until \(target.leaseExpiresAt ?? "?")"
    let last = "it is \(target.status.rawValue), by \(target.statusBy) at \(target.statusAt)"
    switch (self, target.status) {
    case (.done, .claimed): return isHeld ? holder : nil
    case (.done, .new), (.done, .expired): return nil
    case (.done, _): return last + (target.statusWhy.map { " (\($0))" } ?? "")
    case (.skip, .acquired), (.reject, .acquired): return last + "; release it first"
    case (.skip, _), (.reject, _): return nil
    case (.release, .new), (.release, .superseded): return "nothing is to be undone: \(last)"
    case (.release, .claimed): return isHeld ? holder + "; skip or reject it to take it away" : nil
    case (.release, _): return nil
    }
  }
}

/// Targets that somebody wants to acquire.
public struct ClaimRequest: Hashable, Sendable {
  /// Who acquires: a person or a script.
  public var by: String
  /// After so long without a word the target is free again.
  public var leaseSeconds: Double
  /// At most so many, the first in `order`.
  public var top: Int
  /// A scan's number, the beginning of its hash, or its file's name; nil for all, newest first.
  public var scan: String?
  /// In which order a scan's targets are taken.
  public var order: TargetOrder

  public init(
    by: String, leaseSeconds: Double = 600, top: Int = 1, scan: String? = nil, order: TargetOrder = .rank
  ) {
    self.by = by
    self.leaseSeconds = leaseSeconds
    self.top = top
    self.scan = scan
    self.order = order
  }
}
