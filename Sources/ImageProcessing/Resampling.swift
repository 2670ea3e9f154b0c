// Bringing an image to another pixel size.

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
    let image = try image(raster, from: pixelSizeNM, to: targetNM)
    return image.interpolated(image.need(rows: 0..<image.rows, columns: 0..<image.columns), of: raster)
  }

  /// The same for an image that is read in pieces: its pieces are made when they are asked for.
  public static func image(
    _ source: any RasterSource, from pixelSizeNM: Double, to targetNM: Double
  ) throws(ResamplingError) -> ResampledImage {
    guard pixelSizeNM > 0, targetNM > 0, pixelSizeNM.isFinite, targetNM.isFinite else {
      throw ResamplingError(
        description: "cannot resample from \(pixelSizeNM) to \(targetNM) nm a pixel: both must be positive")
    }
    let factor = pixelSizeNM / targetNM
    return ResampledImage(
      source: source, factor: factor, rows: try side(source.rows, factor: factor),
      columns: try side(source.columns, factor: factor))
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
}
