// How numbers, ranges, words and keys are written in messages.

/// Text for messages; everything stays on one line.
public enum SettingsText {
  /// A string in quotes, escaped and cut to a readable length.
  public static func quoted(_ text: String) -> String {
    let longest = 60
    return text.count > longest ? "\(text.prefix(longest))…".debugDescription : text.debugDescription
  }

  /// `12` rather than `12.0`, `∞` rather than `inf`.
  public static func plain(_ number: Double) -> String {
    if number.isInfinite { return number < 0 ? "-∞" : "∞" }
    if let whole = Int(exactly: number) { return "\(whole)" }
    return "\(number)"
  }

  public static func range(_ range: ClosedRange<Double>, unit: String) -> String {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    switch (range.lowerBound.isInfinite, range.upperBound.isInfinite) {
    case (true, true): return unit.isEmpty ? "any number" : "any number of \(unit)"
    case (false, true): return "\(plain(range.lowerBound))\(suffix) or more"
    case (true, false): return "\(plain(range.upperBound))\(suffix) or less"
    case (false, false): return "\(plain(range.lowerBound))…\(plain(range.upperBound))\(suffix)"
    }
  }

  public static func range(_ range: ClosedRange<Int>, unit: String) -> String {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    if range.upperBound == .max { return "\(range.lowerBound)\(suffix) or more" }
    return "\(range.lowerBound)…\(range.upperBound)\(suffix)"
  }

  /// A path within a document: `rule[2].name`; keys that are not bare words stand in quotes.
  static func path(_ parent: String, key: String) -> String {
    let isBare = !key.isEmpty && key.utf8.allSatisfy(PlaceScanner.isBareKeyByte)
    let name = isBare ? key : key.debugDescription
    return parent.isEmpty ? name : "\(parent).\(name)"
  }

  static func path(_ parent: String, index: Int) -> String { "\(parent)[\(index)]" }
}
