// What an imported model must learn of ordinary film before places can be ranked with it.

import Im2Spec

extension ImportedBundle {
  /// Bank and calibration from spectra with their images: tiles of the first part of the sets stand for the training
  /// set that the networks' file does not hold, the scores are measured on the rest.
  ///
  /// - Parameter sets: several, or one whose corner is kept for the scores; with the networks' channels.
  /// - Throws: `WorkshopError` for a one-way bundle, or sets that do not fit the networks.
  public func calibrated(on sets: [SpectrumSet], seed: UInt64) throws -> ImportedBundle {
    guard case .whole(var draft) = self else {
      throw WorkshopError("a bundle with one of the two networks cannot be calibrated; give im2spec and spec2im")
    }
    for set in sets where set.channels != draft.energyEV.count {
      throw WorkshopError("\(set.name) has \(set.channels) channels, the networks \(draft.energyEV.count)")
    }
    let (first, rest) = ModelBuilder.split(sets, seed: seed)
    let pairs = try SpectrumSet.trainingSet(first)
    guard pairs.count > 0, !rest.allSatisfy(\.positions.isEmpty) else {
      throw WorkshopError("too few spectra to calibrate with: \(sets.map(\.positions.count).reduce(0, +)) positions")
    }
    draft.bank = ReferenceBank(drawnFrom: pairs, networks: draft.networks, seed: seed)
    draft.calibration = try Self.spread(
      ModelBuilder.calibrate(draft.model(), training: pairs, pitchOf: first, on: rest, seed: seed))
    return .whole(draft)
  }

  /// A score that is the same everywhere, as the spread of an ensemble of one network, gets the spread 1: it then
  /// stands at zero deviations on every scan and moves no rank.
  private static func spread(_ calibration: ScoreCalibration) -> ScoreCalibration {
    var calibration = calibration
    calibration.scales = calibration.scales.mapValues { scale in
      var scale = scale
      if scale.medianAbsoluteDeviation <= 0 { scale.medianAbsoluteDeviation = 1 }
      if scale.standardDeviation <= 0 { scale.standardDeviation = 1 }
      return scale
    }
    return calibration
  }
}
