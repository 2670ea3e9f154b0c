// The measured scores of one position, by name and in a fixed order.

/// Raw scores of a position (METHOD 6, step 3).
struct PositionScores: Equatable, Sendable {
  var ensemble: Double
  var roundTrip: Double
  var tileNeighbours: Double
  var novelty: Double
  var mahalanobis: Double

  /// A measured score; `predictedError` is derived from these by a calibration.
  subscript(score: Score) -> Double {
    switch score {
    case .ensemble: ensemble
    case .roundTrip: roundTrip
    case .tileNeighbours: tileNeighbours
    case .novelty: novelty
    case .mahalanobis: mahalanobis
    case .predictedError: .nan
    }
  }

  var areFinite: Bool {
    ensemble.isFinite && roundTrip.isFinite && tileNeighbours.isFinite && novelty.isFinite && mahalanobis.isFinite
  }
}
