// Any clock, seen as durations since the watcher was made.

/// Any clock, seen as durations since this value was made.
struct MonotonicTime: Sendable {
  let now: @Sendable () -> Duration
  /// Sleeps until the given duration since the origin; throws `CancellationError`.
  let sleep: @Sendable (_ until: Duration) async throws -> Void

  init<C: Clock>(_ clock: C) where C.Duration == Duration {
    let origin = clock.now
    now = { origin.duration(to: clock.now) }
    sleep = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
  }
}
