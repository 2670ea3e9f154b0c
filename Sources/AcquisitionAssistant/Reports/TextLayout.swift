// Lines, figures and moments as people read them.

import Foundation

/// Text for a terminal.
public enum TextLayout {
  static let width = 80

  /// Fewer characters of a reason help nobody.
  static let shortestReason = 40

  static let frameNote =
    "  x right, y down from the centre of the top-left pixel, before scan rotation\n"

  /// Words wrapped at the terminal's width, every line indented.
  static func wrapped(_ text: String, indent: String) -> String {
    var lines: [String] = []
    var line = indent
    for word in oneLine(text).split(separator: " ") {
      if line.count > indent.count, line.count + 1 + word.count > width {
        lines.append(line)
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + word
    }
    lines.append(line)
    return lines.map { $0 + "\n" }.joined()
  }

  /// Without anything that could drive a terminal: file names may hold any byte.
  public static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator, .format: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  static func cut(_ text: String, to width: Int) -> String {
    text.count <= max(1, width) ? text : text.prefix(max(0, width - 1)) + "…"
  }
}

package enum Figures {
  /// Three significant digits without trailing zeros.
  package static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value.isFinite ? "0" : "-" }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    let decimals = max(0, min(9, 2 - magnitude))
    let text = String(format: "%.\(decimals)f", value)
    guard text.contains(".") else { return text }
    return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
  }

  /// Three significant digits, with an exponent where the number is large or small.
  static func scientific(_ value: Double) -> String { String(format: "%.3g", value) }

  package static func oneDecimal(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "-" }

  package static func short(_ value: Double?) -> String { value.map { short($0) } ?? "-" }
}

/// Moments of the database, which are UTC, in local time with its offset.
package enum Moments {
  package static func date(_ text: String) -> Date? {
    try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
  }

  /// `2026-11-22 18:43:35 +01:00`; the text itself where it is no moment.
  package static func local(_ text: String, zone: TimeZone = .current) -> String {
    date(text).map { local($0, zone: zone) } ?? text
  }

  package static func local(_ date: Date, zone: TimeZone = .current) -> String {
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZoneSeparator: .colon, timeZone: zone)
      .year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false).timeSeparator(.colon)
      .timeZone(separator: .colon)
    let formatted = date.formatted(style)
    return formatted.hasSuffix("Z")
      ? formatted.dropLast() + " +00:00" : formatted.dropLast(6) + " " + formatted.suffix(6)
  }

  /// `3 min ago`.
  package static func age(_ text: String, now: Date = Date()) -> String {
    guard let date = date(text) else { return "" }
    let seconds = max(0, Int(now.timeIntervalSince(date)))
    switch seconds {
    case ..<120: return "\(seconds) s ago"
    case ..<7_200: return "\(seconds / 60) min ago"
    case ..<172_800: return "\(seconds / 3_600) h ago"
    default: return "\(seconds / 86_400) days ago"
    }
  }
}
