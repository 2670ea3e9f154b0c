// The upkeep's own record, and the log that must not grow for ever.

import Foundation
internal import GRDB

extension TargetStore {
  /// Writes down how a task of the upkeep went.
  public func note(_ task: UpkeepTask, isWell: Bool, _ finding: String) throws(TargetStoreError) {
    try write("record the upkeep in") { database, now in
      try database.execute(
        sql: """
          INSERT INTO upkeep (task, tried_at, done_at, is_well, finding)
          VALUES (:task, :now, CASE WHEN :well THEN :now END, :well, :finding)
          ON CONFLICT (task) DO UPDATE SET
            tried_at = :now, done_at = CASE WHEN :well THEN :now ELSE done_at END, is_well = :well, finding = :finding
          """, arguments: ["task": task.rawValue, "now": now, "well": isWell, "finding": finding])
    }
  }

  /// How long ago a task went well, by the clock; nil when it never did, or when the clock was put back since.
  public func secondsSince(_ task: UpkeepTask) throws(TargetStoreError) -> Double? {
    let now = clock()
    return try TargetStoreError.wrapping("read the upkeep's record in", at: path) {
      try queue.read { database in
        let done = try String.fetchOne(
          database, sql: "SELECT done_at FROM upkeep WHERE task = ?", arguments: [task.rawValue])
        let age = done.flatMap(Timestamp.date).map { now.timeIntervalSince($0) }
        return age.flatMap { $0 >= 0 ? $0 : nil }
      }
    }
  }

  /// Notes that the clock was looked at, and says whether ages can be counted by it.
  public func trustsClock() throws(TargetStoreError) -> Bool {
    let moment = clock()
    return try write("look at the clock in") { database, _ in
      try ClockTrust.look(moment, database)
      return try ClockTrust.waitsUntil(moment, database) == nil
    }
  }

  /// Bytes of the log (`-wal`) that are left alone at work and at rest.
  private static let logKeptAtWork: Int64 = 16 << 20
  private static let logKeptAtRest: Int64 = 256 << 10

  /// Copies a long log into the database and empties it, unless somebody still reads from it.
  ///
  /// The log holds what was written since the oldest moment that some reader still looks at, and about 4 MiB more.
  /// Nobody is waited for.
  /// - Returns: bytes of the log afterwards.
  @discardableResult
  public func trimLog(atRest: Bool) throws(TargetStoreError) -> Int64 {
    let size = StateFolder.stamp(of: folder.logPath)?.size ?? 0
    guard size > (atRest ? Self.logKeptAtRest : Self.logKeptAtWork) else { return size }
    try TargetStoreError.wrapping("empty the log of", at: path) {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        let outcome = Result { _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try database.execute(sql: "PRAGMA busy_timeout = \(Self.busyTimeoutMilliseconds)")
        do {
          try outcome.get()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          // A reader or a claimant is at work: the next turn will do.
        }
      }
    }
    return StateFolder.stamp(of: folder.logPath)?.size ?? 0
  }
}
