// Where people and scripts claim targets and say what became of them, beside the daemon.

import Foundation
internal import GRDB

/// A connection that changes the status of targets and nothing else.
///
/// Every call is one transaction and on the disk when it returns. Several processes may have one at the same time: they
/// wait for each other up to five seconds. Members of the database's group can use it while the daemon runs.
public final class ClaimDesk: Sendable {
  private let folder: StateFolder
  private let queue: DatabaseQueue
  let clock: @Sendable () -> Date

  /// - Parameters:
  ///   - directory: the daemon's state directory.
  ///   - clock: the time of day, UTC in the rows.
  /// - Throws: `noDatabase`, `foreignDatabase`, `laterSchema`, `earlierSchema`, `corrupt`, `noPermission`.
  public init(directory: String, clock: @escaping @Sendable () -> Date = { Date() }) throws(TargetStoreError) {
    let folder = StateFolder(directory)
    // Refuses what is not ours, or not there, without writing to it.
    _ = try TargetStoreReader(directory: directory)
    do throws(TargetStoreError) {
      queue = try TargetStoreError.wrapping("claim in", at: folder.databasePath) {
        let queue = try DatabaseQueue(path: folder.databasePath, configuration: Self.configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try queue.write { _ in }
        return queue
      }
    } catch {
      guard error.code == .noPermission, StateLock.isHeld(folder) == false else { throw error }
      throw TargetStoreError(
        .noPermission,
        "the daemon does not run, so only its own user can claim in \(folder.databasePath). Start it: systemctl start "
          + "eelscoutd", underlying: error)
    }
    self.folder = folder
    self.clock = clock
  }

  /// Of 2.5 ms on average: five seconds.
  private static let busyTries = 2_000

  private static var configuration: Configuration {
    var configuration = Configuration()
    // SQLite's own timeout sleeps ever longer: among ten busy claimants one of them would never find a gap.
    configuration.busyMode = .callback { tries in
      usleep(UInt32.random(in: 500...4_500))
      return tries < busyTries
    }
    configuration.foreignKeysEnabled = true
    configuration.label = "ClaimDesk"
    configuration.prepareDatabase { try $0.execute(sql: TargetStore.caution) }
    return configuration
  }

  /// Claims free targets, the newest scan's first, each scan's in the order asked for; those of superseded scans never.
  ///
  /// Claims whose lease has run out are free. Claiming again by the same name gives other targets.
  /// - Returns: the claimed targets in that order; none when nothing is left.
  /// - Throws: `noSuchScan`, `ambiguousScan`, `busy`.
  public func claim(_ request: ClaimRequest) throws(TargetStoreError) -> [StoredTarget] {
    let by = try Self.checked(request.by)
    let (now, until) = (clock(), clock().addingTimeInterval(request.leaseSeconds))
    return try write { database in
      try TargetStore.expireLeases(database, Timestamp.text(now))
      let scan = try request.scan.map { try TargetStoreReader.scanNumber($0, database) }
      let first = request.order == .visit ? "t.visit_order IS NULL, t.visit_order, " : ""
      let ids = try String.fetchAll(
        database,
        sql: """
          UPDATE target SET
            status = 'claimed', status_by = :by, status_at = :now, status_why = NULL, claimed_by = :by,
            lease_expires_at = :until
          WHERE id IN (
            SELECT t.id FROM target t JOIN scan s ON s.id = t.scan
            WHERE t.status IN ('new', 'expired') AND s.superseded_by IS NULL AND (:scan IS NULL OR t.scan = :scan)
            ORDER BY t.scan DESC, \(first)t.rank LIMIT :top)
          RETURNING id
          """,
        arguments: [
          "by": by, "now": Timestamp.text(now), "until": Timestamp.text(until), "scan": scan, "top": request.top,
        ])
      return try ids.map { try Self.target($0, database) }.ordered(by: request.order)
    }
  }

  /// Says what became of a target.
  /// - Parameters:
  ///   - why: for people; stands in the history.
  ///   - spectrumFile: where the spectrum lies that was acquired there.
  /// - Throws: `noSuchTarget`, `notAllowed`, `busy`.
  public func mark(
    _ id: String, _ mark: TargetMark, by: String, why: String? = nil, spectrumFile: String? = nil
  ) throws(TargetStoreError) -> StoredTarget {
    let by = try Self.checked(by)
    let now = Timestamp.text(clock())
    return try write { database in
      let target = try Self.target(id, database)
      if let obstacle = mark.obstacle(target, by: by, now: now) {
        throw TargetStoreError(.notAllowed, "target \(id) can't be marked as \(mark.status.rawValue): \(obstacle)")
      }
      let isSuperseded = try Bool.fetchOne(
        database, sql: "SELECT superseded_by IS NOT NULL FROM scan WHERE id = ?", arguments: [target.scan])
      let status: TargetStatus = mark == .release && isSuperseded == true ? .superseded : mark.status
      try database.execute(
        sql: """
          UPDATE target SET status = :status, status_by = :by, status_at = :now, status_why = :why,
            spectrum_file = :file WHERE id = :id
          """,
        arguments: ["status": status.rawValue, "by": by, "now": now, "why": why, "file": spectrumFile, "id": id])
      return try Self.target(id, database)
    }
  }

  func write<T>(_ body: (Database) throws -> T) throws(TargetStoreError) -> T {
    try TargetStoreError.wrapping("write to", at: folder.databasePath) { try queue.write(body) }
  }

  static func target(_ id: String, _ database: Database) throws -> StoredTarget {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM target_queue WHERE id = ?", arguments: [id]) else {
      throw TargetStoreError(.noSuchTarget, "no target \(id); `eelscout targets` lists their ids")
    }
    return try StoredTarget(row: row)
  }

  static func checked(_ by: String) throws(TargetStoreError) -> String {
    guard !by.isEmpty, by != TargetStore.daemonName else {
      throw TargetStoreError(.notAllowed, "\"\(by)\" is no name for a claimant; give your own, or your script's")
    }
    return by
  }
}
