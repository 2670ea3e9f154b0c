// Which share of a scan has surroundings that the model does not know.

import Im2Spec

/// How many positions have surroundings unlike the training films'.
struct ContextOutside: Sendable {
  /// Positions with any feature outside.
  var positions = 0
  /// Positions with this feature outside.
  var byFeature = [Int](repeating: 0, count: ContextFeatures.count)

  mutating func add(_ other: ContextOutside) {
    positions += other.positions
    for feature in byFeature.indices { byFeature[feature] += other.byFeature[feature] }
  }

  /// - Parameters:
  ///   - values: (count, 12) raw features.
  ///   - ranges: of the training films, already widened by the margin; empty for a model without context.
  init(values: [Float] = [], ranges: [ClosedRange<Double>] = []) {
    guard ranges.count == ContextFeatures.count else { return }
    for start in stride(from: 0, to: values.count, by: ContextFeatures.count) {
      var any = false
      for feature in ranges.indices where !ranges[feature].contains(Double(values[start + feature])) {
        byFeature[feature] += 1
        any = true
      }
      if any { positions += 1 }
    }
  }

  var worstFeature: String? {
    byFeature.indices.max { byFeature[$0] < byFeature[$1] }.map { ContextFeatures.names[$0] }
  }
}
