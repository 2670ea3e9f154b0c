// Why a position was chosen, in an operator's words.

import Im2Spec

/// Composes a target's reason from its standardised scores.
struct TargetReason {
  let rules: TriageRules
  /// Median of the combined score over the scan.
  let medianCombined: Double

  func text(kind: TargetKind, standardised: [Score: Double], combined: Double, predictedError: Double) -> String {
    switch kind {
    case .anomaly:
      return
        "unlike the training films: \(contributions(standardised, rules.weights)), robust deviations above ordinary film; "
        + "combined \(combined.signedText(1)) against a scan median of \(medianCombined.signedText(1))"
    case .error:
      return
        "likely to be predicted badly: \(contributions(standardised, rules.errorWeights)), robust deviations above "
        + "ordinary film; predicted error e = \(predictedError.text(4))"
    case .anchor:
      return "control place of ordinary film, spread over the scan: combined \(combined.signedText(1)), "
        + "not above the scan median of \(medianCombined.signedText(1))"
    }
  }

  /// What is added where a target's own dose is more than the budget allows any place.
  static func aboveDose(_ dosePerNM2: Double, _ budget: BudgetRules) -> String {
    "; its dwell alone is a dose of \(dosePerNM2.scientificText) e⁻/nm², above the budget's "
      + "\(budget.dosePerNM2.scientificText)"
  }

  /// The scores that the rules weigh, strongest contribution first.
  private func contributions(_ standardised: [Score: Double], _ weights: [Score: Double]) -> String {
    let weighed = Score.allCases.compactMap { score -> (Score, Double, Double)? in
      guard let weight = weights[score], weight != 0, let z = standardised[score] else { return nil }
      return (score, z, weight * z)
    }
    return weighed.enumerated()
      .sorted { $0.element.2 > $1.element.2 || ($0.element.2 == $1.element.2 && $0.offset < $1.offset) }
      .map { "\($0.element.0.words) \($0.element.1.signedText(1))" }
      .joined(separator: ", ")
  }
}
