// Settings that stand in no file: environment variables, options of a command line.

extension SettingsDocument {
  /// How the text of such a setting is taken.
  public enum TextShape: Hashable, Sendable {
    /// A whole number or one with a fraction.
    case number
    case text
    /// As many texts as there are.
    case list
  }

  /// A document of one setting.
  /// - Parameters:
  ///   - key: dotted.
  ///   - texts: its value; one text, unless it is a list. A text that is not of its shape stays a text, so that reading
  ///     it says what was expected.
  ///   - place: how messages call it, such as `option --threads`.
  public init(_ key: String, _ texts: [String], as shape: TextShape, place: String) {
    func node(_ value: SettingsNode.Value) -> SettingsNode { SettingsNode(value: value, file: place, line: nil) }
    let text = texts.last ?? ""
    let value: SettingsNode.Value
    switch shape {
    case .number: value = Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .string(text)
    case .text: value = .string(text)
    case .list: value = .array(texts.map { node(.string($0)) })
    }
    root = key.split(separator: ".").reversed().reduce(node(value)) { below, word in
      node(.table([String(word): below]))
    }
  }
}
