// From spectrum sets to a complete bundle: scaler, networks, bank, calibration, provenance.

import Foundation
import Im2Spec
import Microscopy
import StrictJSON

/// Builds a model from sets to train on and other sets to calibrate with.
public struct ModelBuilder: Sendable {
  public var settings: EnsembleSettings
  public var licence: String
  /// UTC, ISO 8601; nil for now.
  public var createdAt: String?
  /// Where the sets come from, in words.
  public var source: String

  public init(settings: EnsembleSettings, licence: String = "unspecified", source: String, createdAt: String? = nil) {
    self.settings = settings
    self.licence = licence
    self.source = source
    self.createdAt = createdAt
  }

  /// Share of the sets kept for calibration where the caller names none.
  private static let calibrationShare = 0.25

  /// The last quarter of several sets is kept back; of a single set a corner, a guard band apart.
  public static func split(_ sets: [SpectrumSet], seed: UInt64) -> (training: [SpectrumSet], calibration: [SpectrumSet])
  {
    if sets.count > 1 {
      let kept = max(1, Int((Double(sets.count) * calibrationShare).rounded()))
      return (Array(sets.dropLast(kept)), Array(sets.suffix(kept)))
    }
    guard let set = sets.first else { return ([], []) }
    let split = SpatialSplit(set.positions, seed: seed)
    return ([set.subset(split.training)], [set.subset(split.test)])
  }

  /// Everything that decides about the networks' weights; a training that was interrupted goes on only with the same.
  public func identity(training: [SpectrumSet], calibration: [SpectrumSet]) -> JSONValue {
    let network = settings.training
    return [
      "training": JSONValue(training.map(\.digest)), "calibration": JSONValue(calibration.map(\.digest)),
      "members": .int(settings.members), "latents": .int(settings.latents), "context": .bool(settings.context),
      "seed": .string(String(settings.seed)), "steps": .int(network.steps),
      "spec2im_steps": .int(settings.spec2imSteps),
      "batch": .int(network.batch), "schedule": .string("\(network.schedule)"),
      "dose": .string("\(network.dose as Any)"),
      "orientations": .bool(network.orientations), "patience": JSONValue(network.patience),
    ]
  }

  /// Trains, banks and calibrates.
  /// - Parameter checkpoints: where an unfinished training is kept, and gone on with.
  public func build(
    training: [SpectrumSet], calibration: [SpectrumSet], checkpoints: TrainingCheckpoints? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) async throws -> ModelBundleDraft {
    let pairs = try SpectrumSet.trainingSet(training)
    guard pairs.count >= Self.fewestPairs else {
      throw WorkshopError(
        "\(pairs.count) pairs of tile and spectrum are too few to train on; \(Self.fewestPairs) are needed. "
          + "A spectrum image of 62×75 pixels gives 2714, less what is kept back for calibration")
    }
    guard calibration.contains(where: { !$0.positions.isEmpty }) else {
      throw WorkshopError(
        "nothing is kept back to calibrate with; give a larger image, or another one by --calibration")
    }
    let hasTruth = training.allSatisfy { $0.cleanCounts != nil }
    let scaler = SpectrumScaler(
      fitting: pairs.counts, clean: hasTruth ? training.flatMap(\.truthCounts) : nil, channels: pairs.channels)
    let validation = settings.training.patience == nil ? nil : try SpectrumSet.trainingSet(calibration)
    let networks = try await EnsembleTraining.train(
      pairs, scaler: scaler, settings: settings, validation: validation, checkpoints: checkpoints, progress: progress)
    let bank = ReferenceBank(drawnFrom: pairs, networks: networks, seed: settings.seed)
    let now = Date.now.formatted(.iso8601)
    var draft = ModelBundleDraft(
      networks: networks, pixelSizeNM: training[0].pixelSizeNM, energyEV: training[0].energyEV, scaler: scaler,
      bank: bank, training: .null, createdAt: createdAt ?? now, licence: licence)
    draft.training = provenance(training, calibration, figures: .null)
    let model = try draft.model()
    draft.calibration = try ModelCalibration.scores(
      of: model, training: pairs, pitchOf: training, on: calibration, seed: settings.seed)
    let measures = try calibration.map {
      try SetEvaluation(model: model, set: $0.seen(in: $0.fastScans.first ?? $0.image))
    }
    draft.training = provenance(training, calibration, figures: SetEvaluation.figures(measures))
    return draft
  }

  /// Fewer pairs than a batch or two teach nothing.
  public static let fewestPairs = 200

  private func provenance(_ training: [SpectrumSet], _ calibration: [SpectrumSet], figures: JSONValue) -> JSONValue {
    func describe(_ sets: [SpectrumSet]) -> JSONValue {
      .array(
        sets.map {
          [
            "name": .string($0.name), "positions": .int($0.positions.count), "sha256": .string($0.digest),
            "preparation": $0.preparation,
          ]
        })
    }
    return [
      "source": .string(source), "seed": .int(Int(truncatingIfNeeded: settings.seed)),
      "members": .int(settings.members), "latents": .int(settings.latents), "context": .bool(settings.context),
      "steps": .int(settings.training.steps), "spec2im_steps": .int(settings.spec2imSteps),
      "batch": .int(settings.training.batch), "patience": JSONValue(settings.training.patience),
      "training_sets": describe(training),
      "calibration_sets": describe(calibration), "figures": figures,
    ]
  }
}
