// Threads for work that blocks or computes: reading files, committing, multiplying matrices.

import Dispatch
import Synchronization

/// Runs every task that is ready on a thread of its own, so that no loop waits for another's work: a scan that keeps all
/// processors busy for minutes leaves the watchdog's food, the heartbeat and the common pool's signals and timers alone.
///
/// Dispatch gives a concurrent queue no more threads than the machine has processors. Serial ones get a thread whenever
/// they have work.
final class WorkExecutor: TaskExecutor {
  private let idle = Mutex<[DispatchQueue]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let queue = idle.withLock { $0.popLast() } ?? DispatchQueue(label: "eelscout.work")
    queue.async {
      job.runSynchronously(on: self.asUnownedTaskExecutor())
      self.idle.withLock { $0.append(queue) }
    }
  }
}
