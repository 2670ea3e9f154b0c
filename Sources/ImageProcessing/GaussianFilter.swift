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
    let kernel = GaussianKernel(sigma: sigma, truncate: truncate)
    if raster.values.isEmpty || kernel.radius == 0 { return raster }
    return SmoothableImage(raster)
      .smoothed(
        kernel, border: border, rows: Array(0..<raster.rows), columns: EvenIndices(0..<raster.columns))
  }
}

/// One side of a Gaussian, cut off and normalised.
public struct GaussianKernel: Sendable {
  /// Pixels that the kernel reaches to each side.
  public let radius: Int
  /// Weights at distances 0...radius from the centre; the whole kernel sums to 1.
  let weights: [Float]

  /// - Precondition: `sigma` and `truncate` are finite and not negative.
  public init(sigma: Double, truncate: Double = 4) {
    precondition(sigma.isFinite && sigma >= 0 && truncate.isFinite && truncate >= 0, "a Gaussian of width \(sigma)")
    radius = Int(truncate * sigma + 0.5)
    let half = radius == 0 ? [1] : (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = half[0] + 2 * half.dropFirst().reduce(0, +)
    weights = half.map { Float($0 / sum) }
  }
}

/// An image made ready to be smoothed several times, at the places that are wanted.
///
/// Every sum runs in the same order wherever its place lies: smoothing a piece of an image gives the values that smoothing
/// the whole image gives, as far as the piece reaches beyond the place.
public struct SmoothableImage: Sendable {
  public let rows: Int
  public let columns: Int
  /// One row of zeros after the last stands for every row beyond a zero border.
  private let padded: [Float]

  public init(_ raster: Raster) {
    rows = raster.rows
    columns = raster.columns
    padded = raster.values + [Float](repeating: 0, count: raster.columns)
  }

  /// Columns summed at once: the rows under the widest kernel in use then stay in the second-level cache.
  private static let stripWidth = 512

  /// The smoothed image at the crossings of `wanted` rows and columns.
  public func smoothed(_ kernel: GaussianKernel, border: Border, rows wanted: [Int], columns places: EvenIndices)
    -> Raster
  {
    let vertical = alongColumns(kernel, border, wanted)
    var line = SmoothedLine(kernel, border: border, length: columns, places: places)
    var result: [Float] = []
    result.reserveCapacity(wanted.count * places.count)
    for row in wanted.indices {
      result += line.smoothed(vertical.span.extracting(row * columns..<(row + 1) * columns))
    }
    return Raster(rows: wanted.count, columns: places.count, values: result)
  }

  /// What `smoothed` gives for an image of ones with zeros around it: the weight of the known pixels.
  public static func knownWeight(
    _ kernel: GaussianKernel, imageRows: Int, imageColumns: Int, rows wanted: [Int], columns places: EvenIndices
  ) -> Raster {
    var line = SmoothedLine(kernel, border: .zero, length: imageColumns, places: places)
    var column = SmoothedLine(kernel, border: .zero, length: imageRows, places: EvenIndices(0..<imageRows))
    let vertical = column.smoothed([Float](repeating: 1, count: imageRows).span)
    // Inside the image all rows weigh the same, and opposite edges do.
    var known: [UInt32: [Float]] = [:]
    var result: [Float] = []
    result.reserveCapacity(wanted.count * places.count)
    for row in wanted {
      let weight = vertical[row]
      let values = known[weight.bitPattern] ?? line.smoothed([Float](repeating: weight, count: imageColumns).span)
      known[weight.bitPattern] = values
      result += values
    }
    return Raster(rows: wanted.count, columns: places.count, values: result)
  }

  private func alongColumns(_ kernel: GaussianKernel, _ border: Border, _ wanted: [Int]) -> [Float] {
    let source = padded.span
    var result = [Float](repeating: 0, count: wanted.count * columns)
    for left in stride(from: 0, to: columns, by: Self.stripWidth) {
      let width = min(Self.stripWidth, columns - left)
      var sums = [Float](repeating: 0, count: width)
      for (index, row) in wanted.enumerated() {
        kernel.sum(source, count: width, into: &sums) { offset in
          (border.source(of: row + offset, count: rows) ?? rows) * columns + left
        }
        let start = index * columns + left
        for column in 0..<width { result[start &+ column] = sums[column] }
      }
    }
    return result
  }
}

/// Smooths lines of one length at places a constant step apart.
private struct SmoothedLine {
  private let kernel: GaussianKernel
  private let places: EvenIndices
  /// Where each value under the kernels of all places comes from; the line's length stands for a zero beyond it.
  private let sources: [Int]
  /// The line with its border, sorted into `places.step` phases: values that meet at neighbouring places lie side by side.
  private var phases: [Float]
  private let phaseLength: Int
  private var sums: [Float]

  init(_ kernel: GaussianKernel, border: Border, length: Int, places: EvenIndices) {
    self.kernel = kernel
    self.places = places
    let reach = places.span.lowerBound - kernel.radius..<places.span.upperBound + kernel.radius
    sources = reach.map { border.source(of: $0, count: length) ?? length }
    phaseLength = (reach.count + places.step - 1) / places.step
    phases = [Float](repeating: 0, count: phaseLength * places.step)
    sums = [Float](repeating: 0, count: places.count)
  }

  mutating func smoothed(_ line: Span<Float>) -> [Float] {
    let (kernel, step, phaseLength) = (kernel, places.step, phaseLength)
    var (phase, place) = (0, 0)
    for source in sources {
      phases[phase &* phaseLength &+ place] = source < line.count ? line[source] : 0
      phase += 1
      if phase == step { (phase, place) = (0, place + 1) }
    }
    let ready = phases
    kernel.sum(ready.span, count: places.count, into: &sums) { offset in
      let (place, phase) = (kernel.radius + offset).quotientAndRemainder(dividingBy: step)
      return phase * phaseLength + place
    }
    return sums
  }
}

extension GaussianKernel {
  /// Sums of `count` neighbours at once: the terms of offset k begin at `start(k)` in `source`.
  @inline(__always)
  fileprivate func sum(_ source: Span<Float>, count: Int, into sums: inout [Float], start: (Int) -> Int) {
    for index in 0..<count { sums[index] = 0 }
    func strip(_ offset: Int) -> Range<Int> {
      let first = start(offset)
      return first..<first + count
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
  }
}

// Equal lengths are stated once before each loop, which lets the compiler drop the checks inside and vectorise.

@inline(__always)
private func add(
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
private func add(
  _ weight: Float, _ above: Span<Float>, _ below: Span<Float>, to sums: inout [Float]
) {
  let count = sums.count
  precondition(above.count == count && below.count == count)
  for index in 0..<count { sums[index] += weight * (above[index] + below[index]) }
}

@inline(__always)
private func add(_ weight: Float, _ centre: Span<Float>, to sums: inout [Float]) {
  let count = sums.count
  precondition(centre.count == count)
  for index in 0..<count { sums[index] += weight * centre[index] }
}
