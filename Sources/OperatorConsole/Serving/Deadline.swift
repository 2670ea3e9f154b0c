// Waiting for a client no longer than it may take.

/// The client took too long.
struct Overdue: Error {}

/// Runs `body`; when it is not done in time it is cancelled.
/// - Throws: `Overdue`, or what `body` throws.
func within<T: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> T) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      guard let result else { throw Overdue() }
      return result
    }
    throw CancellationError()
  }
}
