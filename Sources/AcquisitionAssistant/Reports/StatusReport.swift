// Health in the words of `zpool status`: state, status, action, see; then what is in force, counts, the last scan, files.

import FoundationEssentials
import StrictJSON
import TargetStore

/// The daemon and its database at one moment.
public struct StatusReport: Sendable {
  private let report: DaemonReport
  private let health: StoreHealth?
  private let files: [FileStateRecord]
  private let rulesRevision: String?
  private let lastError: StoreNote?
  private let now: Date

  /// - Parameter now: the time that heartbeats are compared with.
  public init(_ reader: TargetStoreReader, now: Date = Date()) throws(TargetStoreError) {
    let health = try reader.health()
    self.health = health
    files = try reader.fileStates()
    rulesRevision = try reader.rulesRevision()
    lastError = try reader.lastNote("error")
    self.now = now
    report = Self.judge(health, now: now)
  }

  /// A state directory without a database that can be read.
  public init(without error: TargetStoreError) {
    health = nil
    files = []
    (rulesRevision, lastError, now) = (nil, nil, Date())
    report = DaemonReport(
      state: .stopped, status: error.message, action: "start eelscoutd, or name its state directory with --state")
  }

  /// What the daemon last said counts only as long as it lives.
  package static func judge(_ health: StoreHealth, now: Date) -> DaemonReport {
    health.report.judged(isRunning: health.isDaemonRunning, heartbeatAt: health.heartbeatAt, now: now)
  }

  /// Nothing needs a person.
  public var isWell: Bool { report.state == .ok }

  public var json: JSONValue {
    [
      "state": .string(report.state.rawValue), "status": .string(report.status), "action": JSONValue(report.action),
      "see": JSONValue(report.see), "counts": countsJSON, "last_scan": health?.lastScan.map(ScanReport.json) ?? .null,
      "files": .array(files.map(Self.json)), "started_at": JSONValue(health?.startedAt),
      "heartbeat_at": JSONValue(health?.heartbeatAt), "version": JSONValue(health?.version),
      "model": JSONValue(health?.model), "rules": JSONValue(health?.rules),
      "last_backup_at": JSONValue(health?.lastBackupAt), "last_check_at": JSONValue(health?.lastCheckAt),
      "pruned_scans": .int(health?.prunedScans ?? 0),
      "rules_revision": JSONValue(rulesRevision), "last_error": lastErrorJSON,
    ]
  }

  private var lastErrorJSON: JSONValue {
    lastError.map { ["at": .string($0.at), "message": .string($0.message)] } ?? .null
  }

  private var countsJSON: JSONValue {
    let counts = health?.counts
    return [
      "scans": .int(counts?.scans ?? 0), "refused_scans": .int(counts?.refusedScans ?? 0),
      "marked_scans": .int(counts?.markedScans ?? 0), "targets": .int(counts?.targets ?? 0),
      "new_targets": .int(counts?.newTargets ?? 0), "waiting_files": .int(counts?.waitingFiles ?? 0),
      "incomplete_files": .int(counts?.incompleteFiles ?? 0), "rejected_files": .int(counts?.rejectedFiles ?? 0),
      "ignored_files": .int(counts?.ignoredFiles ?? 0), "failed_files": .int(counts?.failedFiles ?? 0),
    ]
  }

  private static func json(_ file: FileStateRecord) -> JSONValue {
    var members = [JSONValue.Member("path", .string(file.pathText))]
    if String(validating: file.path, as: UTF8.self) == nil {
      members.append(.init("path_bytes_b64", .string(Data(file.path).base64EncodedString())))
    }
    members += [
      .init("state", .string(file.state.rawValue)), .init("reason", .string(file.reason)),
      .init("since", .string(file.since)),
    ]
    return .object(members)
  }

  /// Longer lists of files end with their number.
  private static let longestList = 20

  public func text(_ style: TextStyle) -> String {
    var text = " state: \(style.state(report.state.rawValue))\n" + line("status", report.status)
    if let action = report.action { text += line("action", action) }
    if let see = report.see { text += line("see", see) }
    guard let health else { return text }
    text += "\n" + inForce(health) + backlog(health.counts) + errors
    if let beat = health.heartbeatAt { text += line("alive", "\(Moments.age(beat, now: now)), \(Moments.local(beat))") }
    let checked = health.lastCheckAt.map { Moments.age($0, now: now) } ?? "at the start"
    text += line(
      "backup", "\(health.lastBackupAt.map { Moments.age($0, now: now) } ?? "none yet"); database checked: \(checked)")
    if let scan = health.lastScan {
      text += "\n" + ScanReport.heading(scan, style)
      if let latency = scan.latencyMS { text += "  \(scan.targets) targets after \(Figures.short(latency / 1e3)) s\n" }
    }
    let ignored = files.count { $0.state == .ignored }
    let listed = files.filter { $0.state != .ignored }
    if !listed.isEmpty { text += "\n" + style.bold("files that are no scans, or not yet") + "\n" }
    for file in listed.prefix(Self.longestList) {
      text += "  \(file.state.rawValue): \(TextLayout.oneLine(file.pathText)) (\(Moments.age(file.since)))\n"
      text += TextLayout.wrapped(file.reason, indent: "      ")
    }
    let more = listed.count - Self.longestList
    if more > 0 { text += "  and \(more) more (--json lists all)\n" }
    if ignored > 0 { text += "\n\(ignored) files ignored, sidecars among them (--json lists them)\n" }
    return text
  }

  private func inForce(_ health: StoreHealth) -> String {
    guard let model = health.model, let rules = health.rules else { return "" }
    return line("model", model.prefix(Self.hashDigits) + (health.version.map { ", eelscoutd \($0)" } ?? ""))
      + line("rules", (rulesRevision.map { "\($0), " } ?? "") + rules.prefix(Self.hashDigits))
  }

  private func backlog(_ counts: StoreCounts) -> String {
    let marked =
      counts.markedScans + counts.refusedScans == 0
      ? "" : ": \(counts.markedScans) marked, \(counts.refusedScans) refused"
    var text = line("scans", "\(counts.scans)\(marked); \(counts.targets) targets, \(counts.newTargets) of them new")
    let files = [
      (counts.waitingFiles, "waiting"), (counts.incompleteFiles, "incomplete"), (counts.rejectedFiles, "rejected"),
      (counts.failedFiles, "failed"),
    ].filter { $0.0 > 0 }.map { "\($0) \($1)" }
    text += line("files", files.isEmpty ? "none waits, none failed" : files.joined(separator: ", "))
    return text
  }

  /// Older errors than this are history, s.
  private static let errorMemory = 7 * 86_400.0
  /// Digits of a hash that tell it from others.
  private static let hashDigits = 12

  private var errors: String {
    guard let lastError, let date = Moments.date(lastError.at), now.timeIntervalSince(date) < Self.errorMemory else {
      return line("errors", "none in the last 7 days")
    }
    return line("errors", "the last one \(Moments.age(lastError.at, now: now)): \(lastError.message)")
  }

  private func line(_ name: String, _ value: String) -> String {
    let indent = String(repeating: " ", count: 8)
    let lines = TextLayout.wrapped(value, indent: indent)
    return String(repeating: " ", count: max(0, 6 - name.count)) + name + ": " + lines.dropFirst(indent.count)
  }
}
