// How the daemon fares, in the words of `eelscout status`, or why that can't be told.

import Foundation
import StrictJSON
import TargetStore

enum HealthAnswers {
  /// - Parameter now: of this machine; the page tells ages by it, whatever its own clock says.
  static func json(_ health: ConsoleHealth, now: Date) -> JSONValue {
    let report = health.pulse.report.judged(
      isRunning: health.isDaemonRunning, heartbeatAt: health.pulse.heartbeatAt, now: now)
    return [
      "state": .string(report.state.rawValue), "status": .string(report.status), "action": JSONValue(report.action),
      "see": JSONValue(report.see), "heartbeat_at": JSONValue(health.pulse.heartbeatAt),
      "started_at": JSONValue(health.pulse.startedAt), "version": JSONValue(health.pulse.version),
      "rules_revision": JSONValue(health.pulse.rulesRevision), "newest_scan": .int(health.pulse.newestScan),
      "now": .string(text(now)),
      "files": [
        "waiting": .int(health.backlog.waitingFiles), "incomplete": .int(health.backlog.incompleteFiles),
        "rejected": .int(health.backlog.rejectedFiles), "failed": .int(health.backlog.failedFiles),
      ],
      "claimed_targets": .int(health.backlog.claimedTargets),
    ]
  }

  /// A database that can't be read.
  static func json(without error: TargetStoreError, now: Date) -> JSONValue {
    let isMissing = error.code == .noDatabase
    return [
      "state": .string(isMissing ? "stopped" : "unreadable"), "status": .string(error.message),
      "action": .string(isMissing ? "systemctl start eelscoutd" : "see the message; the page goes on by itself"),
      "see": .string("journalctl -x -u eelscoutd"), "heartbeat_at": .null, "started_at": .null, "version": .null,
      "rules_revision": .null, "newest_scan": .int(0), "now": .string(text(now)),
      "files": ["waiting": .int(0), "incomplete": .int(0), "rejected": .int(0), "failed": .int(0)],
      "claimed_targets": .int(0),
    ]
  }

  /// UTC, ISO 8601 with milliseconds.
  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}

/// The daemon and what is on its way, at one moment.
struct ConsoleHealth: Equatable, Sendable {
  var pulse: StorePulse
  var isDaemonRunning: Bool?
  var backlog: StoreBacklog

  init(_ reader: TargetStoreReader) throws(TargetStoreError) {
    pulse = try reader.pulse()
    isDaemonRunning = reader.isDaemonRunning
    backlog = try reader.backlog()
  }
}
