// A raster brought to the size of its place on a sheet.

import Microscopy

/// A raster that fills a square of the sheet as well as whole factors allow.
struct FittedRaster {
  /// The raster, averaged over blocks where it was too large.
  let raster: Raster
  /// Pixels of the sheet a value of `raster`.
  let scale: Int
  /// Pixels of the sheet a value of the original raster.
  let zoom: Double

  init(_ original: Raster, side: Int) {
    let longest = max(original.rows, original.columns, 1)
    if longest <= side {
      raster = original
      scale = side / longest
      zoom = Double(scale)
    } else {
      let factor = (longest + side - 1) / side
      raster = Self.blockMeans(of: original, factor: factor)
      scale = 1
      zoom = 1 / Double(factor)
    }
  }

  /// Means of `factor`×`factor` blocks; the last ones of a side may be smaller.
  private static func blockMeans(of raster: Raster, factor: Int) -> Raster {
    let rows = (raster.rows + factor - 1) / factor
    let columns = (raster.columns + factor - 1) / factor
    var sums = Raster(rows: rows, columns: columns, repeating: 0)
    for row in 0..<raster.rows {
      for column in 0..<raster.columns { sums[row / factor, column / factor] += raster[row, column] }
    }
    for row in 0..<rows {
      let height = min(factor, raster.rows - row * factor)
      for column in 0..<columns {
        sums[row, column] /= Float(height * min(factor, raster.columns - column * factor))
      }
    }
    return sums
  }
}
