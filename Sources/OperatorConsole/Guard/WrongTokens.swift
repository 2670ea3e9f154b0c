// Guessing a token is made slow and said in the log, without shutting out whoever knows it.

import Synchronization

/// Wrong tokens of all clients.
final class WrongTokens: Sendable {
  /// One line in the log for so long.
  private static let quietTime = Duration.seconds(60)

  private let delay: Duration
  private let say: @Sendable (String) -> Void
  private let state = Mutex<(count: Int, saidAt: ContinuousClock.Instant?)>((0, nil))

  init(delay: Duration, say: @escaping @Sendable (String) -> Void) {
    self.delay = delay
    self.say = say
  }

  /// Takes its time.
  func note() async {
    let count: Int? = state.withLock { state in
      state.count += 1
      if let saidAt = state.saidAt, saidAt.duration(to: .now) < Self.quietTime { return nil }
      defer { state = (0, .now) }
      return state.count
    }
    if let count { say(count == 1 ? "a wrong token was given" : "wrong tokens were given \(count) times") }
    try? await Task.sleep(for: delay)
  }
}
