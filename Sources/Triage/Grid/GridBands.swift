// How a scoring grid is cut for workers.

import ImageProcessing

/// A scoring grid cut into bands of neighbouring places.
package struct GridBands: Sendable {
  /// Image rows of a band: few enough that its piece of the image is small, enough that neighbours share what they can.
  private static let rows = 48
  /// Image columns of a band: with what the context sees around them a piece stays below 3 MiB, however wide the scan.
  private static let columns = 1024
  /// Grid columns of a band: what is known of its places stays below 5 MiB, however close they lie.
  private static let gridColumns = 256

  private let grid: (rows: Int, columns: Int)
  private let size: (rows: Int, columns: Int)
  private let across: Int
  package let count: Int

  package init(_ grid: (rows: EvenIndices, columns: EvenIndices)) {
    self.grid = (grid.rows.count, grid.columns.count)
    size = (max(1, Self.rows / grid.rows.step), max(1, min(Self.gridColumns, Self.columns / grid.columns.step)))
    across = (grid.columns.count + size.columns - 1) / size.columns
    count = across * ((grid.rows.count + size.rows - 1) / size.rows)
  }

  /// Rows and columns of the grid.
  package subscript(band: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let (down, right) = band.quotientAndRemainder(dividingBy: across)
    return (
      down * size.rows..<min((down + 1) * size.rows, grid.rows),
      right * size.columns..<min((right + 1) * size.columns, grid.columns)
    )
  }
}
