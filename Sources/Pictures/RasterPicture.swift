// An image of numbers as a picture.

import Microscopy

/// Which values take the ends of the colour scale.
public enum ValueRange: Sendable {
  /// The given values.
  case explicit(low: Float, high: Float)
  /// These percentiles, 0...100, of the finite values.
  case percentiles(low: Double, high: Double)
}

/// Rasters drawn pixel by pixel.
public enum RasterPicture {
  /// Longest side a picture is enlarged to, sharper than any screen; 50 MB in memory where both sides are as long.
  private static let maximumEnlargedSide = 4096

  /// Draws a raster, each value as `scale`×`scale` pixels; the scale is lowered where the picture would be too large.
  ///
  /// Values beyond the range take the colours of its ends; values that are not numbers a colour off the scale.
  public static func render(_ raster: Raster, range: ValueRange, map: ColourMap, scale: Int = 1) -> RGBImage {
    let limit = maximumEnlargedSide / max(raster.rows, raster.columns, 1)
    let zoom = max(min(scale, limit), 1)
    let (low, high) = limits(of: raster.values, range)
    let span = high - low
    var image = RGBImage(width: raster.columns * zoom, height: raster.rows * zoom, filledWith: .white)
    for row in 0..<raster.rows {
      for column in 0..<raster.columns {
        let value = raster[row, column]
        // A constant image is drawn in the middle of the scale.
        let fraction = span > 0 || value.isNaN ? (value - low) / span : 0.5
        image.fill(x: column * zoom, y: row * zoom, width: zoom, height: zoom, with: map.colour(at: fraction))
      }
    }
    return image
  }

  /// Percentiles are taken from at most this many values, evenly spread: enough for a colour scale.
  private static let sampleCount = 100_000

  /// The values at the ends of the scale; 0 and 0 when there is no finite value.
  static func limits(of values: [Float], _ range: ValueRange) -> (low: Float, high: Float) {
    switch range {
    case .explicit(let low, let high): return (low, high)
    case .percentiles(let low, let high):
      let step = max(values.count / sampleCount, 1)
      let sorted = stride(from: 0, to: values.count, by: step).map { values[$0] }.filter(\.isFinite).sorted()
      guard let last = sorted.indices.last else { return (0, 0) }
      func value(at percentile: Double) -> Float {
        sorted[Int((Double(last) * min(max(percentile, 0), 100) / 100).rounded())]
      }
      return (value(at: low), value(at: high))
    }
  }
}
