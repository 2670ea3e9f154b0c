// Rows become columns, so that filters need only one direction.

import Microscopy

extension Raster {
  /// The raster with rows and columns exchanged.
  func transposed() -> Raster {
    // Blocks keep both the rows read and the rows written within the first-level cache.
    let block = 32
    let source = values
    let rows = rows
    let columns = columns
    var result = [Float](repeating: 0, count: source.count)
    for blockRow in stride(from: 0, to: rows, by: block) {
      let rowEnd = min(blockRow + block, rows)
      for blockColumn in stride(from: 0, to: columns, by: block) {
        let columnEnd = min(blockColumn + block, columns)
        for column in blockColumn..<columnEnd {
          for row in blockRow..<rowEnd { result[column &* rows &+ row] = source[row &* columns &+ column] }
        }
      }
    }
    return Raster(rows: columns, columns: rows, values: result)
  }
}
