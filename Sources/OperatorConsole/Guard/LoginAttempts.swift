// Guessing a token is made slow.

import Synchronization

/// Counts wrong tokens; after some of them nobody may try for a while.
final class LoginAttempts: Sendable {
  /// Wrong tokens within the window before nobody is heard.
  private static let limit = 10
  private static let window = Duration.seconds(60)

  private let failures = Mutex<[ContinuousClock.Instant]>([])

  /// Whether another token may be tried now.
  var isOpen: Bool {
    failures.withLock { failures in
      failures.removeAll { $0.duration(to: .now) > Self.window }
      return failures.count < Self.limit
    }
  }

  func fail() { failures.withLock { $0.append(.now) } }
}
