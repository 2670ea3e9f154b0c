// Tables of a page.

/// Rows under a head; numbers stand right, words left.
public struct Table: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    public let header: Markup
    public let alignment: Alignment

    public init(_ header: Markup, _ alignment: Alignment = .left) {
      self.header = header
      self.alignment = alignment
    }
  }

  public let caption: Markup
  public let columns: [Column]
  private var rows: [(name: String?, cells: [Markup])] = []

  public init(caption: Markup = .empty, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// - Parameter style: a class of the row.
  /// - Precondition: one cell a column.
  public mutating func add(_ cells: [Markup], style: String? = nil) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append((style, cells))
  }

  /// In a box of its own, which scrolls where the screen is narrower.
  public var markup: Markup {
    let head = columns.map { "<th scope=\"col\"\(Self.name($0.alignment))>\($0.header)</th>" as Markup }
    let body = rows.map { row in
      let cells = zip(columns, row.cells).map { column, cell in
        "<td\(Self.name(column.alignment))>\(cell)</td>" as Markup
      }
      let name: Markup = row.name.map { " class=\"\($0)\"" } ?? ""
      return "<tr\(name)>\(cells)</tr>\n" as Markup
    }
    let title: Markup = caption == .empty ? "" : "<p class=\"caption\">\(caption)</p>\n"
    return """
      \(title)<div class="table"><table>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table></div>

      """
  }

  private static func name(_ alignment: Alignment) -> Markup { alignment == .right ? " class=\"number\"" : "" }
}
