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
      RankedList(scores: combined, columns: columns.count, kind: .anomaly, picks: anomalyPicks),
      RankedList(scores: error, columns: columns.count, kind: .error, picks: errorPicks),
    ]
    .filter { $0.picks > 0 }
    var taken = 0
    while taken < count {
      let before = taken
      for list in lists.indices {
        for _ in 0..<lists[list].picks where taken < count {
          guard let index = lists[list].next(free) else { return }
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

/// Grid points from the highest score down, found by the best point of each row.
private struct RankedList {
  let kind: TargetKind
  let picks: Int
  private let scores: [Float]
  private let columns: Int
  /// The best point of each row when it was last looked at; -1 when the row has none.
  private var best: [Int]

  init(scores: [Float], columns: Int, kind: TargetKind, picks: Int) {
    self.scores = scores
    self.columns = columns
    self.kind = kind
    self.picks = picks
    // The first point of every row is looked up before it is believed.
    best = picks > 0 && columns > 0 ? Array(repeating: Self.unknown, count: scores.count / columns) : []
  }

  private static let none = -1
  private static let unknown = -2

  /// The free point of the highest score; points only ever cease to be free.
  mutating func next(_ free: [Bool]) -> Int? {
    var winner = Self.none
    for row in best.indices where best[row] != Self.none {
      if best[row] == Self.unknown || !free[best[row]] { best[row] = bestFree(in: row, free) }
      if best[row] != Self.none, winner == Self.none || scores[best[row]] > scores[winner] { winner = best[row] }
    }
    return winner == Self.none ? nil : winner
  }

  private func bestFree(in row: Int, _ free: [Bool]) -> Int {
    var winner = Self.none
    for index in row * columns..<(row + 1) * columns where free[index] {
      if winner == Self.none || scores[index] > scores[winner] { winner = index }
    }
    return winner
  }
}
