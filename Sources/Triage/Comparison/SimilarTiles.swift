// The training tiles that look most like one tile, turned as it is.

import Im2Spec
import Microscopy

/// A training tile and how far it is from another, as the tile score measures it.
public struct SimilarTile: Equatable, Sendable {
  /// Euclidean, between 4×4 means in canonical orientation.
  public var distance: Double
  /// 16×16, normalised, turned and mirrored to compare with.
  public var tile: Raster
}

extension BankComparison {
  /// Nearest first.
  /// - Parameter tile: 16×16, normalised.
  func similarTiles(to tile: Raster, count: Int = 3) -> [SimilarTile] {
    let pooled = CanonicalTile.pooled(tile.values, count: 1)
    let back = TileTurns.inverse(TileTurns.all[CanonicalTile.orientation(of: tile.values)])
    return nearestTiles(to: pooled, count: count).map { place, distance in
      let other = Array(bankTiles[place * TileBatch.tilePixels..<(place + 1) * TileBatch.tilePixels])
      let canonical = TileTurns.all[CanonicalTile.orientation(of: other)].map { other[$0] }
      return SimilarTile(
        distance: distance,
        tile: Raster(rows: TileBatch.tileEdge, columns: TileBatch.tileEdge, values: back.map { canonical[$0] }))
    }
  }
}

/// The eight images of a tile, in the order of `CanonicalTile`: pixel i of an image is pixel `turn[i]` of the tile.
private enum TileTurns {
  static let all = CanonicalTile.orientations(edge: TileBatch.tileEdge)

  static func inverse(_ turn: [Int]) -> [Int] {
    var result = turn
    for (pixel, source) in turn.enumerated() { result[source] = pixel }
    return result
  }
}
