// Mean over a small square window.

import Microscopy

/// Moving mean, equal to `scipy.ndimage.uniform_filter`.
public enum MeanFilter {
  /// The mean over `window`×`window` pixels around each pixel.
  ///
  /// Every window is summed afresh in double precision, so nothing drifts along a row as a running sum would.
  /// - Precondition: `window` is odd and positive.
  public static func apply(_ raster: Raster, window: Int, border: Border) -> Raster {
    var result = raster
    apply(to: &result, window: window, border: border)
    return result
  }

  /// The same in place, with `window` rows of memory.
  public static func apply(to raster: inout Raster, window: Int, border: Border) {
    precondition(window > 0 && window % 2 == 1, "a centred window is odd, not \(window)")
    if raster.values.isEmpty || window == 1 { return }
    let (rows, columns, half) = (raster.rows, raster.columns, window / 2)
    var originals = RecentRows(count: window, columns: columns)
    for row in 0..<min(half, rows) { originals.keep(row, of: raster.values) }
    var line = MeanLine(window: window, columns: columns, border: border)
    for row in 0..<rows {
      if row + half < rows { originals.keep(row + half, of: raster.values) }
      line.clear()
      for offset in -half...half {
        guard let source = border.source(of: row + offset, count: rows) else { continue }
        line.add(originals.values.span, from: originals.start(of: source))
      }
      line.finish(into: &raster.values, at: row * columns)
    }
  }

  /// The same of an image that is read and written in bands.
  /// - Throws: what reading or writing throws.
  public static func apply(
    _ source: any RasterSource, into target: any WritableRaster, window: Int, border: Border
  ) throws {
    for first in stride(from: 0, to: source.rows, by: bandRows) {
      let rows = first..<min(first + bandRows, source.rows)
      try target.write(band(rows, of: source, window: window, border: border), row: first, column: 0)
    }
  }

  private static let bandRows = 64

  /// The mean of a band of a larger image's rows.
  public static func band(
    _ rows: Range<Int>, of source: any RasterSource, window: Int, border: Border
  ) throws -> Raster {
    let half = window / 2
    let needed = max(rows.lowerBound - half, 0)..<min(rows.upperBound + half, source.rows)
    var raster = try source.piece(rows: needed, columns: 0..<source.columns)
    apply(to: &raster, window: window, border: border)
    guard needed != rows else { return raster }
    let first = rows.lowerBound - needed.lowerBound
    return raster.piece(rows: first..<first + rows.count, columns: 0..<source.columns)
  }
}

/// The last rows of an image as they were before it was changed.
private struct RecentRows {
  private let count: Int
  private let columns: Int
  private(set) var values: [Float]

  init(count: Int, columns: Int) {
    self.count = count
    self.columns = columns
    values = [Float](repeating: 0, count: count * columns)
  }

  func start(of row: Int) -> Int { row % count * columns }

  mutating func keep(_ row: Int, of image: [Float]) {
    let (target, source) = (start(of: row), row * columns)
    for column in 0..<columns { values[target &+ column] = image[source &+ column] }
  }
}

/// One row of means: first down the columns, then along the row.
private struct MeanLine {
  private let window: Int
  private let columns: Int
  /// Column that stands at each place from `-window / 2` on; `columns` beyond a zero border.
  private let sources: [Int]
  private var sums: [Double]
  /// The means down the columns with their border.
  private var means: [Double]

  init(window: Int, columns: Int, border: Border) {
    self.window = window
    self.columns = columns
    sources = (-(window / 2)..<columns + window / 2).map { border.source(of: $0, count: columns) ?? columns }
    sums = [Double](repeating: 0, count: columns)
    means = [Double](repeating: 0, count: sources.count)
  }

  mutating func clear() { for column in 0..<columns { sums[column] = 0 } }

  mutating func add(_ rows: Span<Float>, from start: Int) {
    let row = rows.extracting(start..<start + columns)
    for column in 0..<columns { sums[column] += Double(row[column]) }
  }

  mutating func finish(into values: inout [Float], at start: Int) {
    let size = Double(window)
    let half = window / 2
    for column in 0..<columns { means[column &+ half] = Double(Float(sums[column] / size)) }
    for place in 0..<half {
      for edge in [place, half + columns + place] {
        means[edge] = sources[edge] < columns ? means[half + sources[edge]] : 0
      }
    }
    clear()
    for offset in 0..<window {
      for column in 0..<columns { sums[column] += means[column &+ offset] }
    }
    for column in 0..<columns { values[start &+ column] = Float(sums[column] / size) }
  }
}
