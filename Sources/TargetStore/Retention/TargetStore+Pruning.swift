// Pruning in small transactions, oldest first; every one is written down.

import Foundation
internal import GRDB

/// How far one pass of pruning has come.
public struct PruningPass: Sendable {
  public fileprivate(set) var count = PruneCount()
  fileprivate var lastList = 0
  fileprivate var lastSpectrum = 0
  fileprivate var entry: Int64?

  public init() {}
}

extension TargetStore {
  /// Scans, targets and entries in one transaction: some 20 lists of 26 targets, a few milliseconds.
  private static let listsAtOnce = 20
  private static let spectraAtOnce = 500
  private static let picturesAtOnce = 10
  private static let entriesAtOnce = 500
  /// Pages given back to the file system after a step: 4 MiB.
  private static let pagesGivenBack = 1_024

  /// Prunes one step further and writes down what went, in one transaction.
  /// - Returns: whether anything went; false ends the pass.
  public func prune(_ policy: RetentionPolicy, _ pass: inout PruningPass) throws(TargetStoreError) -> Bool {
    let before = pass
    let moment = clock()
    let after = try write("prune") { database, now in
      try Self.step(before, PruneQuery(policy: policy, now: moment), database, now)
    }
    guard let after else { return false }
    pass = after
    try TargetStoreError.wrapping("give space back from", at: path) {
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA incremental_vacuum(\(Self.pagesGivenBack))")
      }
    }
    return true
  }

  /// - Returns: the pass one step on; nil when nothing was left to prune.
  private static func step(
    _ before: PruningPass, _ query: PruneQuery, _ database: Database, _ now: String
  ) throws -> PruningPass? {
    var pass = before
    var part = PruneCount()
    try pruneLists(query, &pass, &part, database, now)
    if part.isNothing { try prunePictures(query, &part, database) }
    if part.isNothing { try pruneSpectra(query, &pass, &part, database) }
    if part.isNothing { try pruneNotes(query, &part, database) }
    guard !part.isNothing else { return nil }
    pass.count += part
    try writeDown(&pass, database, now)
    return pass
  }

  private static func pruneLists(
    _ query: PruneQuery, _ pass: inout PruningPass, _ part: inout PruneCount, _ database: Database, _ now: String
  ) throws {
    var scans = try query.lists(
      after: pass.lastList, days: query.policy.listDays, limit: listsAtOnce, database)
    if scans.isEmpty, try query.isTooLarge(database), try query.pictures(days: 0, limit: 1, database).isEmpty,
      try query.spectra(after: 0, days: 0, limit: 1, database).isEmpty
    {
      scans = try query.lists(after: 0, days: 0, limit: listsAtOnce, database)
    }
    guard let last = scans.last else { return }
    pass.lastList = last
    let list = scans.map(String.init).joined(separator: ",")
    let targets = "(SELECT id FROM target WHERE scan IN (\(list)))"
    try database.execute(sql: "UPDATE scan SET pruned_at = ? WHERE id IN (\(list))", arguments: [now])
    try database.execute(sql: "DELETE FROM scan_picture WHERE scan IN (\(list))")
    try database.execute(sql: "DELETE FROM target_neighbour WHERE target IN \(targets)")
    try database.execute(sql: "DELETE FROM target_spectrum WHERE target IN \(targets)")
    try database.execute(sql: "DELETE FROM target_event WHERE target IN \(targets)")
    try database.execute(sql: "DELETE FROM target WHERE scan IN (\(list))")
    part.targets = database.changesCount
    part.lists = scans.count
  }

  private static func prunePictures(_ query: PruneQuery, _ part: inout PruneCount, _ database: Database) throws {
    var scans = try query.pictures(days: query.policy.pictureDays, limit: picturesAtOnce, database)
    if scans.isEmpty, try query.isTooLarge(database) {
      scans = try query.pictures(days: 0, limit: picturesAtOnce, database)
    }
    let list = scans.map(String.init).joined(separator: ",")
    try database.execute(sql: "DELETE FROM scan_picture WHERE scan IN (\(list))")
    part.pictures = scans.count
  }

  private static func pruneSpectra(
    _ query: PruneQuery, _ pass: inout PruningPass, _ part: inout PruneCount, _ database: Database
  ) throws {
    var found = try query.spectra(
      after: pass.lastSpectrum, days: query.policy.spectrumDays, limit: spectraAtOnce, database)
    if let last = found.last {
      // The last scan may have more of them.
      pass.lastSpectrum = last.scan - 1
    } else if try query.isTooLarge(database) {
      found = try query.spectra(after: 0, days: 0, limit: spectraAtOnce, database)
    }
    for (target, _) in found {
      for table in ["target_neighbour", "target_spectrum"] {
        try database.cachedStatement(sql: "DELETE FROM \(table) WHERE target = ?").execute(arguments: [target])
      }
    }
    part.spectra = found.count
  }

  private static func pruneNotes(_ query: PruneQuery, _ part: inout PruneCount, _ database: Database) throws {
    let entries = try query.entries(limit: entriesAtOnce, database)
    let findings = try query.findings(limit: entriesAtOnce, database)
    for (table, rows) in [("journal", entries), ("scan_file", findings)] where !rows.isEmpty {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE id IN (\(rows.map(String.init).joined(separator: ",")))")
    }
    part.notes = entries.count + findings.count
  }

  /// One entry a pass, brought up to date by each step.
  private static func writeDown(_ pass: inout PruningPass, _ database: Database, _ now: String) throws {
    let message = "pruned: " + pass.count.text
    if let entry = pass.entry {
      try database.execute(sql: "UPDATE journal SET message = ? WHERE id = ?", arguments: [message, entry])
    } else {
      try database.execute(
        sql: "INSERT INTO journal (at, kind, message) VALUES (?, 'prune', ?)", arguments: [now, message])
      pass.entry = database.lastInsertedRowID
    }
  }
}
