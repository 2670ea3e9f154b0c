// What may go: the one place that says which rows, for the daemon and for the forecast.

import Foundation
internal import GRDB

/// The candidates of a policy at a moment.
struct PruneQuery {
  let policy: RetentionPolicy
  let now: Date

  /// An event of anybody but the daemon: from then on the target is somebody's.
  private static let touched = """
    EXISTS (SELECT 1 FROM target_event e WHERE e.target = t.id AND e.by <> '\(TargetStore.daemonName)')
    """
  /// The newest scan's list is what people look at, however old it is.
  private static let oldScan = "s.created_at < :before AND s.id > :after AND s.id < (SELECT max(id) FROM scan)"
  private static let untouchedList = "NOT EXISTS (SELECT 1 FROM target t WHERE t.scan = s.id AND \(touched))"
  private static let hasList = "s.pruned_at IS NULL AND EXISTS (SELECT 1 FROM target t WHERE t.scan = s.id)"

  /// Scans whose list goes, oldest first.
  func lists(after scan: Int, days: Double, limit: Int, _ database: Database) throws -> [Int] {
    try Int.fetchAll(
      database,
      sql: """
        SELECT s.id FROM scan s WHERE \(Self.oldScan) AND \(Self.hasList) AND \(Self.untouchedList)
        ORDER BY s.id LIMIT :limit
        """, arguments: arguments(days, scan, limit))
  }

  func touchedLists(_ database: Database) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        SELECT count(*) FROM scan s WHERE \(Self.oldScan) AND \(Self.hasList) AND NOT \(Self.untouchedList)
        """, arguments: arguments(policy.listDays, 0)) ?? 0
  }

  /// Targets whose spectrum and tile go, with their scan, oldest first.
  func spectra(after scan: Int, days: Double, limit: Int, _ database: Database) throws -> [(target: String, scan: Int)]
  {
    try Row.fetchAll(
      database,
      sql: """
        SELECT t.id AS id, s.id AS scan
        FROM scan s JOIN target t ON t.scan = s.id JOIN target_spectrum p ON p.target = t.id
        WHERE \(Self.oldScan) AND NOT \(Self.touched) ORDER BY s.id LIMIT :limit
        """, arguments: arguments(days, scan, limit)
    ).map { (try $0.value("id"), try $0.value("scan")) }
  }

  /// Scans whose pictures go, oldest first.
  func pictures(days: Double, limit: Int, _ database: Database) throws -> [Int] {
    try Int.fetchAll(
      database,
      sql: """
        SELECT s.id FROM scan s WHERE \(Self.oldScan) AND \(Self.untouchedList)
          AND EXISTS (SELECT 1 FROM scan_picture p WHERE p.scan = s.id)
        ORDER BY s.id LIMIT :limit
        """, arguments: arguments(days, 0, limit))
  }

  /// Entries of the journal that go; what was pruned and restored stays written.
  func entries(limit: Int, _ database: Database) throws -> [Int] {
    try Int.fetchAll(
      database,
      sql: """
        SELECT id FROM journal WHERE at < :before AND kind NOT IN ('prune', 'restore') ORDER BY id LIMIT :limit
        """, arguments: ["before": cutoff(policy.journalDays), "limit": limit])
  }

  /// Findings about versions of files that were followed by others.
  func findings(limit: Int, _ database: Database) throws -> [Int] {
    try Int.fetchAll(
      database,
      sql: """
        SELECT f.id FROM scan_file f WHERE f.scan IS NULL AND f.created_at < :before
          AND EXISTS (SELECT 1 FROM scan_file l WHERE l.path = f.path AND l.id > f.id)
        ORDER BY f.id LIMIT :limit
        """, arguments: ["before": cutoff(policy.journalDays), "limit": limit])
  }

  /// Whether the database is larger than the policy wants it, free pages not counted.
  func isTooLarge(_ database: Database) throws -> Bool {
    guard policy.sizeLimitMiB > 0 else { return false }
    return try Self.usedBytes(database) > Int64(policy.sizeLimitMiB) << 20
  }

  static func usedBytes(_ database: Database) throws -> Int64 {
    let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    return (pages - free) * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
  }

  private func arguments(_ days: Double, _ scan: Int, _ limit: Int? = nil) -> StatementArguments {
    let both: StatementArguments = ["before": cutoff(days), "after": scan]
    return limit.map { both + ["limit": $0] } ?? both
  }

  private func cutoff(_ days: Double) -> String {
    Timestamp.text(now.addingTimeInterval(-max(days, policy.leastDays) * 86_400))
  }
}
