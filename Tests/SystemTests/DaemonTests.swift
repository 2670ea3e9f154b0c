// The daemon from outside: files go in, rows come out, signals end it.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import StrictJSON
import TargetStore
import Testing

@Suite("Daemon", .serialized, .enabled(if: Program.areBuilt))
struct DaemonTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func scansBecomeRowsAndARestartDoesNotDoubleThem() async throws {
    try place.deliver(SquareFilm.scan(seed: 1), as: "before.npy")
    let first = try await place.startDaemon()
    try place.deliver(SquareFilm.scan(seed: 2), as: "after.npy")
    let came = try await eventually { try await place.hasScans(2) }
    #expect(came, "\(first.talk)")
    first.signal(SIGTERM)
    #expect(try await first.finish().status == 0)
    let before = try await place.ask("targets")
    #expect(before.array?.count == 52)

    let second = try await place.startDaemon()
    try place.deliver(SquareFilm.scan(seed: 3), as: "third.npy")
    let grew = try await eventually { try await place.hasScans(3) }
    #expect(grew)
    second.signal(SIGINT)
    #expect(try await second.finish().status == 0)
    let after = try await place.ask("targets", ["--scan", "1"])
    #expect(after == .array(before.array?.filter { $0["scan"]?.int == 1 } ?? []))
    #expect(try await place.ask("status")["state"] == "stopped")
  }

  @Test func aSignalInTheMiddleOfAScanEndsItAndNothingIsLost() async throws {
    let large = SquareFilm.long(seed: 4)
    let daemon = try await place.startDaemon(["--threads", "1"])
    try place.deliver(large, as: "large.npy")
    let isInHand = try await eventually {
      try await place.ask("status")["status"]?.string?.contains("ranking large.npy") == true
    }
    #expect(isInHand)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let counts = try await place.ask("status")["counts"]
    #expect(counts?["targets"]?.int == 26 * (counts?["scans"]?.int ?? -1))

    let again = try await place.startDaemon()
    let came = try await eventually(within: .seconds(300)) { try await place.hasScans(1) }
    #expect(came)
    #expect(try await place.ask("targets").array?.count == 26)
    again.signal(SIGTERM)
    #expect(try await again.finish().status == 0)
  }

  @Test func filesThatAreNotReadyStandInTheStatusWithTheirReason() async throws {
    let daemon = try await place.startDaemon()
    try NPYWriter.write([Float](repeating: 1, count: 4096), shape: [64, 64], to: place.session.appending("flat.npy"))
    let whole = try Data(
      contentsOf: URL(fileURLWithPath: place.deliver(SquareFilm.scan(seed: 5), as: "elsewhere.npy").string))
    try place.write(Array(whole.prefix(whole.count / 2)), to: "session/half.npy")
    let stand = try await eventually {
      let files = try await place.ask("status")["files"]?.array ?? []
      let states = files.map { "\($0["path"]?.string?.split(separator: "/").last ?? "") \($0["state"]?.string ?? "")" }
      return states.contains("flat.npy rejected") && states.contains("half.npy incomplete")
    }
    #expect(stand)
    let files = try #require(try await place.ask("status")["files"]?.array)
    for file in files {
      #expect(file["reason"]?.string?.isEmpty == false)
      #expect(file["since"]?.string?.hasSuffix("Z") == true)
    }
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }

  @Test func oneShotTriageGivesTheSameTargets() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 6), as: "same.npy")
    let daemon = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let stored = try #require(try await place.ask("targets").array)
    let run = try await Program.eelscout.run(["triage", path.string, "--model", place.model.string, "--json"])
    let shot = try #require(try run.json().array?.first)
    let targets = try #require(shot["targets"]?.array)
    #expect(targets.count == stored.count)
    for key in [
      "rank", "row", "column", "x_nm", "y_nm", "x_fraction", "kind", "priority", "dwell_ms", "reason",
      "predicted_error",
    ] {
      #expect(targets.map { $0[key] } == stored.map { $0[key] }, "\(key)")
    }
    #expect(shot["scan"]?["content_sha256"] == stored[0]["scan_sha256"])
    #expect(shot["rules"]?["sha256"] == stored[0]["rules"])
    #expect(shot["model"]?["id"] == stored[0]["model"])
  }

  @Test func aSecondDaemonOnTheSameStateIsTurnedAway() async throws {
    let first = try await place.startDaemon()
    let second = try await Program.eelscoutd.run([
      "--watch", place.session.string, "--state", place.state.string, "--model", place.model.string,
    ])
    #expect(second.status == 1)
    #expect(second.talk.contains("another eelscoutd"))
    first.signal(SIGTERM)
    #expect(try await first.finish().status == 0)
  }
}
