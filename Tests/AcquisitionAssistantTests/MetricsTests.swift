// Metrics: the text that Prometheus reads, and a file that is always whole.

import AcquisitionAssistant
import AssistantTestKit
import Foundation
import SystemPackage
import SystemdService
import Testing

@Suite("Metrics")
struct MetricsTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var snapshot: MetricsSnapshot {
    var snapshot = MetricsSnapshot()
    snapshot.version = "1.2"
    snapshot.model = "abc"
    snapshot.rules = "site \"north\" r2 \\ x"
    snapshot.startedAt = Date(timeIntervalSince1970: 1_700_000_000)
    snapshot.aliveAt = Date(timeIntervalSince1970: 1_700_000_100.25)
    snapshot.state = "degraded"
    snapshot.tally.add(.in, targets: [.anomaly, .anomaly, .anchor], latencySeconds: 0.2)
    snapshot.tally.add(.in, targets: [.error], latencySeconds: 0.25)
    snapshot.tally.add(.refused, targets: [], latencySeconds: 1_000)
    snapshot.queue = 7
    snapshot.files = ["rejected": 3]
    snapshot.failures = [.fileRejected: 3]
    snapshot.linesSummedUp = 2
    snapshot.databaseBytes = 4_096
    return snapshot
  }

  @Test func everyMetricStandsThereWithHelpAndType() {
    let text = snapshot.text
    for line in [
      "# TYPE eelscout_up_timestamp_seconds gauge\neelscout_up_timestamp_seconds 1700000100.25\n",
      "eelscout_start_timestamp_seconds 1700000000\n",
      "eelscout_state{state=\"ok\"} 0\neelscout_state{state=\"degraded\"} 1\neelscout_state{state=\"waiting\"} 0\n",
      "eelscout_info{version=\"1.2\",model=\"abc\",rules=\"site \\\"north\\\" r2 \\\\ x\"} 1\n",
      "# TYPE eelscout_scans_total counter\neelscout_scans_total{verdict=\"in\"} 2\n"
        + "eelscout_scans_total{verdict=\"marked\"} 0\neelscout_scans_total{verdict=\"refused\"} 1\n",
      "eelscout_targets_total{kind=\"anomaly\"} 2\neelscout_targets_total{kind=\"error\"} 1\n"
        + "eelscout_targets_total{kind=\"anchor\"} 1\n",
      "# TYPE eelscout_scan_latency_seconds histogram\neelscout_scan_latency_seconds_bucket{le=\"0.1\"} 0\n"
        + "eelscout_scan_latency_seconds_bucket{le=\"0.25\"} 2\neelscout_scan_latency_seconds_bucket{le=\"0.5\"} 2\n",
      "eelscout_scan_latency_seconds_bucket{le=\"300\"} 2\neelscout_scan_latency_seconds_bucket{le=\"+Inf\"} 3\n"
        + "eelscout_scan_latency_seconds_sum 1000.45\neelscout_scan_latency_seconds_count 3\n",
      "eelscout_queue_files 7\n", "eelscout_files{state=\"waiting\"} 0\n", "eelscout_files{state=\"rejected\"} 3\n",
      "eelscout_failures_total{kind=\"file_rejected\"} 3\n", "eelscout_failures_total{kind=\"folder_absent\"} 0\n",
      "eelscout_journal_lines_dropped_total{why=\"summary\"} 2\n", "eelscout_database_bytes 4096\n",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    let lines = text.split(separator: "\n")
    for line in lines where line.hasPrefix("# TYPE") {
      let name = line.split(separator: " ")[2]
      #expect(lines.count { $0.hasPrefix("# HELP \(name) ") } == 1)
    }
  }

  @Test func whatIsNotKnownIsNotThere() {
    let text = snapshot.text
    for name in [
      "eelscout_last_scan_timestamp_seconds", "eelscout_last_backup_timestamp_seconds", "eelscout_wal_bytes",
    ] {
      #expect(!text.contains(name))
    }
    var later = snapshot
    later.lastBackupAt = Date(timeIntervalSince1970: 5)
    later.lastScanAt = Date(timeIntervalSince1970: 6)
    #expect(later.text.contains("\neelscout_last_backup_timestamp_seconds 5\n"))
    #expect(later.text.contains("\neelscout_last_scan_timestamp_seconds 6\n"))
  }

  @Test func oneOfSeveralDaemonsIsNamedInEverySample() {
    var snapshot = snapshot
    snapshot.daemon = "disk"
    for line in snapshot.text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.contains("{daemon=\"disk\""), "\(line)")
    }
  }

  @Test func aReaderNeverMeetsHalfAFile() async throws {
    let path = place.root.appending("e.prom")
    let texts = ["a", "b"].map { String(repeating: $0, count: 300_000) }
    try MetricsFile.write(texts[0], to: path)
    let writing = Task.detached {
      for turn in 1...200 { try MetricsFile.write(texts[turn % 2], to: path) }
    }
    var seen: Set<String> = []
    for _ in 1...200 { seen.insert(try String(contentsOfFile: path.string, encoding: .utf8)) }
    try await writing.value
    #expect(seen.isSubset(of: texts))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.root.string).filter { $0.hasPrefix(".e") } == [])
  }

  @Test func aLinkInThePlaceOfTheDraftIsNotFollowed() throws {
    let other = try place.write("precious", to: "other")
    try FilePath.link(at: place.root.appending(".e.prom.part"), to: other)
    try MetricsFile.write("metrics", to: place.root.appending("e.prom"))
    #expect(try String(contentsOfFile: other.string, encoding: .utf8) == "precious")
    #expect(try String(contentsOfFile: place.root.appending("e.prom").string, encoding: .utf8) == "metrics")
  }

  @Test func aDirectoryThatIsMissingIsSaid() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try MetricsFile.write("x", to: "/nowhere/e.prom") }
  }
}
