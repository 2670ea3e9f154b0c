// An image made small, without ever holding it whole.

import Microscopy

/// Block means of an image that is read in bands.
public enum ReducedImage {
  /// Pixels along a block's edge, so that neither side of the reduced image exceeds `side`.
  public static func factor(_ image: any RasterSource, side: Int) -> Int {
    max(1, (max(image.rows, image.columns) + side - 1) / side)
  }

  /// Means of square blocks; the last ones of a side may be smaller. Values that are not finite are left out; a block of
  /// nothing else is 0.
  /// - Throws: what reading the image throws.
  public static func means(_ image: any RasterSource, side: Int) throws -> Raster {
    let factor = factor(image, side: side)
    var reduced = Raster(
      rows: (image.rows + factor - 1) / factor, columns: (image.columns + factor - 1) / factor, repeating: 0)
    try image.forEachBand(height: factor * max(1, 64 / factor)) { band, first in
      for row in 0..<(band.rows + factor - 1) / factor {
        let lines = row * factor..<min((row + 1) * factor, band.rows)
        for column in 0..<reduced.columns {
          reduced[first / factor + row, column] = mean(
            band, lines, column * factor..<min((column + 1) * factor, band.columns))
        }
      }
    }
    return reduced
  }

  private static func mean(_ band: Raster, _ rows: Range<Int>, _ columns: Range<Int>) -> Float {
    var (sum, count) = (0.0, 0)
    for row in rows {
      for column in columns {
        let value = band.values[row * band.columns + column]
        guard value.isFinite else { continue }
        sum += Double(value)
        count += 1
      }
    }
    return count > 0 ? Float(sum / Double(count)) : 0
  }
}
