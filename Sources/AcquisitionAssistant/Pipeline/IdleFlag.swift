// Whether a loop waits for work: then it has no progress to prove.

import Synchronization

/// Set while a loop waits for its next piece of work.
final class IdleFlag: Sendable {
  private let waiting = Atomic<Bool>(false)

  var isIdle: Bool { waiting.load(ordering: .relaxed) }

  /// Runs the waiting part of a loop.
  func `while`<T: Sendable>(_ wait: @Sendable () async -> T) async -> T {
    waiting.store(true, ordering: .relaxed)
    defer { waiting.store(false, ordering: .relaxed) }
    return await wait()
  }
}
