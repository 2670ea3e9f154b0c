// How far predictions lie from measurements, position by position.

import Im2Spec
import ModelWorkshop

/// Errors of predicted targets at every position.
struct PredictionErrors: Sendable {
  /// √(mean (p−t)² / mean (p+t)²) of each position: the paper's measure.
  let paper: [Float]
  /// Mean (p−t)² of each position: squared scaler units for spectra, squared particle levels for tiles.
  let meanSquared: [Float]
  /// The measures over all positions at once.
  let pooled: SpectralMeasures

  /// - Parameter size: values of one target.
  init(predicted: [Float], reference: [Float], size: Int) {
    var paper: [Float] = []
    var meanSquared: [Float] = []
    for start in stride(from: 0, to: reference.count, by: size) {
      var (difference, sum) = (0.0, 0.0)
      for i in start..<start + size {
        let (p, t) = (Double(predicted[i]), Double(reference[i]))
        difference += (p - t) * (p - t)
        sum += (p + t) * (p + t)
      }
      paper.append(sum > 0 ? Float((difference / sum).squareRoot()) : .nan)
      meanSquared.append(Float(difference / Double(size)))
    }
    (self.paper, self.meanSquared) = (paper, meanSquared)
    pooled = SpectralMeasures(predicted: predicted, reference: reference, size: size)
  }

  /// Mean of the paper's measure over the positions, as the paper averages its maps.
  var meanPaper: Double {
    let finite = paper.filter(\.isFinite)
    return finite.reduce(0) { $0 + Double($1) } / Double(max(1, finite.count))
  }
}

/// What a perfect prediction would still be charged with: the counting noise of the measured spectra.
struct NoiseFloor: Sendable {
  /// Paper's measure of a noise-free prediction, averaged over the positions.
  let paper: Double
  /// Noise variance over the mean squared spectrum.
  let nmse: Double
  /// Whether noise-free spectra are known, or the noise was estimated from second differences along energy.
  let isKnown: Bool

  /// - Parameters:
  ///   - spectra: (n, channels) measured.
  ///   - clean: the same without noise, where a simulation knows them.
  init(spectra: [Float], clean: [Float]?, channels: Int) {
    isKnown = clean != nil
    let count = spectra.count / channels
    var (paper, noise, square) = (0.0, 0.0, 0.0)
    for position in 0..<count {
      let range = position * channels..<(position + 1) * channels
      let energy = spectra[range].reduce(0) { $0 + Double($1) * Double($1) }
      let variance =
        clean.map { Self.differences(spectra[range], $0[range]) } ?? NoiseEstimate.variance(of: spectra[range])
      let total = variance * Double(channels)
      // A noise-free prediction p of t = p + noise: (p+t)² averages 4p² + noise², and p² is t² less the noise.
      let sum = 4 * max(0, energy - total) + total
      paper += sum > 0 ? (total / sum).squareRoot() : 0
      noise += total
      square += energy
    }
    self.paper = paper / Double(max(1, count))
    nmse = square > 0 ? noise / square : 0
  }

  private static func differences(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) } / Double(max(1, a.count))
  }
}
