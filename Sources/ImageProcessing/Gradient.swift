// Steepness of an image.

import Microscopy

/// First derivatives by finite differences, as `numpy.gradient`.
public enum Gradient {
  /// Length of the gradient at every pixel, per pixel: central differences inside, one-sided at the borders.
  ///
  /// Along a side of length 1 the derivative is 0.
  public static func magnitude(of raster: Raster) -> Raster {
    let rows = raster.rows
    let columns = raster.columns
    let source = raster.values
    var result = [Float](repeating: 0, count: source.count)
    for row in 0..<rows {
      let above = max(row - 1, 0)
      let below = min(row + 1, rows - 1)
      let rowScale: Float = below - above == 2 ? 0.5 : 1
      for column in 0..<columns {
        let left = max(column - 1, 0)
        let right = min(column + 1, columns - 1)
        let columnScale: Float = right - left == 2 ? 0.5 : 1
        let down = (source[below &* columns &+ column] - source[above &* columns &+ column]) * rowScale
        let across = (source[row &* columns &+ right] - source[row &* columns &+ left]) * columnScale
        result[row &* columns &+ column] = (down * down + across * across).squareRoot()
      }
    }
    return Raster(rows: rows, columns: columns, values: result)
  }
}
