// Rasters that are filled in pieces, wherever they lie.

import Synchronization

/// A two-dimensional array of numbers that several threads may fill, each its own rectangles.
public protocol WritableRaster: RasterSource {
  /// Overwrites the rectangle of the piece's size that begins at a row and a column and lies inside.
  /// - Throws: where it can't be kept.
  func write(_ piece: Raster, row: Int, column: Int) throws
}

/// Makes the rasters that some work needs, and says where they lie.
public protocol RasterStorage: Sendable {
  /// A raster of zeros; it goes when nothing refers to it any more.
  /// - Throws: where there is no room for it.
  func raster(rows: Int, columns: Int) throws -> any WritableRaster
}

/// All rasters in memory.
public struct MemoryStorage: RasterStorage {
  public init() {}

  public func raster(rows: Int, columns: Int) -> any WritableRaster { RasterInMemory(rows: rows, columns: columns) }
}

/// A raster in memory that several threads may fill.
private final class RasterInMemory: WritableRaster {
  let rows: Int
  let columns: Int
  private let raster: Mutex<Raster>

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    raster = Mutex(Raster(rows: rows, columns: columns, repeating: 0))
  }

  var heldBytes: Int { rows * columns * MemoryLayout<Float>.size }

  func piece(rows: Range<Int>, columns: Range<Int>) -> Raster {
    raster.withLock { $0.piece(rows: rows, columns: columns) }
  }

  func write(_ piece: Raster, row: Int, column: Int) {
    raster.withLock { $0.paste(piece, row: row, column: column) }
  }
}
