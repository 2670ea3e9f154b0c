// What spectra must not hold.

import Microscopy

enum SpectrumChecks {
  /// - Throws: `PreparationError` naming the channels with values that are not numbers.
  static func finite(_ spectra: SpectrumImage) throws(PreparationError) {
    let channels = spectra.energyAxis.size
    var bad = [Int](repeating: 0, count: channels)
    for index in spectra.counts.indices where !spectra.counts[index].isFinite { bad[index % channels] += 1 }
    guard let first = bad.firstIndex(where: { $0 > 0 }), let last = bad.lastIndex(where: { $0 > 0 }) else { return }
    let axis = spectra.energyAxis
    let total = bad.reduce(0, +)
    throw PreparationError(
      "\(total) values are not finite numbers, in channels \(first)…\(last) "
        + "(\(Text.energy(axis.value(at: first)))…\(Text.energy(axis.value(at: last))) eV); "
        + "interpolate dead channels, or crop the axis, before training")
  }

  /// Share of the mean spectrum's area that may be negative: more is no noise, but a wrong dark reference.
  private static let largestNegativeShare = 0.1

  /// A note on negative counts, or nil when there are none.
  /// - Throws: `PreparationError` when they are more than noise, or when nothing is left.
  static func negative(_ spectra: SpectrumImage) throws(PreparationError) -> String? {
    let channels = spectra.energyAxis.size
    let mean = MeanSpectrum.of(spectra)
    let positive = mean.filter { $0 > 0 }.reduce(0, +)
    let negative = -mean.filter { $0 < 0 }.reduce(0, +)
    guard positive > 0 else {
      throw PreparationError("every channel of the mean spectrum is 0 or negative; check the dark reference")
    }
    if negative > largestNegativeShare * (positive + negative) {
      let worst = mean.indices.min { mean[$0] < mean[$1] } ?? 0
      throw PreparationError(
        "negative counts: the mean spectrum is \(Text.energy(mean[worst])) at "
          + "\(Text.energy(spectra.energyAxis.value(at: worst))) eV; check the dark reference, or fit the zero-loss tail "
          + "in another --tail-window")
    }
    let count = spectra.counts.count { $0 < 0 }
    guard count > 0 else { return nil }
    let share = 100 * Double(count) / Double(max(1, spectra.counts.count))
    return "negative values: \((share * 10).rounded() / 10) % of \(spectra.counts.count / channels) spectra's values, "
      + "kept as they are (noise after subtraction)"
  }
}

enum MeanSpectrum {
  /// Mean over all positions.
  static func of(_ spectra: SpectrumImage) -> [Double] {
    let channels = spectra.energyAxis.size
    var sum = [Double](repeating: 0, count: channels)
    for start in stride(from: 0, to: spectra.counts.count, by: channels) {
      for channel in 0..<channels { sum[channel] += Double(spectra.counts[start + channel]) }
    }
    let count = Double(max(1, spectra.counts.count / max(1, channels)))
    return sum.map { $0 / count }
  }
}
