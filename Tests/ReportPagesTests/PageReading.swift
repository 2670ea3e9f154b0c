// A page as a parser of XML finds it.

import Foundation
import FoundationXML
import Testing

/// Elements, their texts and attributes in the order of the page.
final class PageReading: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.replacing("<!DOCTYPE html>\n", with: "").utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError)), line \(parser.lineNumber)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for index in open { elements[index].text += string }
  }

  func all(_ name: String, class style: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name
        && (style.map { (element.attributes["class"] ?? "").split(separator: " ").map(String.init).contains($0) }
          ?? true)
    }
  }

  var text: String { elements.first?.text ?? "" }

  /// Every address that a browser would follow by itself.
  var addresses: [String] {
    elements.flatMap { element in
      ["src", "href", "xlink:href", "srcset", "data", "poster", "action"].compactMap { element.attributes[$0] }
    }
  }
}
