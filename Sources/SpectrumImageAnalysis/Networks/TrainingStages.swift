// Several trainings one after another, reported as one.

import ModelWorkshop
import Synchronization

/// Adds up the steps of stages that run one after another.
final class TrainingStages: Sendable {
  private let total: Int
  private let begun = Mutex(0)
  private let report: @Sendable (TrainingProgress) -> Void

  /// - Parameter total: steps of all stages.
  init(total: Int, report: @escaping @Sendable (TrainingProgress) -> Void) {
    self.total = total
    self.report = report
  }

  /// Where the next stage reports; its steps count as done once a further stage begins.
  func next(steps: Int, name: String) -> @Sendable (TrainingProgress) -> Void {
    let before = begun.withLock { begun in
      defer { begun += steps }
      return begun
    }
    let (total, report) = (total, report)
    return { progress in
      var whole = progress
      whole.done = before + progress.done
      whole.total = total
      whole.network = name + progress.network
      report(whole)
    }
  }
}
