// Runs the watcher on a thread of its own, so that a hanging file system never holds up the rest of the program.

import Dispatch

/// Runs an actor on a private dispatch queue: its file system calls may block for long (a network mount that hangs),
/// and Swift's shared pool has only as many threads as there are cores.
final class QueueExecutor: SerialExecutor {
  let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label, qos: .utility) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }

  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
