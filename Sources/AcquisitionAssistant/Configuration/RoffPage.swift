// Text as a manual page: the few macros of man(7) that are needed, and the escapes that keep text plain.

/// A manual page that grows from its beginning.
struct RoffPage {
  private(set) var source: String

  init(title: String, section: Int, source: String) {
    // Without `.ad l` lines of long words are torn apart.
    self.source = ".TH \(title) \(section) \"\" \"\(source)\"\n.ad l\n"
  }

  mutating func section(_ name: String) { source += ".SH \(name)\n" }

  /// A paragraph.
  mutating func text(_ text: String) { source += ".PP\n\(Self.escaped(text))\n" }

  /// Lines that are not filled.
  mutating func lines(_ lines: [String]) {
    source += ".PP\n.nf\n" + lines.map { Self.escaped($0) + "\n" }.joined() + ".fi\n"
  }

  /// A term with its paragraphs, each on a line of its own.
  mutating func entry(_ term: String, _ paragraphs: [String]) {
    source += ".TP\n.B \(Self.escaped(term))\n" + paragraphs.map(Self.escaped).joined(separator: "\n.br\n") + "\n"
  }

  /// Nothing in it is a request, an escape or beyond ASCII; a hyphen is one that can be typed.
  static func escaped(_ text: String) -> String {
    var result = text.first == "." || text.first == "'" ? "\\&" : ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\n": result += " "
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return result
  }
}
