// Claims that nobody has followed up.

internal import GRDB

extension TargetStore {
  /// Frees the targets whose lease has run out.
  /// - Returns: how many there were.
  public func expireLeases() throws(TargetStoreError) -> Int {
    let now = Timestamp.text(clock())
    let isAny = try TargetStoreError.wrapping("look for leases in", at: path) {
      try queue.read {
        try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM target WHERE \(Self.lapsed))", arguments: [now])
      }
    }
    guard isAny == true else { return 0 }
    return try write("end leases in") { database, now in try Self.expireLeases(database, now) }
  }

  @discardableResult
  static func expireLeases(_ database: Database, _ now: String) throws -> Int {
    try database.execute(
      sql: """
        UPDATE target SET status = 'expired', status_by = '\(daemonName)', status_at = ?,
          status_why = 'the lease of ' || claimed_by || ' ran out'
        WHERE \(lapsed)
        """, arguments: [now, now])
    return database.changesCount
  }

  private static let lapsed = "status = 'claimed' AND lease_expires_at <= ?"
}
