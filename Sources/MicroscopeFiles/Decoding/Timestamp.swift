// Instants as ISO 8601 text, by integer arithmetic.

enum Timestamp {
  /// Seconds from 1601-01-01, where Windows starts to count, to 1970-01-01.
  private static let windowsEpoch = 11_644_473_600

  /// An instant that Windows counts in ticks of 100 ns (FILETIME, UTC), as `yyyy-mm-ddThh:mm:ss.mmmZ`.
  ///
  /// Nil outside the years 1970 to 2200, where the number cannot be a time of acquisition.
  static func utc(windowsTicks ticks: Double) -> String? {
    utc(millisecondsSince1970: ticks / 1e4 - Double(windowsEpoch) * 1e3)
  }

  /// An instant in Unix time, as `yyyy-mm-ddThh:mm:ss.mmmZ`; nil before 1971, where the number is no time of acquisition.
  static func utc(secondsSince1970 seconds: Double) -> String? {
    seconds >= 31_536_000 ? utc(millisecondsSince1970: seconds * 1e3) : nil
  }

  private static func utc(millisecondsSince1970 milliseconds: Double) -> String? {
    guard milliseconds >= 0, milliseconds < 7.26e12 else { return nil }
    let total = Int(milliseconds)
    let (days, millisecondOfDay) = total.quotientAndRemainder(dividingBy: 86_400_000)
    let (year, month, day) = date(daysSince1970: days)
    let second = millisecondOfDay / 1000
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(year)-\(padded(month, 2))-\(padded(day, 2))T\(clock).\(padded(millisecondOfDay % 1000, 3))Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Howard Hinnant's civil_from_days: the year begins in March, so that the leap day ends it.
  private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
