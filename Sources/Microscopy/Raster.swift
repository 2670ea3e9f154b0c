// A two-dimensional array of numbers: an image, or one value a position.

/// Row-major image, `values[row * columns + column]`.
public struct Raster: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  public var values: [Float]

  /// - Precondition: `values.count == rows * columns`; readers check sizes before they build a raster.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "a raster of \(rows)×\(columns) got \(values.count) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public init(rows: Int, columns: Int, repeating value: Float) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: value, count: rows * columns))
  }

  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Overwrites the rectangle of the piece's size that begins at a row and a column and lies inside.
  public mutating func paste(_ piece: Raster, row: Int, column: Int) {
    for pieceRow in 0..<piece.rows {
      let start = (row + pieceRow) * columns + column
      values.replaceSubrange(
        start..<start + piece.columns, with: piece.values[pieceRow * piece.columns..<(pieceRow + 1) * piece.columns])
    }
  }

  public subscript(position: PixelPosition) -> Float { self[position.row, position.column] }

  /// The same raster with `transform` applied to every value.
  public func map(_ transform: (Float) -> Float) -> Raster {
    Raster(rows: rows, columns: columns, values: values.map(transform))
  }
}
