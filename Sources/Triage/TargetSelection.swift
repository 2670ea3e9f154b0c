// Which positions become targets: anchors by a low-discrepancy sequence, the rest greedily and well apart.

import ImageProcessing

/// A chosen grid point.
struct Choice: Equatable, Sendable {
  /// Row-major index on the scoring grid.
  var index: Int
  var kind: TargetKind
}

/// Greedy choice on a grid of positions with a smallest distance between any two (Chebyshev).
///
/// Ties go to the lower row-major index, so the same maps give the same list.
struct TargetSelection {
  private let rows: [Int]
  private let columns: [Int]
  private let distancePixels: Double
  private var free: [Bool]
  private(set) var choices: [Choice] = []

  /// - Parameters:
  ///   - grid: tile centres, in the pixels that the distance is given in.
  ///   - eligible: (grid rows · grid columns) positions that may be chosen.
  init(grid: ScoringGrid, eligible: [Bool], distancePixels: Double) {
    rows = grid.rows
    columns = grid.columns
    free = eligible
    // A hair less, so that a distance of exactly the minimum is allowed whatever its rounding.
    self.distancePixels = distancePixels - 1e-6
  }

  /// Up to `count` spread positions with a combined score at or below the scan's median.
  ///
  /// The sequence is frac(0.5 + k/g), frac(0.5 + k/g²) with the plastic number g (METHOD 6, step 6).
  mutating func takeAnchors(_ count: Int, combined: [Float]) {
    guard count > 0, !combined.isEmpty else { return }
    let median = Quantile.median(combined)
    let g = 1.324_717_957_24
    // Enough steps to find the few allowed cells of a mostly excluded grid.
    let steps = 20 * free.count
    var step = 0
    var taken = 0
    while taken < count, step < steps {
      step += 1
      let row = Int(fraction(0.5 + Double(step) / g) * Double(rows.count))
      let column = Int(fraction(0.5 + Double(step) / (g * g)) * Double(columns.count))
      let index = row * columns.count + column
      guard free[index], combined[index] <= median else { continue }
      take(Choice(index: index, kind: .anchor))
      taken += 1
    }
  }

  /// Up to `count` positions, in turns `anomalyPicks` of the best combined score and `errorPicks` of the worst round trip.
  mutating func takeInterleaved(
    _ count: Int, combined: [Float], error: [Float], anomalyPicks: Int, errorPicks: Int
  ) {
    var lists = [
      RankedList(scores: combined, kind: .anomaly, picks: anomalyPicks),
      RankedList(scores: error, kind: .error, picks: errorPicks),
    ]
    .filter { $0.picks > 0 }
    var taken = 0
    while taken < count {
      let before = taken
      for list in lists.indices {
        for _ in 0..<lists[list].picks where taken < count {
          guard let index = lists[list].next(where: { free[$0] }) else { return }
          take(Choice(index: index, kind: lists[list].kind))
          taken += 1
        }
      }
      if taken == before { return }
    }
  }

  private mutating func take(_ choice: Choice) {
    choices.append(choice)
    let centreRow = Double(rows[choice.index / columns.count])
    let centreColumn = Double(columns[choice.index % columns.count])
    let nearColumns = columns.indices.filter { abs(Double(columns[$0]) - centreColumn) < distancePixels }
    for row in rows.indices where abs(Double(rows[row]) - centreRow) < distancePixels {
      for column in nearColumns { free[row * columns.count + column] = false }
    }
    free[choice.index] = false
  }

  private func fraction(_ x: Double) -> Double { x - x.rounded(.down) }
}

/// Grid points from the highest score down.
private struct RankedList {
  let kind: TargetKind
  let picks: Int
  private let order: [Int]
  private var position = 0

  init(scores: [Float], kind: TargetKind, picks: Int) {
    self.kind = kind
    self.picks = picks
    order = picks > 0 ? scores.indices.sorted { scores[$0] > scores[$1] || (scores[$0] == scores[$1] && $0 < $1) } : []
  }

  mutating func next(where allowed: (Int) -> Bool) -> Int? {
    while position < order.count {
      position += 1
      if allowed(order[position - 1]) { return order[position - 1] }
    }
    return nil
  }
}
