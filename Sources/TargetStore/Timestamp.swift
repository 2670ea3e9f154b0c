// Moments as the database writes them.

import Foundation

enum Timestamp {
  /// UTC, ISO 8601 with milliseconds, such as `2024-05-06T07:08:09.123Z`.
  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Nil for what `text` never writes.
  static func date(_ text: String) -> Date? {
    try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
  }
}
