// The body of an HTML form.

import Foundation

enum FormBody {
  /// The value of a field in `application/x-www-form-urlencoded`; nil where it is not given, or is no text.
  static func value(_ name: String, in body: [UInt8]) -> String? {
    guard let text = String(validating: body, as: UTF8.self) else { return nil }
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name else { continue }
      return parts[1].replacing("+", with: " ").removingPercentEncoding
    }
    return nil
  }
}
