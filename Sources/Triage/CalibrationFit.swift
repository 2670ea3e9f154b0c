// Measures what ordinary film scores, once per model, on films the networks did not see.

import Foundation
import Im2Spec
import ImageProcessing
import LinearAlgebra

/// Positions of one calibration film, noised to the dose of a scan, and how wrong the prediction was there.
public struct CalibrationSample: Sendable {
  public var tiles: TileBatch
  /// The networks' answer to `tiles`.
  public var roundTrip: RoundTripBatch
  /// (count): e against the measured spectrum less its known noise floor, in units of the mean squared training spectrum.
  public var error: [Double]

  public init(tiles: TileBatch, roundTrip: RoundTripBatch, error: [Double]) {
    self.tiles = tiles
    self.roundTrip = roundTrip
    self.error = error
  }
}

/// Fits a model's calibration.
public enum CalibrationFit {
  /// Ridge of the error regression (METHOD 6, step 3).
  private static let ridge = 30.0
  /// Smallest e that a noisy spectrum can tell from none; smaller ones count as this (METHOD 9).
  private static let smallestError = 1.5e-3
  /// Spread given to a score that does not vary, as the ensemble's of one member: far above rounding, far below a signal.
  private static let spreadOfConstant = 1e-3

  /// - Parameters:
  ///   - trainingContext: (positions, 12) raw features of the training films; empty for a model without context.
  ///   - pitches: lattice pitch of each training film that has one, pixels of the model.
  /// - Throws: `TriageError` when samples do not fit together or hold numbers that are not finite.
  public static func fit(
    samples: [CalibrationSample], bank: ReferenceBank, trainingContext: [Float], pitches: [Double]
  ) throws(TriageError) -> ScoreCalibration {
    let comparison = try BankComparison(bank)
    var raw: [PositionScores] = []
    var errors: [Double] = []
    for sample in samples {
      let count = sample.tiles.count
      guard sample.roundTrip.count == count, sample.error.count == count else {
        throw TriageError(
          description: "a calibration sample has \(count) tiles, \(sample.roundTrip.count) predictions and "
            + "\(sample.error.count) errors; they must be equally many")
      }
      raw += comparison.scores(of: sample.tiles, roundTrip: sample.roundTrip)
      errors += sample.error
    }
    guard !errors.isEmpty else {
      throw TriageError(description: "nothing to calibrate with: no position of the films kept back holds a whole tile")
    }
    guard errors.allSatisfy(\.isFinite), raw.allSatisfy(\.areFinite) else {
      throw TriageError(description: "a calibration score or error is not a finite number; check films and networks")
    }
    var scales: [String: ScoreScale] = [:]
    for score in Score.measured { scales[score.rawValue] = scale(raw.map { $0[score] }) }
    let error = try regression(raw, scales: scales, logErrors: errors.map { log(max($0, smallestError)) })
    scales[Score.predictedError.rawValue] = scale(
      raw.map { position in error.logError(raw: { position[$0] }, scales: scales) })
    return ScoreCalibration(
      scales: scales, error: error, contextRanges: contextRanges(trainingContext),
      pitchPixels: pitches.isEmpty ? 0 : Double(Quantile.median(pitches.map(Float.init))), positions: errors.count)
  }

  private static func scale(_ values: [Double]) -> ScoreScale {
    let singles = values.map(Float.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    func spread(_ value: Double) -> Double { value > 0 ? value : spreadOfConstant }
    return ScoreScale(
      median: Double(Quantile.median(singles)),
      medianAbsoluteDeviation: spread(Double(Quantile.medianAbsoluteDeviation(singles))),
      standardDeviation: spread(variance.squareRoot()))
  }

  /// Ridge regression on centred standardised scores; the intercept is not shrunk.
  private static func regression(
    _ raw: [PositionScores], scales: [String: ScoreScale], logErrors: [Double]
  ) throws(TriageError) -> ErrorRegression {
    let scores = Score.measured
    let count = logErrors.count
    var columns: [[Double]] = []
    var means: [Double] = []
    for score in scores {
      guard let scale = scales[score.rawValue] else { continue }
      let z = raw.map { scale.standardise($0[score], clip: ErrorRegression.clip) }
      let mean = z.reduce(0, +) / Double(count)
      means.append(mean)
      columns.append(z.map { $0 - mean })
    }
    let meanError = logErrors.reduce(0, +) / Double(count)
    let centred = logErrors.map { $0 - meanError }
    let n = columns.count
    let design = columns.flatMap { $0 }
    var normal = MatrixProduct.double(design, design, m: n, n: n, k: count, transposeB: true)
    for axis in 0..<n { normal[axis * n + axis] += ridge }
    let right = MatrixProduct.double(design, centred, m: n, n: 1, k: count)
    let weights = try solve(normal, right, n: n)
    let intercept = meanError - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }
    let residuals = (0..<count).map { row in
      Float(centred[row] - (0..<n).reduce(0) { $0 + weights[$1] * columns[$1][row] })
    }
    let (low, high) = (Double(Quantile.linear(of: residuals, 0.05)), Double(Quantile.linear(of: residuals, 0.95)))
    return ErrorRegression(
      intercept: intercept,
      weights: Dictionary(uniqueKeysWithValues: zip(scores.map(\.rawValue), weights)),
      residualQuantiles: low...max(low, high))
  }

  /// Solves A·x = b for a symmetric positive-definite A: forward, then backward substitution.
  private static func solve(_ matrix: [Double], _ right: [Double], n: Int) throws(TriageError) -> [Double] {
    do {
      let factor = try CholeskyFactor(matrix, n: n)
      var x = factor.whiten(right)
      for row in stride(from: n - 1, through: 0, by: -1) {
        for below in row + 1..<max(n, row + 1) { x[row] -= factor.lower[below * n + row] * x[below] }
        x[row] /= factor.lower[row * n + row]
      }
      return x
    } catch {
      throw TriageError(description: "the error regression cannot be solved: \(error)")
    }
  }

  private static func contextRanges(_ features: [Float]) -> [ClosedRange<Double>] {
    guard !features.isEmpty else { return [] }
    return (0..<ContextFeatures.count).map { feature in
      var low = Float.infinity
      var high = -Float.infinity
      for index in stride(from: feature, to: features.count, by: ContextFeatures.count) {
        low = min(low, features[index])
        high = max(high, features[index])
      }
      return Double(low)...Double(max(low, high))
    }
  }
}
