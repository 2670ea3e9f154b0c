// Threads for work that blocks: reading files, committing, multiplying matrices.

import Dispatch

/// Runs tasks on threads of its own, so that signals and timers on the common pool are never kept waiting.
final class WorkExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "eelscout.work", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
