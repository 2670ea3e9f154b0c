// One line a setting: key, type, unit, default, range.

extension SettingsReader {
  // MARK: Numbers

  /// A finite number; whole numbers may be written without a fraction.
  public func double(
    _ key: String, default value: Double, in range: ClosedRange<Double>, unit: String = ""
  ) throws(SettingsError) -> Double {
    try optionalDouble(key, in: range, unit: unit) ?? value
  }

  /// A finite number that must be given.
  public func double(
    _ key: String, in range: ClosedRange<Double>, unit: String = ""
  ) throws(SettingsError) -> Double {
    try required(key, optionalDouble(key, in: range, unit: unit), "a number, \(SettingsText.range(range, unit: unit))")
  }

  /// A finite number, nil when absent.
  public func optionalDouble(
    _ key: String, in range: ClosedRange<Double>, unit: String = ""
  ) throws(SettingsError) -> Double? {
    guard let node = try lookUp(key) else { return nil }
    let number: Double
    switch node.value {
    case .number(let value): number = value
    case .integer(let value): number = Double(value)
    default: throw wrongType(key, node, "a number, \(SettingsText.range(range, unit: unit))")
    }
    guard number.isFinite && range.contains(number) else {
      throw fault(key, node, "is out of range; allowed \(SettingsText.range(range, unit: unit))")
    }
    return number
  }

  public func int(
    _ key: String, default value: Int, in range: ClosedRange<Int>, unit: String = ""
  ) throws(SettingsError) -> Int {
    try optionalInt(key, in: range, unit: unit) ?? value
  }

  public func int(_ key: String, in range: ClosedRange<Int>, unit: String = "") throws(SettingsError) -> Int {
    try required(key, optionalInt(key, in: range, unit: unit), "an integer, \(SettingsText.range(range, unit: unit))")
  }

  public func optionalInt(
    _ key: String, in range: ClosedRange<Int>, unit: String = ""
  ) throws(SettingsError) -> Int? {
    guard let node = try lookUp(key) else { return nil }
    guard case .integer(let number) = node.value else {
      throw wrongType(key, node, "an integer, \(SettingsText.range(range, unit: unit))")
    }
    guard range.contains(number) else {
      throw fault(key, node, "is out of range; allowed \(SettingsText.range(range, unit: unit))")
    }
    return number
  }

  // MARK: Booleans

  public func bool(_ key: String, default value: Bool) throws(SettingsError) -> Bool {
    guard let node = try lookUp(key) else { return value }
    guard case .boolean(let flag) = node.value else { throw wrongType(key, node, "true or false") }
    return flag
  }

  // MARK: Strings

  /// A string that is not empty.
  public func string(_ key: String, default value: String) throws(SettingsError) -> String {
    try optionalString(key) ?? value
  }

  /// A string that must be given and is not empty.
  public func string(_ key: String) throws(SettingsError) -> String {
    try required(key, optionalString(key), "a string")
  }

  /// A string that is not empty, nil when absent.
  public func optionalString(_ key: String) throws(SettingsError) -> String? {
    guard let node = try lookUp(key) else { return nil }
    return try text(key, node)
  }

  /// A list of strings, none of them empty; the list itself may be.
  public func strings(_ key: String, default value: [String]) throws(SettingsError) -> [String] {
    guard let node = try lookUp(key) else { return value }
    guard case .array(let elements) = node.value else { throw wrongType(key, node, #"a list of strings, ["…", "…"]"#) }
    var texts: [String] = []
    for (index, element) in elements.enumerated() { texts.append(try text("\(key)[\(index)]", element)) }
    return texts
  }

  // MARK: Words

  /// One of the words of an enumeration.
  public func word<Word>(_ key: String, default value: Word) throws(SettingsError) -> Word
  where Word: RawRepresentable<String> & CaseIterable {
    guard let node = try lookUp(key) else { return value }
    let words = Word.allCases.map(\.rawValue)
    let allowed = words.map { "\"\($0)\"" }.joined(separator: ", ")
    guard case .string(let text) = node.value else { throw wrongType(key, node, "one of \(allowed)") }
    guard let word = Word(rawValue: text) else {
      throw fault(key, node, "is not a known word; allowed \(allowed)\(KeySuggestion.hint(for: text, among: words))")
    }
    return word
  }

  // MARK: Faults

  private func text(_ key: String, _ node: SettingsNode) throws(SettingsError) -> String {
    guard case .string(let text) = node.value else { throw wrongType(key, node, "a string in quotes") }
    guard !text.isEmpty else { throw fault(key, node, "is empty; give a text or remove the key") }
    return text
  }

  private func wrongType(_ key: String, _ node: SettingsNode, _ expected: String) -> SettingsError {
    fault(key, node, "is \(node.kind); expected \(expected)")
  }

  private func required<Value>(_ key: String, _ value: Value?, _ expected: String) throws(SettingsError) -> Value {
    guard let value else {
      throw SettingsError(file: node.file, key: full(key), "is missing; give \(expected)")
    }
    return value
  }
}
