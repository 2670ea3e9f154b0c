// Claiming one target that somebody has chosen, instead of the next in line.

import Foundation
internal import GRDB

extension ClaimDesk {
  /// Claims this target. Claiming again what one holds already lengthens the lease.
  /// - Parameters:
  ///   - leaseSeconds: after so long without a word the target is free again.
  ///   - why: for people; stands in the history.
  /// - Throws: `noSuchTarget`, `notAllowed` when it is not free, `busy`.
  public func claim(
    _ id: String, by: String, leaseSeconds: Double, why: String? = nil
  ) throws(TargetStoreError) -> StoredTarget {
    let by = try Self.checked(by)
    let (now, until) = (clock(), clock().addingTimeInterval(leaseSeconds))
    return try write { database in
      try TargetStore.expireLeases(database, Timestamp.text(now))
      let target = try Self.target(id, database)
      let isSuperseded = try Bool.fetchOne(
        database, sql: "SELECT superseded_by IS NOT NULL FROM scan WHERE id = ?", arguments: [target.scan])
      if let obstacle = Self.obstacle(target, isSuperseded: isSuperseded == true, by: by) {
        throw TargetStoreError(.notAllowed, "target \(id) can't be claimed: \(obstacle)")
      }
      try database.execute(
        sql: """
          UPDATE target SET status = 'claimed', status_by = :by, status_at = :now, status_why = :why, claimed_by = :by,
            lease_expires_at = :until WHERE id = :id
          """,
        arguments: [
          "by": by, "now": Timestamp.text(now), "why": why, "until": Timestamp.text(until), "id": id,
        ])
      return try Self.target(id, database)
    }
  }

  private static func obstacle(_ target: StoredTarget, isSuperseded: Bool, by: String) -> String? {
    if isSuperseded { return "its scan is superseded" }
    switch target.status {
    case .new, .expired: return nil
    case .claimed where target.claimedBy == by: return nil
    case .claimed: return "\(target.claimedBy ?? "somebody") holds it until \(target.leaseExpiresAt ?? "?")"
    default: return "it is \(target.status.rawValue), by \(target.statusBy); release it first"
    }
  }
}
