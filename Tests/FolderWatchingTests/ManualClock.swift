// A clock that moves only when a test says so.

/// A clock that moves only when a test says so. A test can wait until somebody sleeps on it, so it never has to guess
/// how long the other side takes.
final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
  }

  private struct Sleeper {
    let deadline: Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Instant(offset: .zero)
    var lastID = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var observers: [(latest: Instant, continuation: CheckedContinuation<Void, Never>)] = []
    /// Sleeps not longer than this end at once, and the clock jumps there.
    var skipping: Duration?
  }

  private let state = Locked(State())

  var now: Instant { state.withLock { $0.now } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(id, Sleeper(deadline: deadline, continuation: continuation))
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: id)
        if sleeper == nil { state.cancelled.insert(id) }
        return sleeper
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  private func enter(_ id: Int, _ sleeper: Sleeper) {
    enum Answer { case sleep, wake, cancel }
    let answer = state.withLock { state -> Answer in
      if state.cancelled.remove(id) != nil { return .cancel }
      if let skipping = state.skipping, sleeper.deadline <= state.now.advanced(by: skipping) {
        state.now = max(state.now, sleeper.deadline)
      }
      if sleeper.deadline <= state.now { return .wake }
      state.sleepers[id] = sleeper
      return .sleep
    }
    switch answer {
    case .sleep: tellObservers()
    case .wake: sleeper.continuation.resume()
    case .cancel: sleeper.continuation.resume(throwing: CancellationError())
    }
  }

  private func tellObservers() {
    let told = state.withLock { state in
      let told = state.observers.filter { observer in state.sleepers.values.contains { $0.deadline <= observer.latest }
      }
      state.observers.removeAll { observer in state.sleepers.values.contains { $0.deadline <= observer.latest } }
      return told
    }
    for observer in told { observer.continuation.resume() }
  }

  func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let now = state.now
      let woken = state.sleepers.filter { $0.value.deadline <= now }
      for id in woken.keys { state.sleepers[id] = nil }
      return woken.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Returns as soon as somebody sleeps on this clock for at most the given time.
  func sleeperAppears(within duration: Duration) async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.observers.append(($0.now.advanced(by: duration), continuation)) }
      tellObservers()
    }
  }

  /// From now on, sleeps of at most the given time end at once.
  func skipSleeps(upTo duration: Duration) {
    state.withLock { $0.skipping = duration }
    advance(by: duration)
  }
}
