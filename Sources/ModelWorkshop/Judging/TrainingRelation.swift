// Whether a model has seen a set: figures on training data say nothing.

import Im2Spec
import StrictJSON

/// What part of a set a model can be judged on.
public enum TrainingRelation: Sendable {
  /// The model's record does not name the set.
  case unseen
  /// The model was trained on a part of the set; these positions (a corner, a guard band apart) were kept back.
  case partlySeen(kept: SpectrumSet)
  /// Every position was trained on.
  case seen

  /// Compares the set's content with the record in the bundle.
  public init(of set: SpectrumSet, to model: ModelBundle) {
    let record = model.training
    let digests = (record["training_sets"]?.array ?? []).compactMap { $0["sha256"]?.string }
    if digests.contains(set.digest) {
      self = .seen
      return
    }
    let seed = UInt64(truncatingIfNeeded: record["seed"]?.int ?? 0)
    let parts = ModelBuilder.split([set], seed: seed)
    if let training = parts.training.first, let kept = parts.calibration.first, !kept.positions.isEmpty,
      digests.contains(training.digest)
    {
      self = .partlySeen(kept: kept)
    } else {
      self = .unseen
    }
  }
}

extension SetEvaluation {
  /// Judges a model on what it has not seen of a set.
  /// - Throws: `WorkshopError` when there is nothing of the kind.
  public static func unseen(model: ModelBundle, set: SpectrumSet) throws -> SetEvaluation {
    let part: SpectrumSet
    let split: String
    switch TrainingRelation(of: set, to: model) {
    case .unseen:
      part = set
      split = "not in the model's record of training data"
    case .partlySeen(let kept):
      part = kept
      split = "the corner kept back in training, a guard band apart (it calibrated the model)"
    case .seen:
      throw WorkshopError(
        "\(set.name): model \(model.id) was trained on every position of it; such figures say nothing. Give another set, "
          + "or cross-validate: eelscout evaluate with the set alone")
    }
    var result = try SetEvaluation(model: model, set: part)
    result.split = split
    return result
  }
}
