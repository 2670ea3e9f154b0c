// Tasks that wait for something the watcher will do.

/// Suspended tasks in the order in which they came. It belongs to one actor.
struct WaitingLine<Value: Sendable> {
  private var tasks: [(ticket: UInt64, continuation: CheckedContinuation<Value?, Never>)] = []

  var isEmpty: Bool { tasks.isEmpty }

  mutating func add(_ continuation: CheckedContinuation<Value?, Never>, ticket: UInt64) {
    tasks.append((ticket, continuation))
  }

  mutating func resumeFirst(with value: Value) {
    guard !tasks.isEmpty else { return }
    tasks.removeFirst().continuation.resume(returning: value)
  }

  mutating func resumeAll(with value: Value?) {
    let resumed = tasks
    tasks = []
    for task in resumed { task.continuation.resume(returning: value) }
  }

  /// Lets one task go without a value; does nothing when it has already gone.
  mutating func abandon(ticket: UInt64) {
    guard let index = tasks.firstIndex(where: { $0.ticket == ticket }) else { return }
    tasks.remove(at: index).continuation.resume(returning: nil)
  }
}
