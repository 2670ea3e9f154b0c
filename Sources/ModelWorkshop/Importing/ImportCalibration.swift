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
    let (first, rest) = ModelBuilder.split(sets, seed: seed)
    draft = try ModelCalibration.calibrated(draft, training: first, calibration: rest, seed: seed)
    return .whole(draft)
  }
}
