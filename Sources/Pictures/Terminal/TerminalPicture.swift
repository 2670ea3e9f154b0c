// A marked scan as a terminal takes it.

/// The text that draws a picture where it is written, with a line end after it.
public struct TerminalPicture: Equatable, Sendable {
  public let text: String
  /// How many lines of the terminal it takes.
  public let lines: Int

  /// Where the terminal does not say how large its characters are.
  private static let usualCell = TerminalAnswer.Cell(width: 9, height: 18)
  /// Pixels along the longest side: what crosses a slow line in a moment.
  private static let largestSide = 720

  /// - Parameters:
  ///   - columns: characters the picture may be wide.
  ///   - lines: and high.
  public init(_ scan: MarkedScan, _ traits: TerminalTraits, columns: Int, lines: Int) throws(PictureError) {
    let cell = traits.cell ?? Self.usualCell
    let (wide, high) = (Double(max(scan.scan.columns, 1)), Double(max(scan.scan.rows, 1)))
    let fit = min(Double(columns * cell.width) / wide, Double(lines * cell.height) / high)
    switch traits.form {
    case .blocks(let depth):
      let cells = CellPicture(scan, columns: columns, lines: lines)
      (text, self.lines) = (cells.blocks(depth), cells.lines)
    case .shades:
      let cells = CellPicture(scan, columns: columns, lines: lines)
      (text, self.lines) = (cells.shadesOnly(), cells.lines)
    case .sixel:
      let image = scan.render(side: min(max(Int(fit * max(wide, high)), 1), Self.largestSide))
      (text, self.lines) = (SixelImage.text(image), (image.height + cell.height - 1) / cell.height)
    case .kitty:
      // The terminal scales it to so many characters.
      let width = min(max(Int(fit * wide) / cell.width, 1), columns)
      text = try KittyGraphics.text(scan.render(side: Self.largestSide), columns: width)
      self.lines = Int((Double(width * cell.width) * high / wide / Double(cell.height)).rounded(.up))
    }
  }
}

extension TerminalTraits {
  public init(form: TerminalForm, cell: TerminalAnswer.Cell? = nil) { (self.form, self.cell) = (form, cell) }
}
