// How far a training is, for those who wait.

import Synchronization

/// How far a training run is.
public struct TrainingProgress: Sendable {
  /// Steps done and to do, over all networks.
  public var done: Int
  public var total: Int
  /// Mean squared error of the network that reports, over its last steps; in units of its target.
  public var loss: Double
  /// Which network reports, such as `im2spec 2`.
  public var network: String
  /// Epochs of that network, done and to do.
  public var epoch: Int
  public var epochs: Int
  /// Loss on pairs apart at the end of an epoch, where training watches it.
  public var validation: Double?
  /// Whether an epoch has just ended.
  public var endsEpoch: Bool
}

/// Counts the steps of several workers and reports now and then, and after each epoch.
final class ProgressMeter: Sendable {
  private let done = Mutex(0)
  private let total: Int
  private let report: @Sendable (TrainingProgress) -> Void
  private static let interval = 50

  init(total: Int, report: @escaping @Sendable (TrainingProgress) -> Void) {
    self.total = total
    self.report = report
  }

  /// `steps` more are done, by training or because they need not be.
  func add(_ steps: Int) { done.withLock { $0 += steps } }

  func step(_ network: String, loss: Float, epoch: Int, of epochs: Int) {
    let count = done.withLock {
      $0 += 1
      return $0
    }
    guard count % Self.interval == 0 else { return }
    report(
      TrainingProgress(
        done: count, total: total, loss: Double(loss), network: network, epoch: epoch, epochs: epochs, validation: nil,
        endsEpoch: false))
  }

  func epoch(_ network: String, _ result: (loss: Float, validation: Float?), epoch: Int, of epochs: Int) {
    report(
      TrainingProgress(
        done: done.withLock { $0 }, total: total, loss: Double(result.loss), network: network, epoch: epoch,
        epochs: epochs, validation: result.validation.map(Double.init), endsEpoch: true))
  }
}
