// The metrics of a running daemon, as the node_exporter finds them.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Metrics file", .serialized, .enabled(if: Program.areBuilt))
struct MetricsFileTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var file: String { place.root.appending("metrics/eelscout.prom").string }

  private var text: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

  private func value(_ series: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
      .flatMap { Double($0.split(separator: " ").last ?? "") }
  }

  /// The daemon under a mask that would hide its files from others.
  private func start() throws -> RunningProgram {
    let program = try #require(Program.eelscoutd.path)
    return try Tool.sh.start(
      [
        "-c", "umask 077; EELSCOUT_METRICS_TEXTFILE='\(file)'; export EELSCOUT_METRICS_TEXTFILE; exec \"$0\" \"$@\"",
        program,
      ]
        + place.daemonArguments)
  }

  private func expectPromtoolIsContent(with text: String) async throws {
    let input = try place.write(text, to: "input.prom")
    guard Tool.promtool.path != nil else {
      print("SKIPPED: promtool check metrics: the Debian package prometheus is not installed")
      return
    }
    let run = try await Tool.sh.start(["-c", "promtool check metrics < '\(input)'"]).finish()
    #expect(run.status == 0 && run.output.isEmpty && run.talk.isEmpty, "\(run.output)\(run.talk)")
  }

  @Test func aRunningDaemonIsCountedAndTheFileIsReadableByOthers() async throws {
    try FileManager.default.createDirectory(
      atPath: place.root.appending("metrics").string, withIntermediateDirectories: true)
    let daemon = try start()
    let isThere = await eventually { value("eelscout_state{state=\"ok\"}") == 1 }
    #expect(isThere, "\(daemon.talk)")
    let inode = try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o644)
    #expect(value("eelscout_last_scan_timestamp_seconds") == nil)
    let begin = try #require(value("eelscout_up_timestamp_seconds"))
    #expect(abs(Date().timeIntervalSince1970 - begin) < 600)
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    try place.write([UInt8](repeating: 7, count: 9_000), to: "session/bad.dm4")
    let came = await eventually {
      value("eelscout_scans_total{verdict=\"in\"}") == 1 && value("eelscout_files{state=\"rejected\"}") == 1
    }
    #expect(came, "\(text)")
    #expect(value("eelscout_targets_total{kind=\"anchor\"}") == 6)
    #expect(value("eelscout_scan_latency_seconds_count") == 1)
    #expect(value("eelscout_failures_total{kind=\"file_rejected\"}") == 1)
    #expect(value("eelscout_queue_files") == 0)
    #expect(try #require(value("eelscout_database_bytes")) > 0)
    #expect(try #require(value("eelscout_last_scan_timestamp_seconds")) >= begin - 1)
    let model = try #require(try await place.ask("status")["model"]?.string)
    #expect(text.contains("eelscout_info{version=\"") && text.contains(",model=\"\(model)\",rules=\"default r"))
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int != inode)
    try await expectPromtoolIsContent(with: text)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    #expect(value("eelscout_state{state=\"ok\"}") == 0)
  }

  @Test func aDirectoryThatIsMissingIsOneWarningAndTheWorkGoesOn() async throws {
    let daemon = try start()
    let isSaid = await eventually { daemon.talk.contains("metrics can't be written to \(file)") }
    #expect(isSaid, "\(daemon.talk)")
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    try FileManager.default.createDirectory(
      atPath: place.root.appending("metrics").string, withIntermediateDirectories: true)
    let isBack = await eventually { daemon.talk.contains("metrics are written again") }
    #expect(isBack)
    #expect(daemon.talk.components(separatedBy: "metrics can't be written").count == 2)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }
}
