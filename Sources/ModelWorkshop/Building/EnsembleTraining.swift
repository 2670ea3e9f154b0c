// Members of an ensemble and the way back, trained side by side: one network a core.

import Im2Spec
import NeuralNetworks
import Synchronization

/// What to train.
public struct EnsembleSettings: Equatable, Sendable {
  public var members = 4
  public var latents = 10
  /// Whether im2spec takes the twelve context features beside the tile.
  public var context = true
  public var seed: UInt64 = 0
  public var training = TrainingSettings()
  public var spec2imSteps = 3000
  /// Networks trained at the same time.
  public var workers = 2

  public init() {}
}

/// How far a training run is.
public struct TrainingProgress: Sendable {
  /// Steps done and to do, over all networks.
  public var done: Int
  public var total: Int
  /// Running mean of im2spec's loss.
  public var loss: Double
}

enum EnsembleTraining {
  /// Trains all networks; the result does not depend on the number of workers.
  static func train(
    _ pairs: TrainingSet, scaler: SpectrumScaler, settings: EnsembleSettings,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) async throws -> BundleNetworks {
    let architecture = CompactFamily.im2spec(
      latents: settings.latents, channels: pairs.channels, context: settings.context)
    let back = CompactFamily.spec2im(latents: settings.latents, channels: pairs.channels)
    let meter = ProgressMeter(
      total: settings.members * settings.training.steps + settings.spec2imSteps, report: progress)
    var networks = [FloatNetwork?](repeating: nil, count: settings.members + 1)
    try await withThrowingTaskGroup(of: (Int, FloatNetwork).self) { group in
      var next = 0
      func startNext() {
        guard next <= settings.members else { return }
        let job = next
        next += 1
        group.addTask {
          var training = settings.training
          training.seed = settings.seed &+ UInt64(job)
          if job < settings.members {
            let network = try NetworkTraining.im2spec(
              architecture, on: pairs, scaler: scaler, settings: training
            ) { _, loss in meter.step(loss: loss) }
            return (job, network)
          }
          training.steps = settings.spec2imSteps
          let network = try NetworkTraining.spec2im(back, on: pairs, scaler: scaler, settings: training) { _, _ in
            meter.step(loss: nil)
          }
          return (job, network)
        }
      }
      for _ in 0..<max(1, settings.workers) { startNext() }
      while let (job, network) = try await group.next() {
        networks[job] = network
        startNext()
      }
    }
    let trained = networks.compactMap { $0 }
    return try BundleNetworks(im2spec: Array(trained.dropLast()), spec2im: trained[settings.members])
  }
}

/// Counts steps of several workers and reports now and then.
private final class ProgressMeter: Sendable {
  private let state = Mutex((done: 0, loss: 0.0))
  private let total: Int
  private let report: @Sendable (TrainingProgress) -> Void
  private static let interval = 50

  init(total: Int, report: @escaping @Sendable (TrainingProgress) -> Void) {
    self.total = total
    self.report = report
  }

  func step(loss: Float?) {
    let due: TrainingProgress? = state.withLock { state in
      state.done += 1
      if let loss { state.loss = state.loss == 0 ? Double(loss) : 0.98 * state.loss + 0.02 * Double(loss) }
      guard state.done % Self.interval == 0 || state.done == total else { return nil }
      return TrainingProgress(done: state.done, total: total, loss: state.loss)
    }
    if let due { report(due) }
  }
}
