// Mean over a small square window.

import Microscopy

/// Moving mean, equal to `scipy.ndimage.uniform_filter`.
public enum MeanFilter {
  /// The mean over `window`×`window` pixels around each pixel.
  ///
  /// Every window is summed afresh in double precision, so nothing drifts along a row as a running sum would.
  /// - Precondition: `window` is odd and positive.
  public static func apply(_ raster: Raster, window: Int, border: Border) -> Raster {
    precondition(window > 0 && window % 2 == 1, "a centred window is odd, not \(window)")
    if raster.values.isEmpty || window == 1 { return raster }
    return alongColumns(alongColumns(raster, window, border).transposed(), window, border).transposed()
  }

  private static func alongColumns(_ raster: Raster, _ window: Int, _ border: Border) -> Raster {
    let columns = raster.columns
    let source = raster.values
    var result = [Float](repeating: 0, count: source.count)
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<raster.rows {
      for column in 0..<columns { sums[column] = 0 }
      for offset in -(window / 2)...window / 2 {
        guard let sourceRow = border.source(of: row + offset, count: raster.rows) else { continue }
        let start = sourceRow * columns
        for column in 0..<columns { sums[column] += Double(source[start &+ column]) }
      }
      let start = row * columns
      for column in 0..<columns { result[start &+ column] = Float(sums[column] / Double(window)) }
    }
    return Raster(rows: raster.rows, columns: columns, values: result)
  }
}
