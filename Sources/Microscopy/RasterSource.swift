// An image that is read in pieces, so that it need not be in memory whole.

/// A two-dimensional array of numbers, handed out a rectangle at a time. The same rectangle gives the same values.
public protocol RasterSource: Sendable {
  var rows: Int { get }
  var columns: Int { get }
  /// Memory that it takes whether it is read or not.
  var heldBytes: Int { get }

  /// The values of a rectangle that lies inside.
  /// - Throws: where they can't be read (any more).
  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster
}

extension RasterSource {
  /// All values at once.
  public func whole() throws -> Raster { try piece(rows: 0..<rows, columns: 0..<columns) }

  /// Calls `body` with bands of whole rows from the top to the bottom; `first` is the row that a band begins with.
  public func forEachBand(height: Int = 64, _ body: (_ band: Raster, _ first: Int) throws -> Void) throws {
    var first = 0
    while first < rows {
      let last = min(first + height, rows)
      try body(piece(rows: first..<last, columns: 0..<columns), first)
      first = last
    }
  }
}

extension Raster: RasterSource {
  public var heldBytes: Int { values.count * MemoryLayout<Float>.size }

  public func piece(rows: Range<Int>, columns: Range<Int>) -> Raster {
    if rows == 0..<self.rows, columns == 0..<self.columns { return self }
    var piece: [Float] = []
    piece.reserveCapacity(rows.count * columns.count)
    for row in rows {
      let start = row * self.columns
      piece += values[start + columns.lowerBound..<start + columns.upperBound]
    }
    return Raster(rows: rows.count, columns: columns.count, values: piece)
  }
}
