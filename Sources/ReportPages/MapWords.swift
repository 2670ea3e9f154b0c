// What the maps show.

import Markup
import TargetStore

enum MapWords {
  static func title(_ name: PictureName) -> String {
    switch name {
    case .scan: "scan"
    case .combined: "combined"
    case .roundTrip: "round trip"
    case .novelty: "novelty"
    case .ensemble: "ensemble"
    case .predictedError: "predicted error"
    }
  }

  static func caption(_ name: PictureName) -> Markup {
    switch name {
    case .scan: "the detector's values"
    case .combined: "What anomalies are ranked by: weighted sum of scores, robust deviations above ordinary film."
    case .roundTrip:
      "How far the tile is from what comes back by image → spectrum → image; logarithm of the mean squared difference."
    case .novelty: "How far the latent lies from the nearest ones of the training films; logarithm."
    case .ensemble: "How far the networks disagree about the spectrum; logarithm of the variance."
    case .predictedError: "e, a fit of the scores to the true error on calibration films."
    }
  }
}
