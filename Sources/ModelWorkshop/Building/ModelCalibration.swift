// What a model's scores look like on ordinary film that its networks did not see.

import Im2Spec
import ImageProcessing
import SeededRandom
import Triage

/// Calibrates networks on sets apart from their training data.
public enum ModelCalibration {
  /// A model with a calibration of its own, and with a bank where it has none.
  ///
  /// - Parameters:
  ///   - training: what the bank is drawn from and ranges and pitch are measured on: the model's own training data, or
  ///     what stands for them.
  ///   - calibration: other positions; the medians, spreads and quantiles of every score are measured here.
  /// - Throws: `WorkshopError` when the sets do not fit the model, or hold too little.
  public static func calibrated(
    _ draft: ModelBundleDraft, training: [SpectrumSet], calibration: [SpectrumSet], seed: UInt64
  ) throws -> ModelBundleDraft {
    for set in training + calibration where set.channels != draft.energyEV.count {
      throw WorkshopError("\(set.name) has \(set.channels) channels, the networks \(draft.energyEV.count)")
    }
    let pairs = try SpectrumSet.trainingSet(training)
    guard pairs.count > 0, calibration.contains(where: { !$0.positions.isEmpty }) else {
      let positions = (training + calibration).map(\.positions.count).reduce(0, +)
      throw WorkshopError("too few spectra to calibrate with: \(positions) positions")
    }
    var draft = draft
    if draft.bank.count == 0 { draft.bank = ReferenceBank(drawnFrom: pairs, networks: draft.networks, seed: seed) }
    draft.calibration = try scores(
      of: draft.model(), training: pairs, pitchOf: training, on: calibration, seed: seed)
    return draft
  }

  /// Scores of ordinary film at the dose of a fast scan.
  static func scores(
    of model: ModelBundle, training: TrainingSet, pitchOf sets: [SpectrumSet], on calibration: [SpectrumSet],
    seed: UInt64
  ) throws -> ScoreCalibration {
    var generator = SeededGenerator(seed: seed &+ 7)
    let samples = try calibration.filter { !$0.positions.isEmpty }.map { set in
      let pairs = try SpectrumSet.trainingSet([set.seen(in: set.fastScans.first ?? set.image)])
      var batch = pairs.batch(Array(0..<pairs.count), context: model.usesContext)
      if set.fastScans.isEmpty {
        TileAugmentation.addNoise(to: &batch.tiles, dose: ReferenceBank.dose, generator: &generator)
      }
      let answer = model.roundTrip(batch)
      let errors = SetEvaluation.errors(
        answer.spectra, set, scale: model.countsPerUnit ?? 1, meanSquare: model.meanSquareSpectrum)
      return CalibrationSample(tiles: batch, roundTrip: answer, error: errors)
    }
    let pitches = sets.compactMap { set -> Double? in
      let image = (try? ScanNormalisation.levels(of: set.image)).flatMap {
        try? ScanNormalisation.normalise(set.image, levels: $0)
      }
      return image.flatMap(LatticePitch.measure).map { Double($0.pitchPixels) }
    }
    return try CalibrationFit.fit(
      samples: samples, bank: model.bank, trainingContext: model.usesContext ? training.context : [],
      pitches: pitches)
  }
}
