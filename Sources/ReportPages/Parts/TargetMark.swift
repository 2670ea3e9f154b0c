// Targets on a scan as SVG: a shape and a colour for each kind, a number, in pixels of the file.

import Markup
import Pictures
import TargetStore

/// One numbered place.
struct TargetMark {
  let number: Int
  let kind: String
  /// Pixel of the file.
  let row: Double
  let column: Double
  /// Somebody has dealt with it.
  var isGone = false

  init(_ target: StoredTarget) {
    (number, kind) = (target.rank, target.kind)
    (row, column) = (Double(target.row), Double(target.column))
    isGone = [.skipped, .rejected, .superseded].contains(target.status)
  }

  init(number: Int, kind: String, row: Double, column: Double) {
    (self.number, self.kind, self.row, self.column) = (number, kind, row, column)
  }

  private var drawn: TargetSheet.Kind { TargetSheet.Kind.all[TargetSheet.Kind.index(of: kind)] }

  /// - Parameter side: of the tile, pixels of the file.
  func outline(side: Double) -> Markup {
    Self.outline(drawn.shape, x: column + 0.5, y: row + 0.5, radius: side / 2, colour: drawn.colour, isFaint: isGone)
  }

  /// The number on a plate of the kind's colour, at the upper left of the tile, always inside the scan.
  /// - Parameter letter: its height, pixels of the file.
  func tag(side: Double, letter: Double, rows: Int, columns: Int) -> Markup {
    let width = letter * (0.62 * Double("\(number)".count) + 0.5)
    let left = min(max(column + 0.5 - side / 2, 0), Double(columns) - width)
    let top = min(max(row + 0.5 - side / 2 - letter / 2, 0), Double(rows) - 1.15 * letter)
    let opacity: Markup = isGone ? " opacity=\"0.55\"" : ""
    return """
      <g\(opacity)><rect x="\(left)" y="\(top)" width="\(width)" height="\(1.15 * letter)" fill="\(Self.code(drawn.colour))" />\
      <text x="\(left + width / 2)" y="\(top + 0.95 * letter)" font-size="\(letter)" font-weight="700" text-anchor="middle" fill="\(Self.code(drawn.colour.contrasting))">\(number)</text></g>

      """
  }

  static func outline(
    _ shape: MarkerShape, x: Double, y: Double, radius: Double, colour: Colour, isFaint: Bool = false
  ) -> Markup {
    let path: Markup =
      switch shape {
      case .square: "M\(x - radius) \(y - radius)h\(2 * radius)v\(2 * radius)h\(-2 * radius)z"
      case .diamond:
        "M\(x) \(y - radius)L\(x + radius) \(y)L\(x) \(y + radius)L\(x - radius) \(y)z"
      case .circle:
        "M\(x - radius) \(y)a\(radius) \(radius) 0 1 0 \(2 * radius) 0a\(radius) \(radius) 0 1 0 \(-2 * radius) 0z"
      case .cross:
        "M\(x - radius) \(y - radius)L\(x + radius) \(y + radius)M\(x + radius) \(y - radius)L\(x - radius) \(y + radius)"
      }
    let opacity: Markup = isFaint ? " opacity=\"0.55\" stroke-dasharray=\"4 3\"" : ""
    return """
      <path class="mark" d="\(path)" stroke="#000" stroke-opacity="0.6" stroke-width="4.5" />\
      <path class="mark" d="\(path)" stroke="\(code(colour))" stroke-width="2.5"\(opacity) />

      """
  }

  static func code(_ colour: Colour) -> String {
    "#" + [colour.red, colour.green, colour.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The kinds that occur, each with its shape and how many there are.
  static func legend(_ marks: [TargetMark]) -> Markup {
    let entries = TargetSheet.Kind.all.enumerated().compactMap { index, kind -> Markup? in
      let count = marks.count { TargetSheet.Kind.index(of: $0.kind) == index }
      guard count > 0 else { return nil }
      let shape = outline(kind.shape, x: 10, y: 10, radius: 7, colour: kind.colour)
      return """
        <li><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">\(shape)</svg>\(count) \(kind.name): \(KindWords.short(kind.name))</li>

        """
    }
    return entries.isEmpty ? "" : "<ul class=\"legend\">\(entries)</ul>\n"
  }
}
