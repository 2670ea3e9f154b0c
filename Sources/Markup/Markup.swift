// Text for a browser that is safe by construction: words become HTML only by way of escaping.

/// A piece of HTML or SVG, written so that XML parsers read it too.
///
/// Literal parts are taken as they stand; interpolated strings are escaped, interpolated markup is not:
/// `"<td>\(target.reason)</td>" as Markup` is right whatever the reason holds.
public struct Markup: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// The HTML.
  public private(set) var text: String

  public init(stringLiteral literal: String) { text = literal }

  public init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

  /// A piece that escapes nothing: only for text that this program made as markup, such as a style sheet.
  public init(trusted text: String) { self.text = text }

  public static let empty: Markup = ""

  public static func + (first: Markup, second: Markup) -> Markup { Markup(trusted: first.text + second.text) }

  public static func += (first: inout Markup, second: Markup) { first.text += second.text }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text: String

    public init(literalCapacity: Int, interpolationCount: Int) {
      text = ""
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }
    public mutating func appendInterpolation(_ words: String) { text += HTMLText.escaped(words) }
    public mutating func appendInterpolation(_ words: Substring) { text += HTMLText.escaped(String(words)) }
    public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    public mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    public mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }

    /// A coordinate or length, to a hundredth.
    public mutating func appendInterpolation(_ coordinate: Double) { text += HTMLText.coordinate(coordinate) }
  }
}
