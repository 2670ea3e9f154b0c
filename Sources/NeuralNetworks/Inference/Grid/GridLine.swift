// How one dimension of a layer is covered with tiles of an algorithm when neighbouring samples share its values.

/// A line of a layer's values, as every sample by itself would have them.
///
/// After l convolutions with a kernel of 3, a value depends on the sample only where the zero padding has been felt, less
/// than l values from either end. There, and wherever it makes the tiles fit, values are the sample's own. In between,
/// all samples that cover a place share one value of it; those come in cycles of `step`, the distance of samples.
struct GridLine: Equatable {
  /// Values of a sample, and from one sample to the next.
  var extent: Int
  var step: Int
  /// The tiles of the own values at both ends, from the outside's first on.
  var before: [BilinearAlgorithm] = []
  var after: [BilinearAlgorithm] = []
  /// The tiles of a cycle.
  var shared = BilinearAlgorithm.direct

  var ownBefore: Int { before.reduce(0) { $0 + $1.step } }
  var ownAfter: Int { after.reduce(0) { $0 + $1.step } }
  /// The values of a sample that it shares.
  var sharedRange: Range<Int> { ownBefore..<extent - ownAfter }

  /// Where the tiles of the own values start.
  var ownTiles: [(start: Int, algorithm: BilinearAlgorithm)] {
    Self.tiles(before, from: 0) + Self.tiles(after, from: extent - ownAfter)
  }

  /// Where those of the shared values in `range`, of the first sample, start.
  func sharedTiles(_ range: Range<Int>) -> [(start: Int, algorithm: BilinearAlgorithm)] {
    stride(from: range.lowerBound, to: range.upperBound, by: shared.step).map { ($0, shared) }
  }

  /// How many tiles of each algorithm a sample costs.
  var counts: [(algorithm: BilinearAlgorithm, count: Double)] {
    (before + after).map { ($0, 1) } + [(shared, Double(step / shared.step))]
  }

  private static func tiles(_ algorithms: [BilinearAlgorithm], from start: Int)
    -> [(start: Int, algorithm: BilinearAlgorithm)]
  {
    var start = start
    return algorithms.map { algorithm in
      defer { start += algorithm.step }
      return (start, algorithm)
    }
  }

  /// Widest first.
  private static let algorithms: [BilinearAlgorithm] = [.winograd4, .winograd2, .direct]

  /// Every way to cover the layer after this one, whose own values reach further in by one at least; none where samples
  /// are too far apart to share.
  func next() -> [GridLine] {
    var lines: [GridLine] = []
    for shared in Self.algorithms where step.isMultiple(of: shared.step) {
      for before in ownBefore + 1...ownBefore + 4 {
        for after in ownAfter + 1...ownAfter + 4 {
          let between = extent - before - after
          guard between >= step, between.isMultiple(of: shared.step) else { continue }
          lines.append(
            GridLine(
              extent: extent, step: step, before: Self.cover(before), after: Self.cover(after), shared: shared))
        }
      }
    }
    return lines
  }

  /// The same covered value by value; nil where samples are too far apart to share.
  func nextDirect() -> GridLine? {
    let line = GridLine(
      extent: extent, step: step, before: Self.places(ownBefore + 1), after: Self.places(ownAfter + 1))
    return line.sharedRange.count >= step ? line : nil
  }

  private static func places(_ width: Int) -> [BilinearAlgorithm] { .init(repeating: .direct, count: width) }

  private static func cover(_ width: Int) -> [BilinearAlgorithm] {
    var (rest, tiles) = (width, [BilinearAlgorithm]())
    for algorithm in algorithms {
      tiles += [BilinearAlgorithm](repeating: algorithm, count: rest / algorithm.step)
      rest %= algorithm.step
    }
    return tiles
  }
}
