// Spectrometers write the energy axis in either direction.

import Microscopy

enum Ascending {
  /// The same spectra with energies rising.
  static func axis(of raw: SpectrumImage) throws(PreparationError) -> SpectrumImage {
    let axis = raw.energyAxis
    guard axis.scale.isFinite, axis.offset.isFinite, axis.scale != 0 else {
      throw PreparationError(
        "the energy axis has a step of \(axis.scale) eV from \(axis.offset) eV; calibrate it in the acquisition program"
      )
    }
    guard axis.scale < 0 else { return raw }
    let channels = axis.size
    var counts = raw.counts
    for start in stride(from: 0, to: counts.count, by: channels) {
      counts[start..<start + channels].reverse()
    }
    return SpectrumImage(
      frame: raw.frame,
      energyAxis: Axis(
        name: axis.name, size: channels, scale: -axis.scale, offset: axis.value(at: channels - 1), units: axis.units),
      counts: counts)
  }
}
