// A tile's coarse picture in one agreed orientation, so that turned or mirrored tiles compare as equal.

import Im2Spec

/// 4×4 average pool of a tile in canonical D4 orientation.
///
/// Of the eight images under rotation and reflection the one with the largest sum of the top-left 2×2; on a tie
/// (an image and its transpose always tie) the one with the larger q01 − q10; then the first in the order
/// rot90⁰…rot90³ of the tile, rot90⁰…rot90³ of its left-right mirror image.
enum CanonicalTile {
  static let edge = 4
  static let values = edge * edge

  /// - Parameter tiles: (count, 16, 16).
  /// - Returns: (count, 16).
  static func pooled(_ tiles: [Float], count: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count * values)
    for tile in 0..<count { result += oriented(averagePool(tiles, tile: tile)) }
    return result
  }

  private static func averagePool(_ tiles: [Float], tile: Int) -> [Float] {
    let block = TileBatch.tileEdge / edge
    return (0..<values).map { cell in
      let start = tile * TileBatch.tilePixels + (cell / edge) * block * TileBatch.tileEdge + (cell % edge) * block
      var sum = 0.0
      for row in 0..<block {
        for column in 0..<block { sum += Double(tiles[start + row * TileBatch.tileEdge + column]) }
      }
      return Float(sum / Double(block * block))
    }
  }

  private static func oriented(_ q: [Float]) -> [Float] {
    var best = orientations[0]
    var bestKey = key(q, best)
    for orientation in orientations.dropFirst() {
      let key = key(q, orientation)
      if key > bestKey { (best, bestKey) = (orientation, key) }
    }
    return best.map { q[$0] }
  }

  /// The two off-diagonal cells are added first: an image and its transpose then tie exactly, not up to rounding.
  private static func key(_ q: [Float], _ orientation: [Int]) -> (Double, Double) {
    let (q00, q01) = (Double(q[orientation[0]]), Double(q[orientation[1]]))
    let (q10, q11) = (Double(q[orientation[edge]]), Double(q[orientation[edge + 1]]))
    return ((q00 + q11) + (q01 + q10), q01 - q10)
  }

  /// Where each cell of each of the eight images comes from.
  private static let orientations: [[Int]] = {
    let identity = Array(0..<values)
    let mirrored = identity.map { ($0 / edge) * edge + (edge - 1 - $0 % edge) }
    return [identity, mirrored].flatMap { image in
      (0..<4).reduce(into: [[Int]]()) { images, turn in images.append(turn == 0 ? image : turned(images[turn - 1])) }
    }
  }()

  /// A quarter turn counter-clockwise: cell (i, j) comes from (j, 3 − i).
  private static func turned(_ image: [Int]) -> [Int] {
    (0..<values).map { image[($0 % edge) * edge + (edge - 1 - $0 / edge)] }
  }
}
