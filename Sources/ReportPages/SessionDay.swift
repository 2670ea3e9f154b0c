// One day as the clock on the wall has it.

import Foundation

/// From midnight to midnight, local time.
public struct SessionDay: Equatable, Sendable {
  public let start: Date
  public let end: Date
  private let calendar: Calendar

  /// The day of a moment.
  public init(containing moment: Date, zone: TimeZone = .current) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
    start = calendar.startOfDay(for: moment)
    // A day of 23 or 25 hours ends at midnight too.
    end = calendar.date(byAdding: .day, value: 1, to: start) ?? start.addingTimeInterval(86_400)
  }

  /// - Parameter text: `YYYY-MM-DD`; nil for what is no date.
  public init?(_ text: String, zone: TimeZone = .current) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let components = DateComponents(year: year, month: month, day: day, hour: 12)
    guard let noon = calendar.date(from: components),
      calendar.dateComponents([.year, .month, .day], from: noon)
        == DateComponents(year: year, month: month, day: day)
    else { return nil }
    self.init(containing: noon, zone: zone)
  }

  /// `2026-11-26`.
  public var text: String {
    let parts = calendar.dateComponents([.year, .month, .day], from: start)
    return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
  }

  /// `Thursday, 2026-11-26`.
  var title: String {
    let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    let weekday = calendar.component(.weekday, from: start) - 1
    return (names.indices.contains(weekday) ? names[weekday] + ", " : "") + text
  }

  var zone: TimeZone { calendar.timeZone }
}
