// Bringing an image to another pixel size.

import Foundation
import Microscopy

/// Why an image could not be resampled.
public struct ResamplingError: Error, Equatable, CustomStringConvertible {
  public let description: String
}

/// Change of pixel size with the field of view kept.
public enum Resampling {
  /// Longest side of a result: four times the widest scan in use, and one gigabyte as single-precision numbers.
  private static let maximumSide = 16_384

  /// The raster on pixels of `to` nm instead of `from` nm.
  ///
  /// Pixel edges of both grids coincide at the top left; each side keeps `Int(side * from / to)` pixels. Interpolation is
  /// bilinear with the border continued. Before coarsening a Gaussian of `0.5 * sqrt((to / from)² - 1)` input pixels
  /// removes what the coarser grid cannot carry.
  /// - Throws: `ResamplingError` when a pixel size is not positive, or the result would have no pixel or too many.
  public static func resample(
    _ raster: Raster, from pixelSizeNM: Double, to targetNM: Double
  ) throws(ResamplingError) -> Raster {
    guard pixelSizeNM > 0, targetNM > 0, pixelSizeNM.isFinite, targetNM.isFinite else {
      throw ResamplingError(
        description: "cannot resample from \(pixelSizeNM) to \(targetNM) nm a pixel: both must be positive")
    }
    let factor = pixelSizeNM / targetNM
    let rows = try side(raster.rows, factor: factor)
    let columns = try side(raster.columns, factor: factor)
    var source = raster
    if factor < 1 {
      source = GaussianFilter.apply(raster, sigma: 0.5 * (1 / (factor * factor) - 1).squareRoot(), border: .reflect)
    }
    let rowSamples = samples(rows, of: raster.rows, factor: factor)
    let columnSamples = samples(columns, of: raster.columns, factor: factor)
    var result: [Float] = []
    result.reserveCapacity(rows * columns)
    for row in rowSamples {
      for column in columnSamples {
        let above = mix(source[row.lower, column.lower], source[row.lower, column.upper], column.fraction)
        let below = mix(source[row.upper, column.lower], source[row.upper, column.upper], column.fraction)
        result.append(mix(above, below, row.fraction))
      }
    }
    return Raster(rows: rows, columns: columns, values: result)
  }

  private static func side(_ side: Int, factor: Double) throws(ResamplingError) -> Int {
    // The small addend keeps a quotient such as 240 × (1 / 1.5) from losing a whole pixel to rounding.
    let pixels = Double(side) * factor + 1e-9
    guard pixels >= 1, pixels <= Double(maximumSide) else {
      throw ResamplingError(
        description:
          "resampling \(side) pixels by a factor of \(factor) leaves the allowed 1…\(maximumSide) pixels a side; "
          + "check the pixel size of the scan")
    }
    return Int(pixels)
  }

  /// The two input pixels an output pixel lies between, and how far towards the second.
  private struct Sample {
    let lower: Int
    let upper: Int
    let fraction: Float
  }

  private static func samples(_ count: Int, of inputCount: Int, factor: Double) -> [Sample] {
    (0..<count).map { index in
      let last = Double(inputCount - 1)
      let position = min(max((Double(index) + 0.5) / factor - 0.5, 0), last)
      let lower = Int(position)
      return Sample(lower: lower, upper: min(lower + 1, inputCount - 1), fraction: Float(position - Double(lower)))
    }
  }

  private static func mix(_ a: Float, _ b: Float, _ fraction: Float) -> Float { a + (b - a) * fraction }
}
