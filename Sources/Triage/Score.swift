// The scores of a position by name, and how raw values become comparable ones.

import Im2Spec

/// One number a position that says in what way it is unlike ordinary film.
public enum Score: String, CaseIterable, Sendable {
  /// log(variance over the members + 1e-9), mean over channels: the networks disagree about the spectrum.
  case ensemble
  /// log of the mean squared difference between the tile and its round trip image → spectrum → image.
  case roundTrip = "round_trip"
  /// log of the mean distance to the 5 most similar training tiles, whatever their orientation.
  case tileNeighbours = "tile_knn"
  /// log of the mean distance to the 5 nearest training latents, whitened.
  case novelty
  /// log of the squared Mahalanobis distance from the training latents' mean.
  case mahalanobis
  /// log of the predicted error e: a linear fit of the five others on calibration films (the study's error head).
  case predictedError = "predicted_error"

  /// The scores that are measured; `predictedError` is derived from them.
  public static let measured: [Score] = [.ensemble, .roundTrip, .tileNeighbours, .novelty, .mahalanobis]

  /// In an operator's words.
  var words: String {
    switch self {
    case .ensemble: "ensemble spread"
    case .roundTrip: "round trip"
    case .tileNeighbours: "distance to training tiles"
    case .novelty: "novelty"
    case .mahalanobis: "Mahalanobis distance"
    case .predictedError: "predicted error"
    }
  }
}

extension ScoreScale {
  /// Robust standard deviation: 1.4826 times the median absolute deviation, never zero.
  var robustDeviation: Double { 1.4826 * medianAbsoluteDeviation + 1e-9 }

  /// `(raw - median) / robust standard deviation`, cut to `clip`.
  func standardise(_ raw: Double, clip: ClosedRange<Double>) -> Double {
    min(max((raw - median) / robustDeviation, clip.lowerBound), clip.upperBound)
  }
}

extension ErrorRegression {
  /// The clip that the regression is fitted with, whatever the rules cut the ranked scores to.
  static let clip = -1.0...8.0

  /// log e from raw scores; scores without a weight or a scale do not count.
  func logError(raw: (Score) -> Double, scales: [String: ScoreScale]) -> Double {
    Score.measured.reduce(intercept) { sum, score in
      guard let weight = weights[score.rawValue], let scale = scales[score.rawValue] else { return sum }
      return sum + weight * scale.standardise(raw(score), clip: Self.clip)
    }
  }
}
