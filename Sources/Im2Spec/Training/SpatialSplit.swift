// Neighbouring tiles overlap by up to 15/16, so a random split would test on training data.

import Microscopy
import SeededRandom

/// Training and test positions of one image, apart by a guard band.
public struct SpatialSplit: Sendable {
  /// Indices into the positions given.
  public var training: [Int]
  public var test: [Int]

  /// Cuts the image into blocks, takes about a third of them for testing and drops every training position whose tile
  /// touches a test block's tiles.
  ///
  /// - Parameters:
  ///   - blockEdge: edge of a block, pixels.
  ///   - guardBand: smallest Chebyshev distance between a training and a test position, pixels.
  public init(
    _ positions: [PixelPosition], blockEdge: Int = 20, guardBand: Int = TileBatch.tileEdge, testShare: Double = 1.0 / 3,
    seed: UInt64
  ) {
    func block(_ position: PixelPosition) -> PixelPosition {
      PixelPosition(row: position.row / blockEdge, column: position.column / blockEdge)
    }
    var generator = SeededGenerator(seed: seed)
    let blocks = Array(Set(positions.map(block))).sorted { ($0.row, $0.column) < ($1.row, $1.column) }
    let order = generator.permutation(blocks.count)
    let tested = Set(order.prefix(max(1, Int((Double(blocks.count) * testShare).rounded()))).map { blocks[$0] })
    test = positions.indices.filter { tested.contains(block(positions[$0])) }
    let testPositions = Set(test.map { positions[$0] })
    training = positions.indices.filter { index in
      let position = positions[index]
      guard !tested.contains(block(position)) else { return false }
      for row in position.row - guardBand + 1..<position.row + guardBand {
        for column in position.column - guardBand + 1..<position.column + guardBand
        where testPositions.contains(PixelPosition(row: row, column: column)) { return false }
      }
      return true
    }
  }
}
