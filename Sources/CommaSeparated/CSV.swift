// Comma-separated values as RFC 4180 has them.

/// Records of text fields.
public enum CSV {
  /// One record with its line end; fields that need it stand in quotes.
  public static func line(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
      return needsQuotes
        ? "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : field
    }.joined(separator: ",") + "\r\n"
  }

  /// Text that a spreadsheet takes for text: what begins as a formula gets an apostrophe before it.
  ///
  /// Names and remarks come from outside, and a spreadsheet runs a field that begins with one of these (=, +, -, @, tab,
  /// carriage return), whether it is quoted or not.
  public static func plain(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
    return "'" + text
  }
}
