// The questions that `status`, `doctor` and `retention` ask about the database itself.

import Foundation
internal import GRDB

extension TargetStoreReader {
  /// What the upkeep did last.
  public func upkeep() throws(TargetStoreError) -> [UpkeepTask: UpkeepRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM upkeep").reduce(into: [:]) { records, row in
        let task: UpkeepTask = try row.word("task")
        records[task] = UpkeepRecord(
          triedAt: try row.value("tried_at"), doneAt: try row.optional("done_at"), isWell: try row.value("is_well"),
          finding: try row.value("finding"))
      }
    }
  }

  /// What a policy would take at this moment, counted step by step as the daemon would take it; nothing is changed.
  public func forecast(_ policy: RetentionPolicy, now: Date = Date()) throws(TargetStoreError) -> PruneForecast {
    try read { database in
      let query = PruneQuery(policy: policy, now: now)
      // Beyond the size limit the oldest go until it is kept; how many that are shows only as they go.
      let isTooLarge = try query.isTooLarge(database)
      let lists = try query.lists(after: 0, days: policy.listDays, limit: .max, database)
      let spectra = try query.spectra(
        after: 0, days: isTooLarge ? 0 : policy.spectrumDays, limit: .max, database)
      var count = PruneCount()
      count.lists = lists.count
      let gone = Set(lists)
      for scan in lists {
        count.targets +=
          try Int.fetchOne(database, sql: "SELECT count(*) FROM target WHERE scan = ?", arguments: [scan]) ?? 0
      }
      count.pictures = try query.pictures(
        days: isTooLarge ? 0 : policy.pictureDays, limit: .max, database
      ).count { !gone.contains($0) }
      count.spectra = spectra.count { !gone.contains($0.scan) }
      count.notes =
        try query.entries(limit: .max, database).count + query.findings(limit: .max, database).count
      return PruneForecast(
        count: count, touchedLists: try query.touchedLists(database),
        databaseMiB: Double(try PruneQuery.usedBytes(database)) / 1_048_576,
        waitsUntil: try ClockTrust.waitsUntil(now, database).map(Timestamp.text))
    }
  }

  /// The database as its files and its own checks show it.
  public func condition() throws(TargetStoreError) -> DatabaseCondition {
    let folder = folder
    return try read { database in
      DatabaseCondition(
        schema: try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
        finding: try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "",
        journalMode: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
        bytes: StateFolder.stamp(of: folder.databasePath)?.size ?? 0,
        logBytes: StateFolder.stamp(of: folder.logPath)?.size ?? 0,
        sqliteVersion: try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "")
    }
  }
}

/// What `condition` finds.
public struct DatabaseCondition: Hashable, Sendable {
  public let schema: Int32
  /// `ok`, or the first thing that is wrong.
  public let finding: String
  /// `wal`; `delete` where it is read as a file that nobody changes.
  public let journalMode: String
  public let bytes: Int64
  public let logBytes: Int64
  public let sqliteVersion: String
}
