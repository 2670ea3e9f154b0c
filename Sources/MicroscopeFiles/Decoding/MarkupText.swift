// Finding single values in XML texts: no document is built, nothing is expanded, nothing outside is fetched.

/// XML of which only a few elements and attributes are wanted.
struct MarkupText {
  private let text: String

  init(bytes: some Sequence<UInt8>) { text = String(decoding: Array(bytes), as: UTF8.self) }
  init(_ text: String) { self.text = text }

  /// Text of the first element of a name that holds nothing but text; nil when it is absent or empty.
  func element(_ name: String) -> String? {
    Self.between("<\(name)>", "</\(name)>", in: text[...]).map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// TIA's `<Label>name</Label><Value>value</Value>`.
  func labelled(_ label: String) -> String? {
    guard let found = Self.find("<Label>\(label)</Label>", in: text[...]) else { return nil }
    return Self.between("<Value>", "</Value>", in: text[found.upperBound...]).map(Self.trimmed)
  }

  /// Each opening tag of a name, as the text between its angle brackets.
  func tags(_ name: String, atMost limit: Int) -> [MarkupText] {
    var found: [MarkupText] = []
    var rest = text[...]
    while found.count < limit, let start = Self.find("<\(name) ", in: rest) {
      guard let end = rest[start.upperBound...].firstIndex(of: ">") else { break }
      found.append(MarkupText(" " + String(rest[start.upperBound..<end])))
      rest = rest[end...]
    }
    return found
  }

  /// Value of an attribute in an opening tag.
  func attribute(_ name: String) -> String? {
    Self.between(" \(name)=\"", "\"", in: text[...]).map(String.init)
  }

  private static func trimmed(_ text: Substring) -> String {
    let space: (Character) -> Bool = { $0.isWhitespace }
    return String(text.drop(while: space).reversed().drop(while: space).reversed())
  }

  private static func between(_ opening: String, _ closing: String, in text: Substring) -> Substring? {
    guard let start = find(opening, in: text), let end = find(closing, in: text[start.upperBound...]) else {
      return nil
    }
    return text[start.upperBound..<end.lowerBound]
  }

  private static func find(_ needle: String, in text: Substring) -> Range<Substring.Index>? {
    text.utf8.firstRange(of: needle.utf8)
  }
}
