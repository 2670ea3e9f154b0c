// What happened between two moments.

import Foundation
internal import GRDB

/// So many changes to one status by one hand.
public struct StatusTally: Hashable, Sendable {
  public var status: TargetStatus
  public var by: String
  public var count: Int
}

/// What people, scripts and the daemon did in a span of time.
public struct StoreSession: Equatable, Sendable {
  /// Recorded in the span, oldest first.
  public var scans: [ScanSummary]
  /// How many targets of each status those scans have now, by the number of the scan.
  public var statuses: [Int: [TargetStatus: Int]]
  /// Estimated seconds of their targets that are free to claim; nil where no estimate is known.
  public var secondsLeft: Double?
  /// Changes in the span, of targets of any scan; not their first appearance.
  public var changes: [StatusTally]
}

extension TargetStoreReader {
  /// One moment's view of a span.
  public func session(from start: Date, to end: Date) throws(TargetStoreError) -> StoreSession {
    let span: StatementArguments = ["start": Timestamp.text(start), "end": Timestamp.text(end)]
    return try read { database in
      let scans = try Row.fetchAll(
        database,
        sql: "SELECT * FROM scan_summary WHERE created_at >= :start AND created_at < :end ORDER BY id", arguments: span
      ).map(ScanSummary.init(row:))
      var statuses: [Int: [TargetStatus: Int]] = [:]
      let counts = try Row.fetchAll(
        database,
        sql: """
          SELECT t.scan, t.status, count(*) AS count FROM target t JOIN scan s ON s.id = t.scan
          WHERE s.created_at >= :start AND s.created_at < :end GROUP BY t.scan, t.status
          """, arguments: span)
      for row in counts {
        let (scan, status): (Int, TargetStatus) = (try row.value("scan"), try row.word("status"))
        statuses[scan, default: [:]][status] = try row.value("count")
      }
      let seconds = try Double.fetchOne(
        database,
        sql: """
          SELECT sum(t.estimated_seconds) FROM target t JOIN scan s ON s.id = t.scan
          WHERE s.created_at >= :start AND s.created_at < :end AND t.status IN ('new', 'expired')
          """, arguments: span)
      let changes = try Row.fetchAll(
        database,
        sql: """
          SELECT to_status, by, count(*) AS count FROM target_event
          WHERE at >= :start AND at < :end AND from_status IS NOT NULL GROUP BY to_status, by ORDER BY by, to_status
          """, arguments: span)
      return StoreSession(
        scans: scans, statuses: statuses, secondsLeft: seconds,
        changes: try changes.map {
          StatusTally(status: try $0.word("to_status"), by: try $0.value("by"), count: try $0.value("count"))
        })
    }
  }

  /// When the first and the last scan were recorded, UTC; nil where there is none.
  public func recordedSpan() throws(TargetStoreError) -> (first: String, last: String)? {
    try read { database in
      let row = try Row.fetchOne(database, sql: "SELECT min(created_at) AS first, max(created_at) AS last FROM scan")
      guard let row, let first: String = try row.optional("first"), let last: String = try row.optional("last") else {
        return nil
      }
      return (first, last)
    }
  }
}
