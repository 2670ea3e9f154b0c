// Lists a page at a time, and what has changed since one last looked: every question here is answered from an index.

import Foundation
internal import GRDB

/// What a reader that watches the database looks at: it differs when there is news.
public struct StorePulse: Equatable, Sendable {
  /// Number of the newest scan; 0 when there is none.
  public var newestScan: Int
  /// Number of the newest entry in the log of targets; 0 when there is none.
  public var lastEvent: Int
  /// As the daemon last said; it says `stopped` only when it ends by itself.
  public var report: DaemonReport
  /// UTC, ISO 8601 with milliseconds; nil when no daemon ever ran.
  public var heartbeatAt: String?
  public var startedAt: String?
  public var version: String?
  public var rulesRevision: String?
}

/// Targets whose status has changed.
public struct TargetChanges: Equatable, Sendable {
  /// Ids, each once.
  public var targets: [String]
  /// Whether there are too many to name: look at everything again.
  public var isComplete: Bool
}

/// Files that are on their way and targets in somebody's hands.
public struct StoreBacklog: Equatable, Sendable {
  public var waitingFiles: Int
  public var incompleteFiles: Int
  public var rejectedFiles: Int
  public var failedFiles: Int
  public var claimedTargets: Int
}

extension TargetStoreReader {
  /// More targets than this are in no page.
  public static let longestPage = 200
  /// More scans than this are in no page: each counts its targets.
  public static let longestScanPage = 100

  /// More log entries than this are not read to name what has changed.
  private static let longestCatchUp = 5_000

