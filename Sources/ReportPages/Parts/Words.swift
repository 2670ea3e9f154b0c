// The words and numbers of the pages.

import AcquisitionAssistant
import Foundation
import Markup

/// Numbers as all commands print them.
enum NumberWords {
  static func short(_ value: Double?) -> String { signed(Figures.short(value)) }
  static func oneDecimal(_ value: Double?) -> String { signed(Figures.oneDecimal(value)) }

  /// A true minus sign before a digit.
  private static func signed(_ text: String) -> String {
    text.count > 1 && text.first == "-" ? "\u{2212}" + text.dropFirst() : text
  }

  /// Large numbers as a power of ten.
  static func power(_ value: Double?) -> Markup {
    guard let value, value.isFinite, abs(value) >= 1e4 else { return "\(short(value))" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    return "\(short(value / pow(10, Double(exponent)))) × 10<sup>\(exponent)</sup>"
  }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

  /// A time span of seconds.
  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<1: "\(short(seconds * 1e3)) ms"
    case ..<120: "\(short(seconds)) s"
    case ..<7_200: "\(short(seconds / 60)) min"
    default: "\(short(seconds / 3_600)) h"
    }
  }
}

/// What the kinds of targets are.
enum KindWords {
  static func short(_ kind: String) -> String {
    switch kind {
    case "anomaly": "unlike the training films"
    case "error": "likely to be predicted badly"
    case "anchor": "ordinary place, a control"
    default: "of another kind"
    }
  }
}

/// What the scores are.
enum ScoreWords {
  /// Of the scores that targets carry, in the order of reading; others stand under their own name.
  static let order = ["combined", "ensemble", "round_trip", "tile_knn", "novelty", "mahalanobis", "predicted_error"]

  static func short(_ name: String) -> String {
    switch name {
    case "combined": "combined"
    case "ensemble": "networks disagree"
    case "round_trip": "round trip fails"
    case "tile_knn": "no similar training tile"
    case "novelty": "far in latent space (5 nearest)"
    case "mahalanobis": "far in latent space (mean)"
    case "predicted_error": "predicted error"
    default: name
    }
  }
}

extension Verdict {
  /// The word with its colour and, for those who see none, its frame.
  var badge: Markup { "<span class=\"verdict \(rawValue)\">\(rawValue)</span>" }
}
