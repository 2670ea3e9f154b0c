// What other programs rely on: the views' columns, the words, the audit log.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct ContractTests {
  let folder: TemporaryFolder
  let store: TargetStore

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state)
    _ = try store.record(Sample.scan(1), targets: Sample.targets(2), file: Sample.file("a.npy"))
  }

  /// Columns as promised; a later version may add to the end of this list, never take from it.
  static let columns: [String: [String]] = [
    "target_queue": [
      "id", "scan", "scan_sha256", "rank", "priority", "kind", "reason", "status", "row", "column", "x_nm", "y_nm",
      "x_fraction", "y_fraction", "width_nm", "height_nm", "dwell_ms", "novelty", "round_trip_error",
      "predicted_error", "predicted_error_low", "predicted_error_high", "model", "rules", "created_at", "status_by",
      "status_at", "status_why", "claimed_by", "lease_expires_at", "spectrum_file",
      "estimated_seconds", "dose_e_per_nm2", "visit_order", "fits_budget",
    ],
    "scan_summary": [
      "id", "scan_sha256", "file", "shape", "rows", "columns", "pixel_size_nm", "rotation_rad", "dwell_us",
      "channel_name", "instrument_scan_id", "acquired_at", "voltage_v", "verdict", "reasons", "targets", "model",
      "rules", "rules_revision", "background_level", "particle_level", "created_at", "latency_ms", "superseded_by",
      "pruned_at", "geometry", "budget",
    ],
    "health": [
      "state", "status", "action", "see", "started_at", "heartbeat_at", "version", "model", "rules", "scans",
      "refused_scans", "marked_scans", "targets", "new_targets", "waiting_files", "incomplete_files",
      "rejected_files", "ignored_files", "failed_files", "last_scan", "last_file", "last_scan_at", "last_latency_ms",
      "last_backup_at", "last_check_at", "pruned_scans",
    ],
    "claimable_target": ["id", "scan", "rank"],
  ]

  @Test func `a target read back has the view's columns under their names`() throws {
    let target = try #require(TargetStoreReader(directory: folder.state).targets().first)
    #expect(StoredTarget.columnNames == Self.columns["target_queue"])
    #expect(target.columns.map(\.name) == StoredTarget.columnNames)
    let row = try folder.outsider().read { try Row.fetchOne($0, sql: "SELECT * FROM target_queue ORDER BY rank") }
    for column in target.columns {
      let value = try #require(row?[column.name] as DatabaseValue?)
      switch column.value {
      case .null: #expect(value.isNull, "\(column.name)")
      case .string(let text): #expect(String.fromDatabaseValue(value) == text, "\(column.name)")
      case .int(let number): #expect(Int.fromDatabaseValue(value) == number, "\(column.name)")
      case .double(let number): #expect(Double.fromDatabaseValue(value) == number, "\(column.name)")
      case .bool(let flag): #expect(Bool.fromDatabaseValue(value) == flag, "\(column.name)")
      default: Issue.record("\(column.name) is no plain value")
      }
    }
  }

  @Test func `the views have the promised columns in the promised order`() throws {
    func columns(_ view: String) throws -> [String] {
      try folder.outsider().read { try $0.columns(in: view).map(\.name) }
    }
    for (view, promised) in Self.columns { #expect(try columns(view) == promised) }
    #expect(try columns("latest_scan") == Self.columns["scan_summary"])
  }

  @Test func `shape and reasons are JSON`() throws {
    let row = try folder.outsider().read {
      try Row.fetchOne($0, sql: "SELECT shape, reasons, json_valid(reasons) AS valid FROM latest_scan")
    }
    #expect(row?["shape"] == "[62,75]")
    #expect(row?["reasons"] == "[]")
    #expect(row?["valid"] == 1)
  }

  @Test(arguments: [
    "UPDATE target_event SET by = 'nobody'", "DELETE FROM target_event",
    "INSERT OR REPLACE INTO target_event SELECT id, target, at, 'nobody', from_status, to_status, why FROM target_event",
  ])
  func `the audit log can't be rewritten`(statement: String) throws {
    #expect(throws: DatabaseError.self) { try folder.outsider().write { try $0.execute(sql: statement) } }
    #expect(try TargetStoreReader(directory: folder.state).target("1-1")?.events.map(\.by) == ["eelscoutd"])
  }

  @Test(arguments: [
    "UPDATE target SET status = 'done'", "UPDATE target SET scores = '{'", "UPDATE target SET priority = 1.5",
    "UPDATE target SET rank = 'first'", "UPDATE target SET scan = 99", "UPDATE scan SET reasons = '{}'",
    "UPDATE scan SET latency_ms = -1", "UPDATE scan SET created_at = 'yesterday'",
    "UPDATE scan_file SET failure = 'failed'",
    "UPDATE target SET claimed_by = 'me'", "UPDATE target SET visit_order = 2", "UPDATE scan SET geometry = '[]'",
  ])
  func `values outside the schema's words and ranges are refused, whoever writes`(statement: String) throws {
    #expect(throws: DatabaseError.self) { try folder.outsider().write { try $0.execute(sql: statement) } }
  }

  @Test func `whoever changes a status is logged without asking`() throws {
    try folder.outsider().write {
      try $0.execute(
        sql: """
          UPDATE target SET status = 'rejected', status_by = 'li', status_at = '2024-01-02T03:04:05.000Z',
            status_why = 'contamination' WHERE rank = 1
          """)
    }
    let event = try #require(try TargetStoreReader(directory: folder.state).target("1-1")?.events.last)
    #expect((event.at, event.by) == ("2024-01-02T03:04:05.000Z", "li"))
    #expect((event.from, event.to, event.why) == (.new, .rejected, "contamination"))
  }

  @Test func `scans are found by number, hash, name and path`() throws {
    _ = try store.record(Sample.scan(0x10_0000), targets: Sample.targets(1), file: Sample.file("b.npy"))
    _ = try store.record(Sample.scan(0x10_0001), targets: Sample.targets(1), file: Sample.file("c/b.npy"))
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.scan("2").id == 2)
    #expect(try reader.scan("00000001").id == 1)
    #expect(try reader.scan(Sample.hash(0x10_0001).uppercased()).id == 3)
    #expect(try reader.scan("b.npy").id == 3)
    #expect(try reader.scan("/scans/b.npy").id == 2)
    #expect(code { _ = try reader.scan("0011") } == .noSuchScan)
    #expect(code { _ = try reader.scan("00100") } == .ambiguousScan)
    #expect(code { _ = try reader.scan(".npy") } == .noSuchScan)
    #expect(code { _ = try reader.targets(TargetFilter(scan: "%")) } == .noSuchScan)
    #expect(try reader.targets(TargetFilter(top: 3)).map(\.id) == ["3-1", "2-1", "1-1"])
    #expect(try reader.scans(top: 1).map(\.id) == [3])
  }

  @Test func `health has one row before, in and after a run`() throws {
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.health().report.state == .stopped)
    #expect(try reader.health().startedAt == nil)
    let file = Sample.file("x.npy")
    try store.setFileStates([FileStateRecord(path: file.path, state: .waiting, reason: "empty")])
    try store.begin(
      DaemonRun(version: "1.0", modelID: "context-1", rulesSHA256: "ab", rulesRevision: "7"))
    #expect(try reader.fileStates().isEmpty)
    let report = DaemonReport(state: .degraded, status: "the disk is full", action: "free space", see: "eelscoutd(8)")
    try store.heartbeat(report)
    let health = try reader.health()
    #expect(health.report == report)
    #expect(health.isDaemonRunning == true)
    #expect((health.version, health.model, health.rules) == ("1.0", "context-1", "ab"))
    #expect((health.counts.scans, health.counts.targets, health.counts.newTargets) == (1, 2, 2))
    #expect(health.lastScan?.id == 1)
    try store.note("folder-absent", "/scans is not there")
    try store.end(why: "SIGTERM")
    #expect(try reader.health().report.state == .stopped)
    let kinds = try folder.outsider().read { try String.fetchAll($0, sql: "SELECT kind FROM journal ORDER BY id") }
    #expect(kinds == ["start", "folder-absent", "stop"])
  }

  @Test func `a reload shows other model and rules, and what is counted is what is there`() throws {
    let other = try TemporaryFolder()
    let recordedAt = Date(timeIntervalSince1970: 1_700_000_000.125)
    let store = try TargetStore(directory: other.state, clock: { recordedAt })
    #expect(try store.figures() == StoreFigures(files: [:], lastScanAt: nil))
    let reader = try TargetStoreReader(directory: other.state)
    #expect(try reader.rulesRevision() == nil && reader.lastNote("error") == nil)
    try store.begin(DaemonRun(version: "1.0", modelID: "one", rulesSHA256: "ab", rulesRevision: "7"))
    try store.heartbeat(DaemonReport(state: .ok, status: "watching"))
    try store.reload(DaemonRun(version: "1.0", modelID: "two", rulesSHA256: "cd", rulesRevision: "8"))
    let health = try reader.health()
    #expect((health.report.state, health.model, health.rules) == (.ok, "two", "cd"))
    #expect(try reader.rulesRevision() == "8")
    #expect(try reader.lastNote("reload")?.message == "model two, rules 8")
    for (number, state) in [FileState.rejected, .rejected, .waiting].enumerated() {
      try store.setFileStates([FileStateRecord(path: Sample.file("\(number)").path, state: state, reason: "x")])
    }
    _ = try store.record(Sample.scan(1), targets: [], file: Sample.file("scan"))
    #expect(try store.figures() == StoreFigures(files: [.rejected: 2, .waiting: 1], lastScanAt: recordedAt))
    try store.note(.backup, isWell: false, "the disk is full")
    #expect(try store.figures().lastBackupAt == nil)
    try store.note(.backup, isWell: true, "eelscout.sqlite")
    #expect(try store.figures().lastBackupAt == recordedAt)
    try store.note("error", "first")
    try store.note("error", "second")
    #expect(try reader.lastNote("error") == StoreNote(at: "2023-11-14T22:13:20.125Z", message: "second"))
  }

  @Test func `arrival orders scans, whatever the clock does`() throws {
    let other = try TemporaryFolder()
    for (number, hour) in [(1, 20.0), (2, 10.0), (3, 15.0)] {
      let store = try TargetStore(directory: other.state, clock: { .init(timeIntervalSince1970: hour * 3600) })
      var scan = Sample.scan(number)
      scan.latencyMS = -5
      _ = try store.record(scan, targets: [], file: Sample.file("\(number)"))
    }
    let reader = try TargetStoreReader(directory: other.state)
    #expect(try reader.scans().map(\.id) == [3, 2, 1])
    #expect(try reader.scans().map(\.latencyMS) == [0, 0, 0])
    #expect(try reader.latestScan()?.createdAt == "1970-01-01T15:00:00.000Z")
  }
}
