// Which file holds what, what each file waits for, and what happens when one takes another's place.

internal import GRDB

extension TargetStore {
  /// What an earlier look at exactly this version of the file found; nil when it was never looked at.
  public func known(_ file: FileRecord) throws(TargetStoreError) -> KnownFile? {
    try TargetStoreError.wrapping("look up a file in", at: path) {
      try queue.read { database in
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT s.scan_sha256, f.failure, f.reason FROM scan_file f LEFT JOIN scan s ON s.id = f.scan
            WHERE \(Self.sameVersion)
            """, arguments: Self.arguments(file))
        guard let row else { return nil }
        if let sha256: String = try row.optional("scan_sha256") { return .scan(sha256: sha256) }
        return .failure(try row.word("failure"), reason: try row.value("reason"))
      }
    }
  }

  /// Notes that this version of a file is no scan, and why. It is not looked at again until it changes.
  /// - Parameter state: anything but `waiting`, which is no finding.
  public func recordFailure(
    _ file: FileRecord, state: FileState = .failed, reason: String
  ) throws(TargetStoreError) {
    guard state != .waiting else {
      throw TargetStoreError(.invalidRecord, "a file that waits has not failed; use setFileStates")
    }
    try write("record a failed file in") { database, now in
      try Self.note(file, failure: (state, reason), database, now)
      try Self.set(FileStateRecord(path: file.path, state: state, reason: reason), database, now)
    }
  }

  /// Sets the present state of files that are not ready; one that does not change keeps its `since`.
  ///
  /// Committed, but not synced: after a power failure every file is looked at again.
  public func setFileStates(_ states: [FileStateRecord]) throws(TargetStoreError) {
    guard !states.isEmpty else { return }
    let now = Timestamp.text(clock())
    try writeUnsynced("record the state of files in") { database in
      try database.inTransaction(.immediate) {
        for state in states { try Self.set(state, database, now) }
        return .commit
      }
    }
  }

  /// Forgets the state of files that are gone or became ready. Their scans stay. Committed, but not synced.
  public func forgetFileStates(_ paths: [[UInt8]]) throws(TargetStoreError) {
    guard !paths.isEmpty else { return }
    try writeUnsynced("forget the state of files in") { database in
      try database.inTransaction(.immediate) {
        for path in paths { try Self.forget(path, database) }
        return .commit
      }
    }
  }

  /// Makes `scan` the content of the file, within a transaction.
  static func attach(_ file: FileRecord, to scan: Int, _ database: Database, _ now: String) throws {
    let displaced = try Int.fetchOne(
      database,
      sql: "SELECT scan FROM scan_file WHERE path = ? AND scan IS NOT NULL ORDER BY id DESC LIMIT 1",
      arguments: [Blob.of(file.path)])
    try note(file, scan: scan, database, now)
    try forget(file.path, database)
    try restore(scan, at: file, database, now)
    if let displaced, displaced != scan, try !isAnywhere(displaced, database) {
      try supersede(displaced, by: scan, at: file, database, now)
    }
  }

  /// Whether the last scan seen at some path is this one.
  private static func isAnywhere(_ scan: Int, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM scan_file f WHERE f.scan = ? AND f.id = (
            SELECT max(l.id) FROM scan_file l WHERE l.path = f.path AND l.scan IS NOT NULL))
        """, arguments: [scan]) ?? false
  }

  private static func supersede(
    _ scan: Int, by successor: Int, at file: FileRecord, _ database: Database, _ now: String
  ) throws {
    try database.execute(
      sql: "UPDATE scan SET superseded_by = ? WHERE id = ?", arguments: [successor, scan])
    let why = "\(text(file.path)) now holds scan \(successor)"
    try change(from: .new, to: .superseded, of: scan, why: why, database, now)
  }

  private static func restore(_ scan: Int, at file: FileRecord, _ database: Database, _ now: String) throws {
    try database.execute(
      sql: "UPDATE scan SET superseded_by = NULL WHERE id = ? AND superseded_by IS NOT NULL", arguments: [scan])
    guard database.changesCount > 0 else { return }
    let why = "the scan is back, as \(text(file.path))"
    try change(from: .superseded, to: .new, of: scan, why: why, database, now)
  }

  private static func change(
    from old: TargetStatus, to status: TargetStatus, of scan: Int, why: String, _ database: Database, _ now: String
  ) throws {
    try database.execute(
      sql: """
        UPDATE target SET status = ?, status_by = ?, status_at = ?, status_why = ? WHERE scan = ? AND status = ?
        """, arguments: [status.rawValue, daemonName, now, why, scan, old.rawValue])
  }

  private static let sameVersion = """
    path = :path AND device = :device AND inode = :inode AND size = :size AND modified_ns = :modified
    AND changed_ns = :changed
    """

  private static func arguments(_ file: FileRecord) -> StatementArguments {
    [
      "path": Blob.of(file.path), "device": Int64(bitPattern: file.stamp.device),
      "inode": Int64(bitPattern: file.stamp.inode), "size": file.stamp.size, "modified": file.stamp.modifiedNS,
      "changed": file.stamp.changedNS,
    ]
  }

  /// Writes down what a version of a file turned out to be; the last finding about it counts.
  private static func note(
    _ file: FileRecord, scan: Int? = nil, failure: (FileState, String)? = nil, _ database: Database, _ now: String
  ) throws {
    try database.execute(sql: "DELETE FROM scan_file WHERE \(sameVersion)", arguments: arguments(file))
    // What has been found out about a file clears it of suspicion.
    try database.cachedStatement(sql: "DELETE FROM in_hand WHERE path = ?").execute(arguments: [Blob.of(file.path)])
    try database.execute(
      sql: """
        INSERT INTO scan_file (
          path, path_text, device, inode, size, modified_ns, changed_ns, scan, failure, reason, created_at)
        VALUES (
          :path, :text, :device, :inode, :size, :modified, :changed, :scan, :failure, :reason, :now)
        """,
      arguments: arguments(file) + [
        "text": text(file.path), "scan": scan, "failure": failure?.0.rawValue, "reason": failure?.1, "now": now,
      ])
  }

  private static func set(_ record: FileStateRecord, _ database: Database, _ now: String) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO file_state (path, path_text, state, reason, since) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (path) DO UPDATE SET
          since = CASE WHEN state = excluded.state THEN since ELSE excluded.since END,
          state = excluded.state, reason = excluded.reason
        """
    ).execute(arguments: [Blob.of(record.path), text(record.path), record.state.rawValue, record.reason, now])
  }

  private static func forget(_ path: [UInt8], _ database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM file_state WHERE path = ?").execute(arguments: [Blob.of(path)])
  }

  private static func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}
