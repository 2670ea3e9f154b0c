// Comma-separated values as RFC 4180 has them.

enum CSV {
  /// One record with its line end; fields that need it stand in quotes.
  static func line(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.contains { ",\"\r\n".contains($0) }
      return needsQuotes
        ? "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : field
    }.joined(separator: ",") + "\r\n"
  }
}
