// Moments as the database writes them.

import Foundation

enum Timestamp {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// UTC, ISO 8601 with milliseconds, such as `2024-05-06T07:08:09.123Z`.
  static func text(_ date: Date) -> String { date.formatted(style) }

  /// Nil for what `text` never writes.
  static func date(_ text: String) -> Date? { try? style.parse(text) }
}
