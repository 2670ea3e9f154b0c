// Everything that the metrics say at one moment, and how they are called. Names and labels are a promise to rules/alerts.

import FoundationEssentials
import SystemdService
import Triage

/// The daemon in numbers. Counters begin at zero with each start, as Prometheus expects of them.
package struct MetricsSnapshot: Sendable {
  package static let states = ["ok", "degraded", "waiting"]
  package static let fileStates = ["waiting", "incomplete", "rejected", "ignored", "failed"]

  package var daemon: String?
  package var version = ""
  package var model = ""
  package var rules = ""
  package var startedAt: Date?
  package var aliveAt: Date?
  /// One of `states`, or another word when the daemon has ended.
  package var state = ""
  package var tally = ScanTally()
  package var queue = 0
  /// Nil while the database can't be asked.
  package var files: [String: Int]?
  package var failures: [ServiceMessage: Int] = [:]
  /// Lines that were only counted, because there were too many of their kind.
  package var linesSummedUp = 0
  /// Lines that the journal did not take.
  package var linesRefused = 0
  package var lastScanAt: Date?
  package var lastBackupAt: Date?
  package var databaseBytes: Int64?
  package var logBytes: Int64?

  package init() {}

  /// The whole file.
  package var text: String {
    [
      moment("eelscout_up_timestamp_seconds", "When the daemon last proved that it is alive, Unix time.", aliveAt),
      moment("eelscout_start_timestamp_seconds", "When the daemon started, Unix time.", startedAt),
      words(
        "eelscout_state", .gauge, "Health of the daemon: 1 for the state that holds.", label: "state",
        Self.states.map { ($0, $0 == state ? 1 : 0) }),
      info,
      words(
        "eelscout_scans_total", .counter, "Distinct scans recorded since the start, by verdict of the domain test.",
        label: "verdict", DomainVerdict.allCases.map { ($0.rawValue, tally.scans[$0] ?? 0) }),
      words(
        "eelscout_targets_total", .counter, "Targets recorded since the start, by kind.", label: "kind",
        TargetKind.allCases.map { ($0.rawValue, tally.targets[$0] ?? 0) }),
      latency,
      moment("eelscout_last_scan_timestamp_seconds", "When the last scan was recorded, Unix time.", lastScanAt),
      number("eelscout_queue_files", .gauge, "Settled files that wait to be looked at or ranked.", Double(queue)),
      files.map { files in
        words(
          "eelscout_files", .gauge, "Files that are not scans, or not yet, by state.", label: "state",
          Self.fileStates.map { ($0, files[$0] ?? 0) })
      },
      words(
        "eelscout_failures_total", .counter,
        "Warnings and errors since the start, by kind of message; journalctl -x explains each.", label: "kind",
        ServiceMessage.allCases.map { ($0.name, failures[$0] ?? 0) }),
      words(
        "eelscout_journal_lines_dropped_total", .counter,
        "Log lines since the start that were only counted in a summary, or not taken by the journal.", label: "why",
        [("summary", linesSummedUp), ("refused", linesRefused)]),
      databaseBytes.map { number("eelscout_database_bytes", .gauge, "Size of the database file.", Double($0)) },
      logBytes.map { number("eelscout_wal_bytes", .gauge, "Size of the database's write-ahead log.", Double($0)) },
      moment("eelscout_last_backup_timestamp_seconds", "When the last backup was finished, Unix time.", lastBackupAt),
    ].compactMap { $0?.text }.joined()
  }

  private var common: [(String, String)] { daemon.map { [("daemon", $0)] } ?? [] }

  private var info: MetricFamily {
    var family = MetricFamily("eelscout_info", .gauge, "Version, model and rules in force.")
    family.add(1, common + [("version", version), ("model", model), ("rules", rules)])
    return family
  }

  private var latency: MetricFamily {
    var family = MetricFamily(
      "eelscout_scan_latency_seconds", .histogram, "Time from a settled scan to its targets, since the start.")
    family.add(buckets: tally.latencies, bounds: ScanTally.latencyBounds, sum: tally.latencySum, common)
    return family
  }

  private func number(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double) -> MetricFamily {
    var family = MetricFamily(name, kind, help)
    family.add(value, common)
    return family
  }

  private func moment(_ name: String, _ help: String, _ date: Date?) -> MetricFamily? {
    date.map { number(name, .gauge, help, ($0.timeIntervalSince1970 * 1_000).rounded() / 1_000) }
  }

  /// One sample a word, zeros too, so that a rate exists from the first one on.
  private func words(
    _ name: String, _ kind: MetricFamily.Kind, _ help: String, label: String, _ counts: [(String, Int)]
  ) -> MetricFamily {
    var family = MetricFamily(name, kind, help)
    for (word, count) in counts { family.add(Double(count), common + [(label, word)]) }
    return family
  }
}
