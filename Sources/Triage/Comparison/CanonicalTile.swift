// A tile's coarse picture in one agreed orientation, so that turned or mirrored tiles compare as equal.

import Im2Spec
import ImageProcessing
import Microscopy

/// 4×4 average pool of a tile in canonical D4 orientation.
///
/// Of the eight images under rotation and reflection the one with the largest sum of the top-left 2×2; on a tie
/// (an image and its transpose always tie) the one with the larger q01 − q10; then the first in the order
/// rot90⁰…rot90³ of the tile, rot90⁰…rot90³ of its left-right mirror image.
enum CanonicalTile {
  static let edge = 4
  static let values = edge * edge
  /// Pixels along the side of a cell.
  private static let cellEdge = TileBatch.tileEdge / edge

  /// - Parameter tiles: (count, 16, 16).
  /// - Returns: (count, 16).
  static func pooled(_ tiles: [Float], count: Int) -> [Float] {
    // Tiles one below the other are an image whose cells tell all.
    let image = Raster(rows: count * TileBatch.tileEdge, columns: TileBatch.tileEdge, values: tiles)
    let cells = CellMeans(
      image, rows: EvenIndices(first: 0, step: cellEdge, count: count * edge),
      columns: EvenIndices(first: 0, step: cellEdge, count: edge))
    return pooled(
      cells, rows: EvenIndices(first: 0, step: TileBatch.tileEdge, count: count), columns: EvenIndices(0..<1))
  }

  /// The same for the tiles of a band, which share their cells where the stride lets them.
  static func pooled(_ band: TileBand) -> [Float] {
    let half = TileBatch.tileEdge / 2
    let rows = band.rows.relative(to: half)
    let columns = band.columns.relative(to: half)
    return pooled(
      CellMeans(band.image, rows: cellCorners(rows), columns: cellCorners(columns)), rows: rows, columns: columns)
  }

  /// Where the cells of tiles begin whose first rows (or columns) are given.
  private static func cellCorners(_ tiles: EvenIndices) -> EvenIndices {
    var (step, rest) = (tiles.step, cellEdge)
    while rest != 0 { (step, rest) = (rest, step % rest) }
    let span = tiles.span.count + cellEdge * (edge - 1)
    return EvenIndices(first: tiles.first, step: step, count: (span - 1) / step + 1)
  }

  /// - Parameters:
  ///   - rows: first row of each tile.
  ///   - columns: first column of each tile.
  private static func pooled(_ cells: CellMeans, rows: EvenIndices, columns: EvenIndices) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows.count * columns.count * values)
    for row in 0..<rows.count {
      for column in 0..<columns.count {
        var tile = SIMD16<Float>.zero
        for cell in 0..<values {
          tile[cell] =
            cells[
              row: rows[row] + cell / edge * cellEdge, column: columns[column] + cell % edge * cellEdge]
        }
        let source = orientations[bestOrientation(tile)]
        for cell in 0..<values { result.append(tile[source[cell]]) }
      }
    }
    return result
  }

  private static func bestOrientation(_ q: SIMD16<Float>) -> Int {
    var best = 0
    var bestKey = key(q, 0)
    for orientation in 1..<orientations.count {
      let key = key(q, orientation)
      if key > bestKey { (best, bestKey) = (orientation, key) }
    }
    return best
  }

  /// The two off-diagonal cells are added first: an image and its transpose then tie exactly, not up to rounding.
  private static func key(_ q: SIMD16<Float>, _ orientation: Int) -> (Double, Double) {
    let corner = corners[orientation]
    let (q00, q01, q10, q11) = (Double(q[corner[0]]), Double(q[corner[1]]), Double(q[corner[2]]), Double(q[corner[3]]))
    return ((q00 + q11) + (q01 + q10), q01 - q10)
  }

  /// Where the top-left 2×2 of each of the eight images comes from.
  private static let corners: [SIMD4<Int>] = orientations.map { SIMD4($0[0], $0[1], $0[edge], $0[edge + 1]) }

  /// Where each cell of each of the eight images comes from.
  private static let orientations = orientations(edge: edge)

  /// Where each cell of each of the eight images of a square comes from.
  static func orientations(edge: Int) -> [[Int]] {
    let identity = Array(0..<edge * edge)
    let mirrored = identity.map { ($0 / edge) * edge + (edge - 1 - $0 % edge) }
    return [identity, mirrored].flatMap { image in
      (0..<4).reduce(into: [[Int]]()) { images, turn in
        images.append(turn == 0 ? image : turned(images[turn - 1], edge))
      }
    }
  }

  /// A quarter turn counter-clockwise: cell (i, j) comes from (j, edge − 1 − i).
  private static func turned(_ image: [Int], _ edge: Int) -> [Int] {
    image.indices.map { image[($0 % edge) * edge + (edge - 1 - $0 / edge)] }
  }

  /// Which of the eight images of a tile is the canonical one.
  /// - Parameter tile: 16×16.
  static func orientation(of tile: [Float]) -> Int {
    let image = Raster(rows: TileBatch.tileEdge, columns: TileBatch.tileEdge, values: tile)
    let corners = EvenIndices(first: 0, step: cellEdge, count: edge)
    let cells = CellMeans(image, rows: corners, columns: corners)
    var pool = SIMD16<Float>.zero
    for cell in 0..<values { pool[cell] = cells[row: corners[cell / edge], column: corners[cell % edge]] }
    return bestOrientation(pool)
  }
}

/// Means of 4×4 pixels at the crossings of some rows and columns of an image.
private struct CellMeans {
  private static let edge = TileBatch.tileEdge / CanonicalTile.edge

  private let rows: EvenIndices
  private let columns: EvenIndices
  private var means: [Float]

  /// - Parameters: the first rows and columns of the cells, which lie inside.
  init(_ image: Raster, rows: EvenIndices, columns: EvenIndices) {
    self.rows = rows
    self.columns = columns
    means = []
    means.reserveCapacity(rows.count * columns.count)
    let pixels = image.values
    for row in 0..<rows.count {
      for column in 0..<columns.count {
        var sum = 0.0
        for line in 0..<Self.edge {
          let start = (rows[row] &+ line) &* image.columns &+ columns[column]
          for offset in 0..<Self.edge { sum += Double(pixels[start &+ offset]) }
        }
        means.append(Float(sum / Double(Self.edge * Self.edge)))
      }
    }
  }

  /// The mean of the cell that begins there.
  subscript(row row: Int, column column: Int) -> Float {
    means[(row - rows.first) / rows.step * columns.count + (column - columns.first) / columns.step]
  }
}
