// What the daemon says about itself: its run, its heartbeat, its journal.

internal import GRDB

extension TargetStore {
  /// Begins a run: what files waited for before is forgotten, the heartbeat starts, the journal says so.
  public func begin(_ run: DaemonRun) throws(TargetStoreError) {
    try write("begin a run in") { database, now in
      try database.execute(sql: "DELETE FROM file_state WHERE state = 'waiting'")
      try Self.countUncleanEnds(database)
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO daemon_state (
            id, state, status, version, model, rules, rules_revision, started_at, heartbeat_at)
          VALUES (1, 'waiting', 'starting', :version, :model, :rules, :revision, :now, :now)
          """,
        arguments: [
          "version": run.version, "model": run.modelID, "rules": run.rulesSHA256, "revision": run.rulesRevision,
          "now": now,
        ])
      try Self.journal("start", "eelscoutd \(run.version), model \(run.modelID)", database, now)
    }
  }

  /// Another model or other rules are in force from now on.
  public func reload(_ run: DaemonRun) throws(TargetStoreError) {
    try write("record a reload in") { database, now in
      try database.execute(
        sql: "UPDATE daemon_state SET model = ?, rules = ?, rules_revision = ?",
        arguments: [run.modelID, run.rulesSHA256, run.rulesRevision])
      try Self.journal("reload", "model \(run.modelID), rules \(run.rulesRevision)", database, now)
    }
  }

  /// Says how things are, and that the daemon lives. Without a run begun it says nothing.
  /// - Parameter isTrial: whether the disk shall have it before this returns; otherwise it may learn of it later.
  public func heartbeat(_ report: DaemonReport, isTrial: Bool = false) throws(TargetStoreError) {
    if isTrial {
      return try write("record a heartbeat in") { database, now in try Self.say(report, database, now) }
    }
    let now = Timestamp.text(clock())
    try writeUnsynced("record a heartbeat in") { database in try Self.say(report, database, now) }
  }

  /// Ends a run cleanly.
  public func end(why: String) throws(TargetStoreError) {
    try write("end a run in") { database, now in
      try Self.say(DaemonReport(state: .stopped, status: why, action: "systemctl start eelscoutd"), database, now)
      try Self.journal("stop", why, database, now)
    }
  }

  /// Writes an event of the daemon down, such as a folder that is gone.
  /// - Parameter kind: one word to search by, such as `folder-absent`.
  public func note(_ kind: String, _ message: String) throws(TargetStoreError) {
    try write("write to the journal in") { database, now in try Self.journal(kind, message, database, now) }
  }

  private static func say(_ report: DaemonReport, _ database: Database, _ now: String) throws {
    try database.execute(
      sql: #"UPDATE daemon_state SET state = ?, status = ?, "action" = ?, see = ?, heartbeat_at = ?"#,
      arguments: [report.state.rawValue, report.status, report.action, report.see, now])
  }

  private static func journal(_ kind: String, _ message: String, _ database: Database, _ now: String) throws {
    try database.execute(
      sql: "INSERT INTO journal (at, kind, message) VALUES (?, ?, ?)", arguments: [now, kind, message])
  }
}
