// How well predictions fit measurements: the paper's measure beside honest ones.

/// Errors of predicted spectra (or tiles) against a reference.
public struct SpectralMeasures: Equatable, Sendable {
  /// The paper's percentage (its reference [21], notebook): √(mean (p−t)² / mean (p+t)²).
  public var paperError: Double
  /// Σ(p−t)² / Σt².
  public var nmse: Double
  /// Σ(p−t)² / Σ(t−mean t)²: what is left of the variation between positions.
  public var unexplainedVariance: Double
  /// Mean of (p−t)².
  public var meanSquaredError: Double

  /// - Parameters:
  ///   - predicted, reference: (count, size).
  ///   - size: values of one spectrum or tile.
  public init(predicted: [Float], reference: [Float], size: Int) {
    precondition(predicted.count == reference.count && !reference.isEmpty)
    let count = reference.count / size
    var mean = [Double](repeating: 0, count: size)
    for i in reference.indices { mean[i % size] += Double(reference[i]) / Double(count) }
    var (difference, sum, square, variation) = (0.0, 0.0, 0.0, 0.0)
    for i in reference.indices {
      let (p, t) = (Double(predicted[i]), Double(reference[i]))
      difference += (p - t) * (p - t)
      sum += (p + t) * (p + t)
      square += t * t
      variation += (t - mean[i % size]) * (t - mean[i % size])
    }
    paperError = (difference / sum).squareRoot()
    nmse = difference / square
    unexplainedVariance = difference / variation
    meanSquaredError = difference / Double(reference.count)
  }

  /// The baseline: the mean of `training` predicted everywhere.
  public static func meanBaseline(training: [Float], reference: [Float], size: Int) -> SpectralMeasures {
    let count = training.count / size
    var mean = [Float](repeating: 0, count: size)
    for i in training.indices { mean[i % size] += training[i] / Float(count) }
    let predicted = (0..<reference.count).map { mean[$0 % size] }
    return SpectralMeasures(predicted: predicted, reference: reference, size: size)
  }
}
