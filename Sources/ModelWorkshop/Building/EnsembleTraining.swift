// Members of an ensemble and the way back.

import Im2Spec
import NeuralNetworks

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

enum EnsembleTraining {
  /// One job a member and one for the way back; seeds follow the ensemble's.
  static func jobs(
    _ pairs: TrainingSet, scaler: SpectrumScaler, settings: EnsembleSettings, validation: TrainingSet? = nil,
    name: String = ""
  ) -> [NetworkJob] {
    let forward = CompactFamily.im2spec(
      latents: settings.latents, channels: pairs.channels, context: settings.context)
    let back = CompactFamily.spec2im(latents: settings.latents, channels: pairs.channels)
    return (0...settings.members).map { index in
      var training = settings.training
      training.seed = settings.seed &+ UInt64(index)
      let isBack = index == settings.members
      if isBack { training.steps = settings.spec2imSteps }
      return NetworkJob(
        name: name + (isBack ? "spec2im" : "im2spec \(index)"), direction: isBack ? .spec2im : .im2spec,
        architecture: isBack ? back : forward, pairs: pairs, scaler: scaler, settings: training, validation: validation)
    }
  }

  static func train(
    _ pairs: TrainingSet, scaler: SpectrumScaler, settings: EnsembleSettings, validation: TrainingSet? = nil,
    checkpoints: TrainingCheckpoints? = nil, progress: @escaping @Sendable (TrainingProgress) -> Void
  ) async throws -> BundleNetworks {
    let trained = try await TrainingPool.train(
      jobs(pairs, scaler: scaler, settings: settings, validation: validation), workers: settings.workers,
      checkpoints: checkpoints, progress: progress)
    return try BundleNetworks(im2spec: Array(trained.dropLast()), spec2im: trained[settings.members])
  }
}
