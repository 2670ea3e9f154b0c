// Standardised scores, their weighted sums and the predicted error of a position.

import Foundation
import Im2Spec

/// Turns raw scores into the numbers that targets are ranked and explained by.
struct ScoreStandardisation: Sendable {
  let calibration: ScoreCalibration
  let rules: TriageRules
  private let combinedTerms: [Term]
  private let errorTerms: [Term]
  private let regression: [Term]

  /// A weighted score; looked up once, not at every position.
  private struct Term {
    var score: Score
    var weight: Double
    var scale: ScoreScale
  }

  init(calibration: ScoreCalibration, rules: TriageRules) {
    self.calibration = calibration
    self.rules = rules
    func terms(_ scores: [Score], _ weight: (Score) -> Double?) -> [Term] {
      scores.compactMap { score in
        guard let weight = weight(score), let scale = calibration.scales[score.rawValue] else { return nil }
        return Term(score: score, weight: weight, scale: scale)
      }
    }
    combinedTerms = terms(Score.allCases) { rules.weights[$0] }.filter { $0.weight != 0 }
    errorTerms = terms(Score.allCases) { rules.errorWeights[$0] }.filter { $0.weight != 0 }
    regression = terms(Score.measured) { calibration.error.weights[$0.rawValue] }
  }

  private var clip: ClosedRange<Double> { rules.clipLow...max(rules.clipLow, rules.clipHigh) }

  /// Robust deviations above ordinary film from which a novelty counts as far.
  private static let far = 3.0

  func isFar(_ raw: PositionScores) -> Bool {
    guard let scale = calibration.scales[Score.novelty.rawValue] else { return false }
    return scale.standardise(raw.novelty, clip: -.infinity...(.infinity)) > Self.far
  }

  /// Standardised scores of one position; scores without calibration are left out.
  func standardised(_ raw: PositionScores) -> [Score: Double] {
    var result: [Score: Double] = [:]
    for score in Score.allCases {
      guard let scale = calibration.scales[score.rawValue] else { continue }
      result[score] = scale.standardise(score == .predictedError ? logError(raw) : raw[score], clip: clip)
    }
    return result
  }

  /// What anomalies are ranked by, before smoothing.
  func combined(_ raw: PositionScores) -> Double { sum(combinedTerms, raw) }

  /// What badly predicted places are ranked by, before smoothing.
  func error(_ raw: PositionScores) -> Double { sum(errorTerms, raw) }

  /// log e, by the calibration's regression.
  func logError(_ raw: PositionScores) -> Double {
    regression.reduce(calibration.error.intercept) { sum, term in
      sum + term.weight * term.scale.standardise(raw[term.score], clip: ErrorRegression.clip)
    }
  }

  /// Σ weight · z of one position, in a fixed order of the scores.
  private func sum(_ terms: [Term], _ raw: PositionScores) -> Double {
    let clip = clip
    return terms.reduce(0) { sum, term in
      let value = term.score == .predictedError ? logError(raw) : raw[term.score]
      return sum + term.weight * term.scale.standardise(value, clip: clip)
    }
  }
}
