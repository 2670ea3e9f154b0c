// A large image as triage reads it: single-precision numbers made when they are wanted, from the pixels as stored.

import Microscopy
import SystemPackage

/// Two-dimensional pixels, in memory in their own width or still in the file, handed out in pieces.
struct PixelRaster: RasterSource {
  private let pixels: PixelData
  private let path: FilePath

  var rows: Int { pixels.shape[0] }
  var columns: Int { pixels.shape[1] }
  var heldBytes: Int { pixels.bytes.count }

  /// A small image as the numbers themselves, a large one piece by piece.
  /// - Precondition: `pixels` has two dimensions.
  static func source(
    _ pixels: PixelData, of path: FilePath, limits: FileLimits
  ) throws(DecodeFailure) -> any RasterSource {
    guard pixels.file == nil, pixels.count * MemoryLayout<Float>.size <= limits.heldBytes else {
      return PixelRaster(pixels: pixels, path: path)
    }
    return Raster(rows: pixels.shape[0], columns: pixels.shape[1], values: try pixels.floats())
  }

  /// - Throws: `MicroscopeFileError` when the file can't be read any more, or is not what it was.
  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns.count)
    // Whole rows lie one after another.
    let lines =
      columns == 0..<self.columns
      ? [rows.lowerBound * columns.count..<rows.upperBound * columns.count]
      : rows.map { $0 * self.columns + columns.lowerBound..<$0 * self.columns + columns.upperBound }
    var buffer = [Double](repeating: 0, count: PixelData.pieceCount * pixels.components)
    do throws(DecodeFailure) {
      for line in lines {
        var first = line.lowerBound
        while first < line.upperBound {
          let last = min(first + PixelData.pieceCount, line.upperBound)
          try pixels.load(first..<last, into: &buffer)
          for index in 0..<last - first { values.append(Float(buffer[index])) }
          first = last
        }
      }
    } catch {
      throw MicroscopeFileError(.changed, path, error.reason)
    }
    if let file = pixels.file, !file.isUnchanged {
      throw MicroscopeFileError(.changed, path, "it changed while it was read: still being written")
    }
    return Raster(rows: rows.count, columns: columns.count, values: values)
  }
}
