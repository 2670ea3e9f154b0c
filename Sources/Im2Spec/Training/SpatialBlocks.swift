// Folds of one image: every position is tested once by networks that never saw its neighbourhood.

import Microscopy
import SeededRandom

/// Training and test positions of a set, fold by fold.
public enum SpatialBlocks {
  /// Cuts the positions' bounding box into blocks as square as `folds` allows; of each fold, one block is tested and
  /// training keeps off by a guard band, because neighbouring tiles overlap.
  /// - Parameter guardBand: smallest Chebyshev distance between a training and a test position, pixels.
  public static func folds(
    _ positions: [PixelPosition], folds: Int, guardBand: Int = TileBatch.tileEdge
  ) -> [SpatialSplit] {
    let rows = positions.map(\.row)
    let columns = positions.map(\.column)
    guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
      return []
    }
    let (height, width) = (bottom - top + 1, right - left + 1)
    let (down, across) = blocks(folds, height: height, width: width)
    func edge(_ index: Int, of count: Int, _ length: Int) -> Int { index * length / count }
    return (0..<down).flatMap { blockRow in
      (0..<across).map { blockColumn in
        let rowRange = top + edge(blockRow, of: down, height)..<top + edge(blockRow + 1, of: down, height)
        let columnRange = left + edge(blockColumn, of: across, width)..<left + edge(blockColumn + 1, of: across, width)
        func distance(_ position: PixelPosition) -> Int {
          max(
            rowRange.lowerBound - position.row, position.row - rowRange.upperBound + 1,
            columnRange.lowerBound - position.column, position.column - columnRange.upperBound + 1)
        }
        return SpatialSplit(
          training: positions.indices.filter { distance(positions[$0]) >= guardBand },
          test: positions.indices.filter { distance(positions[$0]) <= 0 })
      }
    }
  }

  /// Folds drawn at random. Tiles of training and test overlap, so errors on them are too small: they leak.
  public static func random(count: Int, folds: Int, seed: UInt64) -> [SpatialSplit] {
    var generator = SeededGenerator(seed: seed)
    let order = generator.permutation(count)
    return (0..<folds).map { fold in
      let range = fold * count / folds..<(fold + 1) * count / folds
      return SpatialSplit(
        training: (order[..<range.lowerBound] + order[range.upperBound...]).sorted(), test: order[range].sorted())
    }
  }

  /// Rows and columns of blocks: the factors of `count` whose blocks are nearest to squares.
  private static func blocks(_ count: Int, height: Int, width: Int) -> (down: Int, across: Int) {
    func oblongness(_ down: Int) -> Double {
      let ratio = Double(height) / Double(down) / (Double(width) / Double(count / down))
      return max(ratio, 1 / ratio)
    }
    let factors = (1...max(1, count)).filter { count % $0 == 0 }
    let down = factors.min { oblongness($0) < oblongness($1) } ?? 1
    return (down, count / down)
  }
}
