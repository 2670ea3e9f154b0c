// Gaussian smoothing of an image.

import Foundation
import Microscopy

/// Separable Gaussian smoothing, equal to `scipy.ndimage.gaussian_filter` of order 0 within single precision.
public enum GaussianFilter {
  /// Smooths a raster with a Gaussian of standard deviation `sigma` pixels.
  ///
  /// The kernel reaches `Int(truncate * sigma + 0.5)` pixels to each side and sums to 1. A sigma of 0 changes nothing.
  /// - Precondition: `sigma` and `truncate` are finite and not negative.
  public static func apply(
    _ raster: Raster, sigma: Double, truncate: Double = 4, border: Border
  ) -> Raster {
    precondition(sigma.isFinite && sigma >= 0 && truncate.isFinite && truncate >= 0, "a Gaussian of width \(sigma)")
    let radius = Int(truncate * sigma + 0.5)
    if raster.values.isEmpty || radius == 0 { return raster }
    let weights = halfKernel(sigma: sigma, radius: radius)
    return alongColumns(alongColumns(raster, weights, border).transposed(), weights, border).transposed()
  }

  /// Weights at distances 0...radius from the centre; the whole kernel sums to 1.
  private static func halfKernel(sigma: Double, radius: Int) -> [Float] {
    let half = (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = half[0] + 2 * half.dropFirst().reduce(0, +)
    return half.map { Float($0 / sum) }
  }

  /// Columns smoothed at once: the rows under the widest kernel in use then stay in the second-level cache.
  private static let stripWidth = 512

  private static func alongColumns(_ raster: Raster, _ weights: [Float], _ border: Border) -> Raster {
    let rows = raster.rows
    let columns = raster.columns
    let radius = weights.count - 1
    // One row of zeros after the last stands for every row beyond a zero border.
    let padded = raster.values + [Float](repeating: 0, count: columns)
    let rowStarts = (-radius..<rows + radius).map { (border.source(of: $0, count: rows) ?? rows) * columns }
    let source = padded.span
    var result = [Float](repeating: 0, count: rows * columns)
    for left in stride(from: 0, to: columns, by: stripWidth) {
      let width = min(stripWidth, columns - left)
      var sums = [Float](repeating: 0, count: width)
      for row in 0..<rows {
        for column in 0..<width { sums[column] = 0 }
        func strip(_ offset: Int) -> Range<Int> {
          let start = rowStarts[row + radius + offset] + left
          return start..<start + width
        }
        // From the tails inwards, so that small terms are added to small sums; two pairs at a time halve the traffic.
        var distance = radius
        while distance >= 2 {
          add(
            weights[distance], source.extracting(strip(-distance)), source.extracting(strip(distance)),
            weights[distance - 1], source.extracting(strip(1 - distance)), source.extracting(strip(distance - 1)),
            to: &sums)
          distance -= 2
        }
        if distance == 1 {
          add(weights[1], source.extracting(strip(-1)), source.extracting(strip(1)), to: &sums)
        }
        add(weights[0], source.extracting(strip(0)), to: &sums)
        let start = row * columns + left
        for column in 0..<width { result[start &+ column] = sums[column] }
      }
    }
    return Raster(rows: rows, columns: columns, values: result)
  }

  // Equal lengths are stated once before each loop, which lets the compiler drop the checks inside and vectorise.

  @inline(__always)
  private static func add(
    _ outerWeight: Float, _ outerAbove: Span<Float>, _ outerBelow: Span<Float>,
    _ innerWeight: Float, _ innerAbove: Span<Float>, _ innerBelow: Span<Float>, to sums: inout [Float]
  ) {
    let count = sums.count
    precondition(outerAbove.count == count && outerBelow.count == count)
    precondition(innerAbove.count == count && innerBelow.count == count)
    for index in 0..<count {
      sums[index] +=
        outerWeight * (outerAbove[index] + outerBelow[index]) + innerWeight * (innerAbove[index] + innerBelow[index])
    }
  }

  @inline(__always)
  private static func add(
    _ weight: Float, _ above: Span<Float>, _ below: Span<Float>, to sums: inout [Float]
  ) {
    let count = sums.count
    precondition(above.count == count && below.count == count)
    for index in 0..<count { sums[index] += weight * (above[index] + below[index]) }
  }

  @inline(__always)
  private static func add(_ weight: Float, _ centre: Span<Float>, to sums: inout [Float]) {
    let count = sums.count
    precondition(centre.count == count)
    for index in 0..<count { sums[index] += weight * centre[index] }
  }
}
