// An image on pixels of another size, computed piece by piece.

import Microscopy

/// An image as `Resampling` brings it to another pixel size.
public struct ResampledImage: RasterSource {
  private let source: any RasterSource
  /// Output pixels an input pixel.
  private let factor: Double
  public let rows: Int
  public let columns: Int
  public var heldBytes: Int { source.heldBytes }
  /// Removes what a coarser grid can't carry; reaches 0 pixels for a finer one.
  private let kernel: GaussianKernel

  init(source: any RasterSource, factor: Double, rows: Int, columns: Int) {
    self.source = source
    self.factor = factor
    self.rows = rows
    self.columns = columns
    kernel = GaussianKernel(sigma: factor < 1 ? 0.5 * (1 / (factor * factor) - 1).squareRoot() : 0)
  }

  public func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    let need = need(rows: rows, columns: columns)
    return interpolated(need, of: try source.piece(rows: need.rows.reach, columns: need.columns.reach))
  }

  /// The two input pixels an output pixel lies between, and how far towards the second.
  fileprivate struct Sample {
    let lower: Int
    let upper: Int
    let fraction: Float
  }

  /// What one direction of a piece is made of.
  struct Line {
    fileprivate let samples: [Sample]
    /// Input pixels that are interpolated between.
    let core: Range<Int>
    /// The same with all that is smoothed into them.
    let reach: Range<Int>
  }

  func need(rows: Range<Int>, columns: Range<Int>) -> (rows: Line, columns: Line) {
    (line(rows, length: source.rows), line(columns, length: source.columns))
  }

  private func line(_ range: Range<Int>, length: Int) -> Line {
    let samples = range.map { index in
      let position = min(max((Double(index) + 0.5) / factor - 0.5, 0), Double(length - 1))
      let lower = Int(position)
      return Sample(lower: lower, upper: min(lower + 1, length - 1), fraction: Float(position - Double(lower)))
    }
    let core = (samples.first?.lower ?? 0)..<(samples.last.map { $0.upper + 1 } ?? 0)
    return Line(
      samples: samples, core: core,
      reach: max(core.lowerBound - kernel.radius, 0)..<min(core.upperBound + kernel.radius, length))
  }

  /// - Parameter strip: the input within reach.
  func interpolated(_ need: (rows: Line, columns: Line), of strip: Raster) -> Raster {
    let (rows, columns) = (need.rows, need.columns)
    let coreRows = EvenIndices(rows.core).relative(to: rows.reach.lowerBound)
    let coreColumns = EvenIndices(columns.core).relative(to: columns.reach.lowerBound)
    let smooth =
      kernel.radius == 0
      ? strip : SmoothableImage(strip).smoothed(kernel, border: .reflect, rows: coreRows.values, columns: coreColumns)
    let (top, left) = (rows.core.lowerBound, columns.core.lowerBound)
    var result: [Float] = []
    result.reserveCapacity(rows.samples.count * columns.samples.count)
    for row in rows.samples {
      for column in columns.samples {
        let (before, after) = (column.lower - left, column.upper - left)
        let above = Self.mix(smooth[row.lower - top, before], smooth[row.lower - top, after], column.fraction)
        let below = Self.mix(smooth[row.upper - top, before], smooth[row.upper - top, after], column.fraction)
        result.append(Self.mix(above, below, row.fraction))
      }
    }
    return Raster(rows: rows.samples.count, columns: columns.samples.count, values: result)
  }

  private static func mix(_ a: Float, _ b: Float, _ fraction: Float) -> Float { a + (b - a) * fraction }
}