  /// The scan of this number; nil where there is none.
  public func scan(number: Int) throws(TargetStoreError) -> ScanSummary? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM scan_summary WHERE id = ?", arguments: [number])
        .map(ScanSummary.init(row:))
    }
  }

  /// Scans, newest first.
  /// - Parameters:
  ///   - before: only older ones than this number; nil from the newest on.
  ///   - limit: at most so many, and never more than `longestScanPage`.
  public func scanPage(before: Int? = nil, limit: Int) throws(TargetStoreError) -> [ScanSummary] {
    try read { database in
      try Row.fetchAll(
        database, sql: Self.scanPageSQL, arguments: [before ?? Int.max, min(Self.bounded(limit), Self.longestScanPage)]
      )
      .map(ScanSummary.init(row:))
    }
  }

  /// Targets of one scan, best first.
  /// - Parameters:
  ///   - after: only ranks behind this one; 0 from the best on.
  ///   - limit: at most so many, and never more than `longestPage`.
  public func targetPage(scan: Int, after: Int = 0, limit: Int) throws(TargetStoreError) -> [StoredTarget] {
    try read { database in
      try Row.fetchAll(database, sql: Self.targetPageSQL, arguments: [scan, after, Self.bounded(limit)])
        .map(StoredTarget.init(row:))
    }
  }

  /// Targets by their ids; unknown ids are left out.
  /// - Parameter ids: of more than `longestPage` the rest is ignored.
  public func targets(ids: [String]) throws(TargetStoreError) -> [StoredTarget] {
    let ids = Array(ids.prefix(Self.longestPage))
    return try read { database in
      try Row.fetchAll(database, sql: Self.targetsSQL(ids.count), arguments: StatementArguments(ids))
        .map(StoredTarget.init(row:))
    }
  }

  /// What there is to see at this moment, in a few steps down an index.
  public func pulse() throws(TargetStoreError) -> StorePulse {
    try read { database in
      let row = try Row.fetchOne(database, sql: Self.pulseSQL)
      guard let row else { throw TargetStoreError(.corrupt, "the database answers nothing. Run `eelscout doctor`.") }
      let state: String? = try row.optional("state")
      return StorePulse(
        newestScan: try row.value("newest_scan"), lastEvent: try row.value("last_event"),
        report: DaemonReport(
          state: state.flatMap(DaemonState.init(rawValue:)) ?? .stopped,
          status: try row.optional("status") ?? "no daemon has worked on this database yet",
          action: try row.optional("action"), see: try row.optional("see")),
        heartbeatAt: try row.optional("heartbeat_at"), startedAt: try row.optional("started_at"),
        version: try row.optional("version"), rulesRevision: try row.optional("rules_revision"))
    }
  }

  /// Whose status has changed since this entry of the log.
  /// - Parameter event: `StorePulse.lastEvent` of an earlier look.
  public func changes(since event: Int) throws(TargetStoreError) -> TargetChanges {
    try read { database in
      let last = try Int.fetchOne(database, sql: "SELECT max(id) FROM target_event") ?? 0
      guard last - event <= Self.longestCatchUp else { return TargetChanges(targets: [], isComplete: false) }
      let ids = try String.fetchAll(
        database, sql: Self.changesSQL, arguments: [event, Self.longestPage + 1])
      guard ids.count <= Self.longestPage else { return TargetChanges(targets: [], isComplete: false) }
      return TargetChanges(targets: ids, isComplete: true)
    }
  }

  /// What is on its way.
  public func backlog() throws(TargetStoreError) -> StoreBacklog {
    try read { database in
      let files = try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM file_state GROUP BY state")
      let counts = try files.reduce(into: [String: Int]()) { $0[try $1.value("state")] = try $1.value("number") }
      return StoreBacklog(
        waitingFiles: counts["waiting"] ?? 0, incompleteFiles: counts["incomplete"] ?? 0,
        rejectedFiles: counts["rejected"] ?? 0, failedFiles: counts["failed"] ?? 0,
        claimedTargets: try Int.fetchOne(database, sql: Self.claimedSQL) ?? 0)
    }
  }

  /// Files that are no scans, or not yet, the newest first; ignored ones are left out.
  public func filesNotReady(limit: Int) throws(TargetStoreError) -> [FileStateRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT path, state, reason, since FROM file_state WHERE state <> 'ignored' ORDER BY since DESC LIMIT ?
          """, arguments: [Self.bounded(limit)]
      ).map { row in
        let path: Data = try row.value("path")
        var record = FileStateRecord(path: [UInt8](path), state: try row.word("state"), reason: try row.value("reason"))
        record.since = try row.value("since")
        return record
      }
    }
  }

  static let scanPageSQL = "SELECT * FROM scan_summary WHERE id < ? ORDER BY id DESC LIMIT ?"

  static let targetPageSQL = "SELECT * FROM target_queue WHERE scan = ? AND rank > ? ORDER BY rank LIMIT ?"

  static let pulseSQL = """
    SELECT
      coalesce((SELECT max(id) FROM scan), 0) AS newest_scan,
      coalesce((SELECT max(id) FROM target_event), 0) AS last_event,
      d.state AS state, d.status AS status, d."action" AS "action", d.see AS see, d.heartbeat_at AS heartbeat_at,
      d.started_at AS started_at, d.version AS version, d.rules_revision AS rules_revision
    FROM (SELECT 1) LEFT JOIN daemon_state d ON d.id = 1
    """

  /// By the entries' numbers: left alone, SQLite would rather walk through the whole index of targets to have each once.
  static let changesSQL = """
    SELECT DISTINCT target FROM target_event NOT INDEXED WHERE id > ? AND from_status IS NOT NULL LIMIT ?
    """

  /// How SQLite answers the questions of this file, step by step: that none of them reads a whole table.
  package func pagePlans() throws(TargetStoreError) -> [String: [String]] {
    let questions = [
      "scans": Self.scanPageSQL, "targets": Self.targetPageSQL, "pulse": Self.pulseSQL, "changes": Self.changesSQL,
      "claimed": Self.claimedSQL, "by id": Self.targetsSQL(2),
    ]
    return try read { database in
      try questions.mapValues { sql in
        try Row.fetchAll(
          database, sql: "EXPLAIN QUERY PLAN " + sql,
          arguments: StatementArguments(
            Array(repeating: 1, count: sql.count { $0 == "?" }))
        ).map { try $0.value("detail") }
      }
    }
  }

  private static let claimedSQL = "SELECT count(*) FROM target WHERE status = 'claimed' AND lease_expires_at > ''"

  private static func targetsSQL(_ count: Int) -> String {
    let marks = Array(repeating: "?", count: count).joined(separator: ", ")
    return "SELECT * FROM target_queue WHERE id IN (\(marks)) ORDER BY scan DESC, rank"
  }

  private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), longestPage) }
}
