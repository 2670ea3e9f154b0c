// Finding the electrons that lost nothing.

import Microscopy

/// The zero-loss peak of a mean spectrum.
struct ZeroLossPeak: Equatable {
  /// Channel of its summit.
  let channel: Int
  /// Full width at half maximum, channels.
  let width: Double

  /// Farther from 0 eV than the larger of these a summit is no misaligned zero loss but a plasmon.
  private static let farthestEV = 0.25
  private static let farthestChannels = 10.0
  /// In low-loss spectra the zero-loss peak is at least this much higher than everything that is not its flank.
  private static let prominence = 3.0

  /// Nil where the highest summit is not near 0 eV, does not fall on both sides, or does not stand out.
  init?(in spectra: SpectrumImage) {
    let mean = MeanSpectrum.of(spectra)
    let axis = spectra.energyAxis
    guard let top = mean.indices.max(by: { mean[$0] < mean[$1] }), mean[top] > 0,
      abs(axis.value(at: top)) <= max(Self.farthestEV, Self.farthestChannels * axis.scale)
    else { return nil }
    let half = mean[top] / 2
    guard let left = mean[..<top].lastIndex(where: { $0 < half }),
      let right = mean[top...].firstIndex(where: { $0 < half })
    else { return nil }
    // Where the straight lines between neighbouring channels cross half the height.
    let leftEdge = Double(left) + (half - mean[left]) / (mean[left + 1] - mean[left])
    let rightEdge = Double(right) - (half - mean[right]) / (mean[right - 1] - mean[right])
    let width = max(1, rightEdge - leftEdge)
    let flank = Int((3 * width).rounded(.up))
    let outside = mean.indices.filter { abs($0 - top) > flank }.map { mean[$0] }.max() ?? 0
    guard mean[top] >= Self.prominence * outside else { return nil }
    channel = top
    self.width = width
  }
}
