// The questions that the commands ask.

import Foundation
internal import GRDB
import StrictJSON

extension TargetStoreReader {
  /// Targets as `target_queue` has them: newest scan first, then in the order asked for.
  /// - Throws: `noSuchScan`, `ambiguousScan` for a filter by scan.
  public func targets(_ filter: TargetFilter = TargetFilter()) throws(TargetStoreError) -> [StoredTarget] {
    try read { database in
      var conditions: [String] = []
      var arguments = StatementArguments()
      if let name = filter.scan {
        conditions.append("scan = ?")
        arguments += [try Self.scanNumber(name, database)]
      }
      if let status = filter.status {
        conditions.append("status = ?")
        arguments += [status.rawValue]
      }
      var sql = "SELECT * FROM target_queue"
      if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
      sql +=
        filter.order == .rank
        ? " ORDER BY scan DESC, rank" : " ORDER BY scan DESC, visit_order IS NULL, visit_order, rank"
      if let top = filter.top { sql += " LIMIT \(max(0, top))" }
      return try Row.fetchAll(database, sql: sql, arguments: arguments).map(StoredTarget.init(row:))
    }
  }

  /// One target with everything known about it; nil when there is none of this id.
  public func target(_ id: String) throws(TargetStoreError) -> TargetDetail? {
    try read { database in
      guard
        let row = try Row.fetchOne(database, sql: "SELECT * FROM target_queue WHERE id = ?", arguments: [id])
      else { return nil }
      let target = try StoredTarget(row: row)
      let scores: String =
        try String.fetchOne(
          database, sql: "SELECT scores FROM target WHERE id = ?", arguments: [id]) ?? "{}"
      guard let scan = try Self.scans("WHERE id = \(target.scan)", database).first else { return nil }
      let look = try TargetLook(of: target, database)
      return TargetDetail(
        target: target, scan: scan, scores: try Self.scores(scores), spectrum: look.spectrum,
        roundTripTile: look.roundTripTile, tile: look.tile, spectrumSpread: look.spread,
        neighbours: try NeighbourRecord.all(of: id, database),
        events: try Row.fetchAll(
          database, sql: "SELECT * FROM target_event WHERE target = ? ORDER BY id", arguments: [id]
        ).map(TargetEvent.init(row:)))
    }
  }

  /// One row a distinct content, newest first.
  public func scans(top: Int? = nil) throws(TargetStoreError) -> [ScanSummary] {
    try read { database in
      try Self.scans("ORDER BY id DESC" + (top.map { " LIMIT \(max(0, $0))" } ?? ""), database)
    }
  }

  /// The scan of this number, beginning of a hash (4 digits or more), file name or path.
  /// - Throws: `noSuchScan`, `ambiguousScan`.
  public func scan(_ name: String) throws(TargetStoreError) -> ScanSummary {
    try read { database in
      let number = try Self.scanNumber(name, database)
      guard let scan = try Self.scans("WHERE id = \(number)", database).first else { throw Self.noScan(name) }
      return scan
    }
  }

  /// The scan that arrived last; nil when there is none.
  public func latestScan() throws(TargetStoreError) -> ScanSummary? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM latest_scan").map(ScanSummary.init(row:))
    }
  }

  /// The daemon's word about itself, the counts, the last scan.
  public func health() throws(TargetStoreError) -> StoreHealth {
    let isDaemonRunning = isDaemonRunning
    return try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM health") else {
        throw TargetStoreError(.corrupt, "the view `health` has no row. Run `eelscout doctor`.")
      }
      let last = try Row.fetchOne(database, sql: "SELECT * FROM latest_scan").map(ScanSummary.init(row:))
      return try StoreHealth(row: row, isDaemonRunning: isDaemonRunning, lastScan: last)
    }
  }

  /// Files that are not ready and why, in the order of their paths.
  public func fileStates() throws(TargetStoreError) -> [FileStateRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT path, state, reason, since FROM file_state ORDER BY path").map { row in
        let path: Data = try row.value("path")
        var record = FileStateRecord(path: [UInt8](path), state: try row.word("state"), reason: try row.value("reason"))
        record.since = try row.value("since")
        return record
      }
    }
  }

  private static func scans(_ rest: String, _ database: Database) throws -> [ScanSummary] {
    try Row.fetchAll(database, sql: "SELECT * FROM scan_summary " + rest).map(ScanSummary.init(row:))
  }

  private static func scores(_ text: String) throws -> [ScoreRecord] {
    try JSONValue.parse(text.utf8).members?.map {
      ScoreRecord(name: $0.name, raw: $0.value["raw"]?.double, standardised: $0.value["standardised"]?.double)
    } ?? []
  }
}
