// Steepness of an image.

import Microscopy

/// First derivatives by finite differences, as `numpy.gradient`.
public enum Gradient {
  /// Length of the gradient at every pixel, per pixel: central differences inside, one-sided at the borders.
  ///
  /// Along a side of length 1 the derivative is 0.
  public static func magnitude(of raster: Raster) -> Raster {
    let (rows, columns) = (EvenIndices(0..<raster.rows), EvenIndices(0..<raster.columns))
    return magnitude(of: raster, rowsAtHand: rows.values, imageRows: raster.rows, rows: rows, columns: columns)
  }

  /// Rows of an image that `magnitude` needs around some of them, ascending.
  public static func neighbours(of rows: EvenIndices, imageRows: Int) -> [Int] {
    if rows.step <= 3 {
      return Array(max(rows.span.lowerBound - 1, 0)..<min(rows.span.upperBound + 1, imageRows))
    }
    return rows.values.flatMap { max($0 - 1, 0)...min($0 + 1, imageRows - 1) }
  }

  /// The same at the crossings of some rows and columns.
  /// - Parameters:
  ///   - raster: has a row for each of `rowsAtHand`, and the columns around those wanted as far as the image has them.
  ///   - rowsAtHand: rows of the image, at least the `neighbours` of `rows`.
  ///   - rows: of the image.
  ///   - columns: of `raster`.
  public static func magnitude(
    of raster: Raster, rowsAtHand: [Int], imageRows: Int, rows: EvenIndices, columns: EvenIndices
  ) -> Raster {
    let source = raster.values
    var result: [Float] = []
    result.reserveCapacity(rows.count * columns.count)
    var here = 0
    for rowPlace in 0..<rows.count {
      while rowsAtHand[here] < rows[rowPlace] { here += 1 }
      let above = max(rows[rowPlace] - 1, 0) < rows[rowPlace] ? here - 1 : here
      let below = min(rows[rowPlace] + 1, imageRows - 1) > rows[rowPlace] ? here + 1 : here
      let rowScale: Float = below - above == 2 ? 0.5 : 1
      for columnPlace in 0..<columns.count {
        let column = columns[columnPlace]
        let left = max(column - 1, 0)
        let right = min(column + 1, raster.columns - 1)
        let columnScale: Float = right - left == 2 ? 0.5 : 1
        let down = (source[below * raster.columns + column] - source[above * raster.columns + column]) * rowScale
        let across = (source[here * raster.columns + right] - source[here * raster.columns + left]) * columnScale
        result.append((down * down + across * across).squareRoot())
      }
    }
    return Raster(rows: rows.count, columns: columns.count, values: result)
  }
}
