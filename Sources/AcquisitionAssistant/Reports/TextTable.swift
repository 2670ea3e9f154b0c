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
  private let leastLast: Int
  private var rows: [[String]] = []

  /// - Parameter leastLast: the last column is left out where it would get fewer characters.
  init(_ columns: [Column], leastLast: Int = 0) {
    self.columns = columns
    self.leastLast = leastLast
  }

  /// - Precondition: one cell a column.
  mutating func add(_ cells: [String]) { rows.append(cells.map(TextLayout.oneLine)) }

  /// The table with its header; cells of the last column are cut at the terminal's width.
  func text(_ style: TextStyle) -> String {
    let width = style.width
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].header.count) { max($0, $1[index].count) }
    }
    let rest = width - widths.dropLast().reduce(0) { $0 + $1 + 2 }
    if rest < leastLast { widths.removeLast() }
    var text = style.bold(line(columns.map(\.header), widths, width)) + "\n"
    for row in rows { text += line(row, widths, width) + "\n" }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int], _ width: Int) -> String {
    var line = ""
    for (index, cell) in cells.prefix(widths.count).enumerated() {
      if index > 0 { line += "  " }
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
      if index == widths.count - 1 {
        line += TextLayout.cut(columns[index].alignment == .right ? padding + cell : cell, to: width - line.count)
      } else {
        line += columns[index].alignment == .right ? padding + cell : cell + padding
      }
    }
    return line.last == " " ? String(line.reversed().drop { $0 == " " }.reversed()) : line
  }
}
