// Tables for a terminal of 80 columns.

/// Columns with headers; the last one takes what is left of the line.
struct TextTable: Sendable {
  enum Alignment: Sendable { case left, right }

  /// A header that states the unit.
  struct Column: Sendable {
    let header: String
    let alignment: Alignment

    init(_ header: String, _ alignment: Alignment = .left) {
      self.header = header
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// - Precondition: one cell a column.
  mutating func add(_ cells: [String]) { rows.append(cells.map(TextLayout.oneLine)) }

  /// The table with its header; cells of the last column are cut at the width.
  func text(width: Int, style: TextStyle) -> String {
    let widths = columns.indices.map { index in
      rows.reduce(columns[index].header.count) { max($0, $1[index].count) }
    }
    var text = style.bold(line(columns.map(\.header), widths, width)) + "\n"
    for row in rows { text += line(row, widths, width) + "\n" }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int], _ width: Int) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += "  " }
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
      if index == cells.count - 1 {
        line += TextLayout.cut(columns[index].alignment == .right ? padding + cell : cell, to: width - line.count)
      } else {
        line += columns[index].alignment == .right ? padding + cell : cell + padding
      }
    }
    return line.last == " " ? String(line.reversed().drop { $0 == " " }.reversed()) : line
  }
}
