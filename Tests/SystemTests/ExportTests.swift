// Budgets and exports from outside: a daemon ranks a scan by rules with a budget, commands hand it on.

import AssistantTestKit
import Foundation
import StrictJSON
import SystemPackage
import Testing

@Suite("Exports and budgets from outside", .enabled(if: Program.areBuilt))
struct ExportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(
      """
      id = "t"
      revision = 1
      rationale = "x"
      [targets]
      ranked = 4
      anchors = 2
      [budget]
      seconds = 0.5
      dose_e_per_nm2 = 2e5
      exposed_side_nm = 10
      [dwell]
      error_ms = 200
      """, to: "rules/t.toml")
  }

  private var state: [String] { ["--state", place.state.string] }
  private var rules: [String] { ["--rules", place.root.appending("rules").string] }

  private func run(_ arguments: [String]) async throws -> FinishedProgram {
    try await Program.eelscout.run(arguments + state)
  }

  private func path(_ name: String) -> String { place.root.appending(name).string }

  /// A daemon's list of one scan.
  private func rank(_ scans: Int = 1) async throws {
    for number in 1...scans { try place.deliver(SquareFilm.scan(seed: UInt64(number)), as: "\(number).npy") }
    let daemon = try await place.startDaemon(rules)
    #expect(try await eventually { try await place.hasScans(scans) }, "\(daemon.talk)")
    daemon.signal(SIGTERM)
    _ = try await daemon.finish()
  }

  @Test("the daemon's list and one-shot triage say the same of costs, and people see what fits")
  func budget() async throws {
    try await rank()
    let oneShot = try await Program.eelscout.run(
      ["triage", place.session.appending("1.npy").string, "--json", "--model", place.model.string] + rules)
    let file = try #require(try oneShot.json().array?.first)
    let mine = try #require(file["targets"]?.array)
    let stored = try #require(try await place.ask("targets").array)
    for key in ["rank", "estimated_seconds", "dose_e_per_nm2", "fits_budget", "visit_order", "dwell_ms", "reason"] {
      #expect(mine.map { $0[key] } == stored.map { $0[key] }, "\(key)")
    }
    // Anchors and anomalies: 0.12 s, 1.25e5 e⁻/nm²; errors: twice the dwell, above the dose.
    #expect(stored.map { $0["kind"]?.string } == ["anchor", "anchor", "anomaly", "error", "anomaly", "error"])
    #expect(stored.map { $0["fits_budget"]?.bool } == [true, true, true, false, true, false])
    #expect(stored[3]["reason"]?.string?.contains("above the budget's 2e+05") == true)
    #expect(file["budget"]?["fitting"] == 4 && file["budget"]?["above_dose"] == 2)
    #expect(file["budget"]?["limits"] == ["seconds": 0.5, "dose_e_per_nm2": 200_000.0])
    let seconds = try #require(file["budget"]?["seconds"]?.double)
    #expect(abs(seconds - 0.48) < 0.001 && seconds <= 0.5)
    let electrons = try #require(file["budget"]?["electrons"]?.double)
    #expect(abs(electrons / 4 / 1.248_30e7 - 1) < 1e-5)

    let table = try await run(["targets"])
    #expect(table.output.contains("est. s  fits") && table.output.contains("budget 0.5 s, 2e+05 e⁻/nm²: 4 of 6 fit"))
    let shot = try await Program.eelscout.run(
      ["triage", place.session.appending("1.npy").string, "--model", place.model.string] + rules)
    #expect(shot.output.contains("4 of 6 fit, not ranks 4, 6 (2 by their own dose)"), "\(shot.output)")
    #expect(try await run(["show", "1-4"]).output.contains("beyond the budget"))
    let visit = try #require(try await place.ask("targets", ["--order", "visit"]).array)
    #expect(visit.map { $0["visit_order"]?.int } == Array(1...6))
    let first = try #require(try await place.ask("targets", ["--order", "visit", "--top", "2"]).array)
    #expect(first == Array(visit.prefix(2)))
    let claim = try await run(["claim", "--by", "x", "--order", "visit", "--json"])
    #expect(try claim.json().array?.first?["id"] == visit[0]["id"])
  }

  @Test("lists are written whole, programs read them, and statuses are as promised")
  func files() async throws {
    try await rank(2)
    let written = try await run([
      "export", "--format", "nion", "-o", path("a.json"), "--snippet", path("a.py"), "--scan", "1.npy",
    ])
    #expect(written.status == 0 && written.output.isEmpty, "\(written.talk)")
    let list = try JSONValue.parse(Data(contentsOf: URL(fileURLWithPath: path("a.json"))))
    let scan = try #require(list["scans"]?.array?.first)
    #expect(scan["shape"] == [128, 144] && scan["context"]?["fov_nm"]?.double == 216)
    #expect(scan["targets"]?.array?.count == 6)
    let program = try String(contentsOfFile: path("a.py"), encoding: .utf8)
    #expect(program.contains("TARGETS = os.fsdecode(b\"\(path("a.json"))\")"))
    #expect(try place.files(in: place.root).filter { $0.hasSuffix(".tmp") }.isEmpty)

    // Of the newest scan, what is free; a table holds everything.
    _ = try await run(["reject", "2-1", "--why", "drift", "--by", "anna"])
    for format in ["nion", "gms", "autoscript", "serialem"] {
      let text = try await run(["export", "--format", format]).output
      #expect(!text.contains("1-1") && !text.contains("2-1") && text.contains("2-2"), "\(format)")
    }
    let table = try await run(["export", "--format", "csv"])
    #expect(table.output.split(separator: "\r\n").count == 13)
    let rejected = try await run(["export", "--format", "json", "--status", "rejected"]).json()
    #expect(rejected["targets"]?.array?.map { $0["id"]?.string } == ["2-1"])
    let none = try await run(["export", "--format", "csv", "--status", "acquired"])
    #expect(none.status == 0 && none.talk.contains("no targets") && none.output.hasPrefix("id,scan,"))

    #expect(try await run(["export", "--format", "nions"]).status == 64)
    #expect(try await run(["export", "--format", "nion", "--snippet", path("b.py")]).status == 64)
    #expect(try await run(["export", "--format", "csv", "-o", path("b"), "--snippet", path("b.py")]).status == 64)
    #expect(try await run(["export", "--format", "csv", "--scan", "99"]).status == 1)
    #expect(try await run(["export", "--format", "csv", "-o", path("no/such/folder")]).status == 74)
    #expect(try await run(["export", "--format", "csv", "-o", "/dev/null"]).status == 74)
    #expect(try await Program.eelscout.run(["export", "--format", "csv", "--state", path("nowhere")]).status == 66)
  }

  @Test("a scan without pixel size: nm formats end with 65 and say what to do, an empty list is one")
  func noPixelSize() async throws {
    try place.deliver(SquareFilm.scan(pixelSizeNM: nil, seed: 1), as: "1.npy")
    let daemon = try await place.startDaemon(rules)
    #expect(try await eventually { try await place.hasScans(1) }, "\(daemon.talk)")
    let refused = try await run(["export", "--format", "serialem", "-o", path("a.nav")])
    #expect(refused.status == 65 && refused.talk.contains("scan.default_pixel_size_nm"), "\(refused.talk)")
    #expect(!FileManager.default.fileExists(atPath: path("a.nav")))
    let taken = try await run(["export", "--format", "autoscript"])
    #expect(taken.status == 0 && taken.talk.contains("no pixel size") && taken.talk.contains("was refused"))
    #expect(try taken.json()["scans"]?.array?.first?["targets"] == [])
    daemon.signal(SIGTERM)
    _ = try await daemon.finish()
  }
}

extension Workplace {
  func files(in folder: FilePath) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.string)
  }
}
