// Neighbouring tiles overlap by up to 15/16, so a random split would test on training data.

import Microscopy
import SeededRandom

/// Training and test positions of one image, apart by a guard band.
public struct SpatialSplit: Sendable {
  /// Indices into the positions given.
  public var training: [Int]
  public var test: [Int]

  public init(training: [Int], test: [Int]) {
    self.training = training
    self.test = test
  }

  /// Keeps one corner for testing and drops every training position whose tile touches a tile of that corner.
  ///
  /// One corner, not many blocks: around every block a guard band as wide as a tile is lost, and on an image of 62×75
  /// pixels many blocks would leave nothing to train on.
  /// - Parameters:
  ///   - guardBand: smallest Chebyshev distance between a training and a test position, pixels.
  ///   - testShare: share of the area that the corner takes.
  ///   - seed: decides which corner.
  public init(
    _ positions: [PixelPosition], guardBand: Int = TileBatch.tileEdge, testShare: Double = 0.2, seed: UInt64
  ) {
    let rows = positions.map(\.row)
    let columns = positions.map(\.column)
    guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else {
      (training, test) = ([], [])
      return
    }
    let height = Int((Double(bottom - top + 1) * testShare.squareRoot()).rounded())
    let width = Int((Double(right - left + 1) * testShare.squareRoot()).rounded())
    var generator = SeededGenerator(seed: seed)
    let corner = generator.index(below: 4)
    /// How far a position lies outside the corner, pixels; negative inside.
    func distance(_ position: PixelPosition) -> Int {
      let down = corner < 2 ? position.row - (top + height - 1) : bottom - height + 1 - position.row
      let across = corner % 2 == 0 ? position.column - (left + width - 1) : right - width + 1 - position.column
      return max(down, across)
    }
    test = positions.indices.filter { distance(positions[$0]) <= 0 }
    training = positions.indices.filter { distance(positions[$0]) >= guardBand }
  }
}
