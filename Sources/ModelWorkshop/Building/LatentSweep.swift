// The same two networks with one number of latents after another.

import Im2Spec
import NeuralNetworks

/// im2spec and spec2im of one number of latents, trained on every pair.
public struct LatentNetworks: Sendable {
  public let latents: Int
  public let im2spec: FloatNetwork
  public let spec2im: FloatNetwork
}

/// Trains networks that differ in their number of latents only. What they predict for their training pairs is in-sample.
public struct LatentSweep: Sendable {
  public var settings: EnsembleSettings

  /// - Parameter settings: one im2spec is trained for each number of latents, whatever `members` and `latents` say.
  public init(settings: EnsembleSettings) { self.settings = settings }

  /// Steps that a training takes in all, for progress.
  public func steps(_ latents: [Int]) -> Int { latents.count * (settings.training.steps + settings.spec2imSteps) }

  /// - Parameter scaler: frozen for all of them.
  public func train(
    _ pairs: TrainingSet, scaler: SpectrumScaler, latents: [Int],
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) async throws -> [LatentNetworks] {
    var jobs: [NetworkJob] = []
    for count in latents {
      var settings = settings
      settings.members = 1
      settings.latents = count
      jobs += EnsembleTraining.jobs(pairs, scaler: scaler, settings: settings, name: "\(count) latents, ")
    }
    let networks = try await TrainingPool.train(jobs, workers: settings.workers, progress: progress)
    return latents.enumerated().map {
      LatentNetworks(latents: $1, im2spec: networks[2 * $0], spec2im: networks[2 * $0 + 1])
    }
  }
}
