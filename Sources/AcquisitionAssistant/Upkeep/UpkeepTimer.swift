// When a task of the upkeep is due.

/// One task's clock: a regular interval, and sooner again after a failure.
struct UpkeepTimer {
  /// A failure may be cured by a person within this time.
  static let retryPause = Duration.seconds(15 * 60)
  /// The start of the daemon is busy enough.
  static let startPause = Duration.seconds(60)

  /// Nil for never.
  private let interval: Duration?
  private(set) var next: ContinuousClock.Instant?

  /// - Parameters:
  ///   - hours: between two runs; 0 for never.
  ///   - secondsSince: since the last run that went well, as the database has it; nil when there was none.
  init(hours: Double, secondsSince: Double?, now: ContinuousClock.Instant) {
    interval = hours > 0 ? .seconds(hours * 3_600) : nil
    next = interval.map { interval in
      let rest = secondsSince.map { max(.zero, interval - .seconds($0)) } ?? .zero
      return now + max(rest, min(Self.startPause, interval))
    }
  }

  func isDue(_ now: ContinuousClock.Instant) -> Bool { next.map { $0 <= now } ?? false }

  mutating func done(_ now: ContinuousClock.Instant) { next = interval.map { now + $0 } }

  /// Not now: something else is the matter.
  mutating func postpone(_ now: ContinuousClock.Instant) { next = interval.map { now + min($0, Self.startPause) } }

  mutating func failed(_ now: ContinuousClock.Instant) { next = interval.map { now + min($0, Self.retryPause) } }
}
