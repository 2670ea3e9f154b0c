// Standardised scores, their weighted sum and the predicted error over the grid.

import Foundation
import Im2Spec
import ImageProcessing
import Microscopy

/// Turns raw scores into the numbers that targets are ranked and explained by.
struct ScoreStandardisation: Sendable {
  let calibration: ScoreCalibration
  let rules: TriageRules

  private var clip: ClosedRange<Double> { rules.clipLow...max(rules.clipLow, rules.clipHigh) }

  /// Standardised scores of one position; scores without calibration are left out.
  func standardised(raw: RawScores, at index: Int) -> [Score: Double] {
    var result: [Score: Double] = [:]
    for score in Score.allCases {
      guard let scale = calibration.scales[score.rawValue] else { continue }
      let value = score == .predictedError ? logError(raw: raw, at: index) : raw[score][index]
      result[score] = scale.standardise(value, clip: clip)
    }
    return result
  }

  /// Σ weight · z of one position, in a fixed order of the scores.
  private func sum(_ weights: [Score: Double], raw: RawScores, at index: Int) -> Double {
    Score.allCases.reduce(0) { sum, score in
      guard let weight = weights[score], weight != 0, let scale = calibration.scales[score.rawValue] else {
        return sum
      }
      let value = score == .predictedError ? logError(raw: raw, at: index) : raw[score][index]
      return sum + weight * scale.standardise(value, clip: clip)
    }
  }

  func logError(raw: RawScores, at index: Int) -> Double {
    calibration.error.logError(raw: { raw[$0][index] }, scales: calibration.scales)
  }

  /// Maps on a grid of `rows`×`columns` points.
  func maps(raw: RawScores, rows: Int, columns: Int) -> ScoreMaps {
    func raster(_ value: (Int) -> Double) -> Raster {
      Raster(rows: rows, columns: columns, values: (0..<rows * columns).map { Float(value($0)) })
    }
    func smoothed(_ weights: [Score: Double]) -> Raster {
      MeanFilter.apply(
        raster { sum(weights, raw: raw, at: $0) }, window: rules.smoothingWindow, border: .reflect)
    }
    let (roundTrip, novelty, ensemble) = (raw[.roundTrip], raw[.novelty], raw[.ensemble])
    return ScoreMaps(
      combined: smoothed(rules.weights), error: smoothed(rules.errorWeights),
      roundTrip: raster { roundTrip[$0] }, novelty: raster { novelty[$0] }, ensemble: raster { ensemble[$0] },
      predictedError: raster { exp(logError(raw: raw, at: $0)) })
  }
}
