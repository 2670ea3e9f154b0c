// The eight orientations of a tile, and the noise of a fast scan.

import Foundation
import SeededRandom

/// Turns 17×17 windows into 16×16 tiles as training sees them.
public enum TileAugmentation {
  /// Edge of a window: one more than a tile, so that the centre stays at index 8 under every orientation.
  public static let windowEdge = TileBatch.tileEdge + 1
  static let windowPixels = windowEdge * windowEdge

  /// For each orientation, the window index of every tile pixel.
  private static let sources: [[Int]] = (0..<8).map { orientation in
    let n = windowEdge
    return (0..<TileBatch.tilePixels).map { pixel in
      var (row, column) = (pixel / TileBatch.tileEdge, pixel % TileBatch.tileEdge)
      for _ in 0..<orientation % 4 { (row, column) = (column, n - 1 - row) }  // undoes a quarter turn
      if orientation >= 4 { column = n - 1 - column }
      return row * n + column
    }
  }

  /// Appends the tile of window `index` in one of the eight orientations (0 is as it stands) to `tiles`.
  public static func appendTile(of windows: [Float], index: Int, orientation: Int, to tiles: inout [Float]) {
    let start = index * windowPixels
    for source in sources[orientation] { tiles.append(windows[start + source]) }
  }

  /// Noise of fast scans on normalised tiles (background 0, particle 1): Poisson variance (x + base)/dose plus line
  /// noise, then a gain and an offset, as METHOD's training recipe states.
  /// - Parameters:
  ///   - tiles: (n, 16, 16), changed in place.
  ///   - dose: detected electrons a pixel on a particle; each tile draws one log-uniformly.
  ///   - isNoisy: tiles (by index) that come from a fast scan and stay as they are.
  public static func addNoise(
    to tiles: inout [Float], dose: ClosedRange<Double>, generator: inout SeededGenerator,
    isNoisy: (Int) -> Bool = { _ in false }
  ) {
    let edge = TileBatch.tileEdge
    let logs = (log(dose.lowerBound), log(dose.upperBound))
    for tile in 0..<tiles.count / TileBatch.tilePixels where !isNoisy(tile) {
      let electrons = exp(generator.uniform(logs.0, logs.1))
      let gain = Float(generator.normal(1, gainSpread))
      let offset = Float(generator.normal(0, offsetSpread))
      for row in 0..<edge {
        let line = Float(generator.normal(0, lineSpread))
        for i in (tile * edge + row) * edge..<(tile * edge + row + 1) * edge {
          let variance = max(Double(tiles[i]) + base, 0.01) / electrons + 1e-4
          let noisy = tiles[i] + Float(generator.normal() * variance.squareRoot()) + line
          tiles[i] = noisy * gain + offset
        }
      }
    }
  }

  /// Signal of the support film relative to a particle's: it counts towards shot noise.
  private static let base = 0.0857
  private static let lineSpread = 0.015
  private static let gainSpread = 0.03
  private static let offsetSpread = 0.01
}
