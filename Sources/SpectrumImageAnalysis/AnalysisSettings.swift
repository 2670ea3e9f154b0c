// What is trained for the figures, and for how long.

import Im2Spec
import ModelWorkshop

/// Options of an analysis.
public struct AnalysisSettings: Equatable, Sendable {
  /// Parts of the non-negative factorisation.
  public var components = 4
  /// Latents of the larger networks of figures 3 to 6; the smaller ones have two, which a plane can show.
  public var latents = 10
  /// Numbers of latents of figure S1, beside 2 and `latents`.
  public var sweep = [2, 3, 4, 6, 8, 10, 12, 16]
  /// Training steps of every network.
  public var steps = 1500
  /// Pairs a step.
  public var batch = 32
  /// Blocks of the cross-validation.
  public var folds = 4
  /// Sampling of figure S3: every so many pixels become one.
  public var coarserBy = [2, 4]
  public var seed: UInt64 = 0
  /// Networks trained at the same time.
  public var workers = 2

  public init() {}

  /// A coarse look: few steps and few numbers of latents.
  public static var quick: AnalysisSettings {
    var settings = AnalysisSettings()
    settings.steps = 300
    settings.sweep = [2, 4, 10, 16]
    return settings
  }

  static let fewLatents = 2

  /// The two numbers of latents that figures 3 to 6 compare.
  var compared: [Int] { [Self.fewLatents, latents] }

  /// Every number of latents trained on all tiles, rising.
  var allLatents: [Int] { Set(sweep + compared).sorted() }

  /// The paper's training: the tile alone, as it stands, without added noise or turned tiles.
  var training: EnsembleSettings {
    var training = EnsembleSettings()
    training.members = 1
    training.context = false
    training.seed = seed
    training.workers = workers
    training.spec2imSteps = steps
    training.training = TrainingSettings(steps: steps, batch: batch, dose: nil, orientations: false)
    return training
  }
}
