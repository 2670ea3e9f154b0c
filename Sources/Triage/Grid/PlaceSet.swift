// Which places of a grid have some property, a bit a place.

/// A set of places of a grid.
struct PlaceSet: Equatable, Sendable {
  let rows: Int
  let columns: Int
  /// Row by row, the first place in the lowest bit.
  private var words: [UInt64]

  init(rows: Int, columns: Int, repeating value: Bool = false) {
    self.rows = rows
    self.columns = columns
    words = [UInt64](repeating: value ? .max : 0, count: (rows * columns + 63) / 64)
  }

  /// By row-major index.
  subscript(index: Int) -> Bool {
    get { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    set {
      let bit = UInt64(1) << UInt64(index & 63)
      if newValue { words[index >> 6] |= bit } else { words[index >> 6] &= ~bit }
    }
  }

  /// Takes the values of a rectangle, row by row, that begins at a row and a column.
  mutating func paste(_ part: [Bool], row: Int, column: Int, columns width: Int) {
    for (offset, value) in part.enumerated() {
      self[(row + offset / width) * columns + column + offset % width] = value
    }
  }

  /// Takes out all places of some rows and columns.
  mutating func remove(rows: [Int], columns places: [Int]) {
    for row in rows { for column in places { self[row * columns + column] = false } }
  }

  /// Takes out the places of some rows for which something does not hold.
  mutating func formIntersection(rows some: Range<Int>, where holds: (_ row: Int, _ column: Int) -> Bool) {
    for row in some {
      for column in 0..<columns where self[row * columns + column] && !holds(row, column) {
        self[row * columns + column] = false
      }
    }
  }
}
