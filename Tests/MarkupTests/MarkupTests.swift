// Text that may hold anything, in a page.

import Foundation
import FoundationXML
import Markup
import Testing

@Suite("Markup")
struct MarkupTests {
  /// The texts and attribute values that an XML parser finds.
  private final class Reading: NSObject, XMLParserDelegate {
    var texts = ""
    var attributes: [String: String] = [:]
    var elements: [String] = []

    func parser(_ parser: XMLParser, foundCharacters string: String) { texts += string }
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      elements.append(name)
      self.attributes.merge(attributes) { $1 }
    }
  }

  private func read(_ text: String) throws -> Reading {
    let parser = XMLParser(data: Data(text.utf8))
    let reading = Reading()
    parser.delegate = reading
    try #require(parser.parse(), "\(String(describing: parser.parserError)) in \(text)")
    return reading
  }

  static let hostile = [
    "<script>alert(1)</script>", "\"' onload='x", "a & b &amp; c", "]]>", "<!-- --", "</title>", "µ 😀 é", "&#60;",
  ]

  @Test("interpolated text is text, wherever it stands", arguments: hostile)
  func texts(text: String) throws {
    let markup: Markup = "<p title=\"\(text)\">\(text)</p>"
    let reading = try read(markup.text)
    #expect(reading.elements == ["p"])
    #expect(reading.texts == text && reading.attributes == ["title": text])
  }

  @Test func whatNoPageMayHoldIsShownAsReplaced() throws {
    for scalar in ["\0", "\u{1B}", "\u{7F}", "\u{9F}", "\u{202E}", "\u{2066}", "\u{200F}", "\u{FFFE}"] {
      #expect(HTMLText.escaped("a\(scalar)b") == "a\u{FFFD}b")
    }
    #expect(try read(("<p>\("a\u{1}b")</p>" as Markup).text).texts == "a\u{FFFD}b")
  }

  @Test func markupInMarkupStaysMarkup() {
    let inner: Markup = "<b>\("<")</b>"
    #expect(("<p>\(inner)\([inner, inner])</p>" as Markup).text == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b></p>")
  }

  @Test(
    "coordinates are short, and never words",
    arguments: [
      (1.0, "1"), (-0.004, "0"), (2.345, "2.35"), (1e300, "0"), (.nan, "0"), (-.infinity, "0"), (-1.5, "-1.5"),
    ] as [(Double, String)])
  func coordinates(value: Double, text: String) { #expect(("\(value)" as Markup).text == text) }

  @Test func aPageIsWellFormedAndNeedsNothingElse() throws {
    var table = Table(caption: "c", [.init("a"), .init("b", .right)])
    table.add(["\("<")", "1"], style: "gone")
    let page = Page(title: "</title><script>", style: "p > b { color: red; }", body: table.markup)
    let reading = try read(page.html.replacing("<!DOCTYPE html>\n", with: ""))
    #expect(!reading.elements.contains("script") && reading.elements.contains("table"))
    #expect(page.html.contains("default-src 'none'"))
  }
}
