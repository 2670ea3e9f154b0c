// Which positions become targets: anchors by a low-discrepancy sequence, the rest greedily and well apart.

import Microscopy

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
  private var free: PlaceSet
  private(set) var choices: [Choice] = []

  /// - Parameters:
  ///   - grid: tile centres, in the pixels that the distance is given in.
  ///   - eligible: positions of the grid that may be chosen.
  init(grid: ScoringGrid, eligible: PlaceSet, distancePixels: Double) {
    rows = grid.rows
    columns = grid.columns
    free = eligible
    // A hair less, so that a distance of exactly the minimum is allowed whatever its rounding.
    self.distancePixels = distancePixels - 1e-6
  }

  /// Up to `count` spread positions with a combined score at or below the scan's median.
  ///
  /// The sequence is frac(0.5 + k/g), frac(0.5 + k/g²) with the plastic number g (METHOD 6, step 6).
  /// - Throws: what reading the scores throws.
  mutating func takeAnchors(_ count: Int, combined: any RasterSource, median: Float) throws {
    guard count > 0 else { return }
    var ordinary = free
    try combined.forEachBand { band, first in
      ordinary.formIntersection(rows: first..<first + band.rows) { band[$0 - first, $1] <= median }
    }
    let g = 1.324_717_957_24
    // Enough steps to find the few allowed cells of a mostly excluded grid; of the largest, a millionth must be allowed.
    let steps = min(20 * rows.count * columns.count, 20_000_000)
    var step = 0
    var taken = 0
    while taken < count, step < steps {
      step += 1
      let row = Int(fraction(0.5 + Double(step) / g) * Double(rows.count))
      let column = Int(fraction(0.5 + Double(step) / (g * g)) * Double(columns.count))
      let index = row * columns.count + column
      guard ordinary[index], free[index] else { continue }
      take(Choice(index: index, kind: .anchor))
      taken += 1
    }
  }

  /// Up to `count` positions, in turns `anomalyPicks` of the best combined score and `errorPicks` of the worst round trip.
  /// - Throws: what reading the scores throws.
  mutating func takeInterleaved(
    _ count: Int, combined: any RasterSource, error: any RasterSource, anomalyPicks: Int, errorPicks: Int
  ) throws {
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
          guard let index = try lists[list].next(free) else { return }
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
    free.remove(
      rows: rows.indices.filter { abs(Double(rows[$0]) - centreRow) < distancePixels }, columns: nearColumns)
    free[choice.index] = false
  }

  private func fraction(_ x: Double) -> Double { x - x.rounded(.down) }
}

/// Grid points from the highest score down, found by the best point of each row.
private struct RankedList {
  let kind: TargetKind
  let picks: Int
  private let scores: any RasterSource
  /// The best point of each row when it was last looked at.
  private var best: [Best]

  private enum Best {
    /// Every row is looked at before it is believed.
    case unknown
    /// No point of the row is free.
    case none
    case point(column: Int, score: Float)
  }

  init(scores: any RasterSource, kind: TargetKind, picks: Int) {
    self.scores = scores
    self.kind = kind
    self.picks = picks
    best = [Best](repeating: .unknown, count: picks > 0 ? scores.rows : 0)
  }

  /// The row-major index of the free point of the highest score; points only ever cease to be free.
  mutating func next(_ free: PlaceSet) throws -> Int? {
    var winner: (index: Int, score: Float)?
    for row in best.indices {
      if !isBelieved(row, free) { best[row] = try bestFree(in: row, free) }
      guard case .point(let column, let score) = best[row] else { continue }
      if winner.map({ score > $0.score }) ?? true { winner = (row * scores.columns + column, score) }
    }
    return winner?.index
  }

  private func isBelieved(_ row: Int, _ free: PlaceSet) -> Bool {
    switch best[row] {
    case .unknown: false
    case .none: true
    case .point(let column, _): free[row * scores.columns + column]
    }
  }

  private func bestFree(in row: Int, _ free: PlaceSet) throws -> Best {
    let line = try scores.piece(rows: row..<row + 1, columns: 0..<scores.columns).values
    var winner = Best.none
    var highest = -Float.infinity
    for (column, score) in line.enumerated() where free[row * scores.columns + column] {
      if case .none = winner {} else if !(score > highest) { continue }
      (winner, highest) = (.point(column: column, score: score), score)
    }
    return winner
  }
}
