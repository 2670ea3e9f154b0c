// The dominant spacing in an image.

import Foundation
import Microscopy

/// The spacing at which an image repeats itself, and how clearly.
public struct LatticePitch: Equatable, Sendable {
  /// Radius of the first maximum, whole pixels. The mean over all directions puts it some 10 % beyond the distance of
  /// nearest neighbours: the second-nearest, in other directions, draw it outwards.
  public let pitchPixels: Int
  /// Rise of the normalised autocorrelation from its first minimum to the peak; 0 is none, above 0.1 a clear lattice.
  public let contrast: Double

  /// The first maximum of the radially averaged autocorrelation after its first minimum.
  ///
  /// The minimum is sought up to 40 pixels, the maximum up to 24 pixels beyond it. Images wider than 446 pixels are judged by
  /// at most 3×3 evenly spread blocks. Nil when the image is constant, holds NaN or has no such maximum.
  public static func measure(_ raster: Raster) -> LatticePitch? {
    // A raster in memory can always be read.
    (try? measure(of: raster)) ?? nil
  }

  /// The same for an image that is read in pieces.
  public static func measure(of image: any RasterSource) throws -> LatticePitch? {
    guard let profile = try radialAutocorrelation(image) else { return nil }
    var minimum = 1
    while minimum < longestMinimum && minimum + 1 < profile.count && profile[minimum + 1] < profile[minimum] {
      minimum += 1
    }
    let window = minimum..<min(minimum + peakWindow, profile.count)
    guard let peak = window.max(by: { profile[$0] < profile[$1] }), peak > minimum else { return nil }
    // A curve still rising where the window or the image ends has no peak there.
    guard peak + 1 < profile.count, profile[peak + 1] <= profile[peak] else { return nil }
    return LatticePitch(pitchPixels: peak, contrast: profile[peak] - profile[minimum])
  }

  private static let longestMinimum = 40
  private static let peakWindow = 25
  /// Longest lag looked at: the end of the window for the peak, and one pixel to see that the curve falls after it.
  private static let longestLag = longestMinimum + peakWindow + 1
  /// Together with the longest lag this fills a transform of 512, with no lag wrapped round.
  private static let blockSide = 512 - longestLag
  private static let blocksASide = 3

  /// Mean autocorrelation at radius `r ..< r + 1` pixels, over its value at 0.
  private static func radialAutocorrelation(_ raster: any RasterSource) throws -> [Double]? {
    let rows = min(raster.rows, blockSide)
    let columns = min(raster.columns, blockSide)
    // Lags beyond half the shorter side rest on too few pairs of pixels.
    let lags = min(longestLag, min(rows, columns) / 2)
    guard lags > 2 else { return nil }
    var side = 1
    while side < max(rows, columns) + lags { side *= 2 }
    let summed = try summedAutocorrelation(raster, rows: rows, columns: columns, side: side)
    guard summed[0] > 0, summed[0].isFinite else { return nil }
    var sums = [Double](repeating: 0, count: lags + 1)
    var counts = sums
    for down in -lags...lags {
      for across in -lags...lags {
        let radius = Int(Double(down * down + across * across).squareRoot())
        guard radius <= lags else { continue }
        // A lag of (down, across) is seen by fewer pairs of pixels than lag 0.
        let share = Double((rows - abs(down)) * (columns - abs(across))) / Double(rows * columns)
        sums[radius] += summed[(down & (side - 1)) * side + (across & (side - 1))] / share
        counts[radius] += 1
      }
    }
    let profile = zip(sums, counts).map { $0 / $1 }
    return profile.map { $0 / profile[0] }
  }

  /// Sum of the blocks' autocorrelations, wrapped on `side`×`side` lags.
  private static func summedAutocorrelation(
    _ raster: any RasterSource, rows: Int, columns: Int, side: Int
  ) throws -> [Double] {
    let transform = FourierTransform(side: side)
    let corners = blockStarts(raster.rows, block: rows).flatMap { row in
      blockStarts(raster.columns, block: columns).map { PixelPosition(row: row, column: $0) }
    }
    var power = [Double](repeating: 0, count: side * side)
    // Two blocks share a transform: the autocorrelation of a + ib has the sum of theirs as its real part.
    for pair in stride(from: 0, to: corners.count, by: 2) {
      var real = try block(of: raster, at: corners[pair], rows: rows, columns: columns, side: side)
      var imaginary =
        pair + 1 < corners.count
        ? try block(of: raster, at: corners[pair + 1], rows: rows, columns: columns, side: side)
        : [Double](repeating: 0, count: side * side)
      transform.transform(real: &real, imaginary: &imaginary)
      for index in 0..<side * side { power[index] += real[index] * real[index] + imaginary[index] * imaginary[index] }
    }
    var imaginary = [Double](repeating: 0, count: side * side)
    transform.transform(real: &power, imaginary: &imaginary)
    return power
  }

  private static func blockStarts(_ length: Int, block: Int) -> [Int] {
    let count = min(blocksASide, (length + block - 1) / block)
    return count == 1 ? [0] : (0..<count).map { $0 * (length - block) / (count - 1) }
  }

  /// A block less its mean, with zeros up to `side`×`side`.
  private static func block(
    of image: any RasterSource, at corner: PixelPosition, rows: Int, columns: Int, side: Int
  ) throws -> [Double] {
    let piece = try image.piece(
      rows: corner.row..<corner.row + rows, columns: corner.column..<corner.column + columns)
    var result = [Double](repeating: 0, count: side * side)
    var sum = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        let value = Double(piece[row, column])
        result[row * side + column] = value
        sum += value
      }
    }
    let mean = sum / Double(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { result[row * side + column] -= mean }
    }
    return result
  }
}
