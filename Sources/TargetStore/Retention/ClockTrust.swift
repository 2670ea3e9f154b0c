// A clock that jumps makes everything old: ages count only once it has run evenly for a week.

import Foundation
internal import GRDB

enum ClockTrust {
  /// A longer gap between two looks is a jump, or a pause after which nothing is urgent.
  private static let longestGap = 7.0 * 86_400
  private static let probation = 7.0 * 86_400

  /// Looks at the clock; called at every pass of the upkeep.
  static func look(_ now: Date, _ database: Database) throws {
    let last = try String.fetchOne(database, sql: "SELECT tried_at FROM upkeep WHERE task = 'clock'")
    let gap = last.flatMap(Timestamp.date).map { now.timeIntervalSince($0) }
    let isEven = gap.map { (0...longestGap).contains($0) } ?? false
    let text = Timestamp.text(now)
    try database.execute(
      sql: """
        INSERT INTO upkeep (task, tried_at, done_at, is_well, finding) VALUES ('clock', :now, :now, 1, 'runs evenly')
        ON CONFLICT (task) DO UPDATE SET tried_at = :now, done_at = CASE WHEN :even THEN done_at ELSE :now END
        """, arguments: ["now": text, "even": isEven])
  }

  /// The moment from which on ages count; nil when it has come.
  static func waitsUntil(_ now: Date, _ database: Database) throws -> Date? {
    let since = try String.fetchOne(database, sql: "SELECT done_at FROM upkeep WHERE task = 'clock'")
    let end = (since.flatMap(Timestamp.date) ?? now).addingTimeInterval(probation)
    return end > now ? end : nil
  }
}
