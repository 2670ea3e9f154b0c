// Status: one word, what is the case, what to do, where to read more; then what is in force and what waits.

import AcquisitionAssistant
import AssistantTestKit
import Foundation
import StrictJSON
import TargetStore
import Testing

@Suite("Status report")
struct StatusReportTests {
  private let place: Workplace
  private let store: TargetStore

  init() throws {
    place = try Workplace()
    store = try TargetStore(directory: place.state.string)
    try store.begin(
      DaemonRun(
        version: "1.0", modelID: String(repeating: "a", count: 64), rulesSHA256: String(repeating: "b", count: 64),
        rulesRevision: "night r3"))
  }

  private func text(after seconds: Double = 0) throws -> String {
    let reader = try TargetStoreReader(directory: place.state.string)
    return try StatusReport(reader, now: Date() + seconds).text(TextStyle(environment: ["NO_COLOR": "1"]))
  }

  @Test func whatIsInForceAndWhatWaitsFollowsTheFourLines() throws {
    try store.heartbeat(
      DaemonReport(
        state: .degraded, status: "the disk is full", action: "free space", see: "journalctl -x -u eelscoutd"))
    try store.setFileStates([
      FileStateRecord(path: Array("/s/a".utf8), state: .waiting, reason: "it is empty"),
      FileStateRecord(path: Array("/s/b".utf8), state: .rejected, reason: "damaged"),
    ])
    let lines = try text().split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(9)) == [
        " state: degraded", "status: the disk is full", "action: free space", "   see: journalctl -x -u eelscoutd",
        " model: aaaaaaaaaaaa, eelscoutd 1.0", " rules: night r3, bbbbbbbbbbbb", " scans: 0; 0 targets, 0 of them new",
        " files: 1 waiting, 1 rejected", "errors: none in the last 7 days",
      ])
    #expect(lines[9].hasPrefix(" alive: 0 s ago, "))
  }

  @Test func theLastErrorIsShownForAWeek() throws {
    try store.heartbeat(DaemonReport(state: .ok, status: "watching /s"))
    try store.note("error", "rules/a.toml:5: no good")
    #expect(try text(after: 600).contains("errors: the last one 10 min ago: rules/a.toml:5: no good\n"))
    #expect(try text(after: 8 * 86_400).contains("errors: none in the last 7 days\n"))
    let reader = try TargetStoreReader(directory: place.state.string)
    #expect(try StatusReport(reader).json["last_error"]?["message"] == "rules/a.toml:5: no good")
    #expect(try StatusReport(reader).json["rules_revision"] == "night r3")
  }

  @Test func aStaleHeartbeatIsSaid() throws {
    try store.heartbeat(DaemonReport(state: .ok, status: "watching /s"))
    #expect(try text(after: 59).hasPrefix(" state: ok\nstatus: watching /s\n"))
    let stale = try text(after: 125)
    #expect(stale.hasPrefix(" state: degraded\nstatus: the daemon runs but gave no sign of life for 12"))
    #expect(stale.contains("action: ") && stale.contains("   see: journalctl"))
  }
}
