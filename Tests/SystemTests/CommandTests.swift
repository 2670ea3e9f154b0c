// The commands of eelscout from outside: exit statuses, JSON keys, tables.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage
import Testing

@Suite("Commands", .enabled(if: Program.areBuilt))
struct CommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func triage(_ more: [String]) async throws -> FinishedProgram {
    try await Program.eelscout.run(["triage", "--model", place.model.string] + more)
  }

  @Test func inspectReportsEveryFileAndTheMissingOnesByStatus() async throws {
    let path = try place.deliver(SquareFilm.scan(rows: 40, columns: 50, seed: 1), as: "one.npy")
    let scan = SquareFilm.scan(rows: 40, columns: 50, seed: 1)
    let run = try await Program.eelscout.run([
      "inspect", "/nowhere/x.npy", path.string, "--json", "--probe", "3,4", "--probe", "0,0,0",
    ])
    #expect(run.status == 66)
    #expect(run.talk.contains("/nowhere/x.npy"))
    let elements = try #require(try run.json().array)
    #expect(elements.count == 1)
    #expect(elements[0]["verdict"] == "ready")
    let probes = try #require(elements[0]["signals"]?.array?.first?["probes"]?.array)
    #expect(probes.count == 1)
    #expect(probes[0]["value"]?.double == Double(scan.image[3, 4]))
    #expect(try await Program.eelscout.run(["inspect", path.string]).status == 0)
    #expect(try await Program.eelscout.run(["inspect", path.string, "--probe", "1,x"]).status == 64)
    #expect(try await Program.eelscout.run(["inspect"]).status == 64)
  }

  @Test func pathsThatAreNotUTF8AreReadAndShownWithTheirBytes() async throws {
    let source = try place.deliver(SquareFilm.scan(rows: 40, columns: 50, seed: 1), as: "one.npy")
    let program = try #require(Program.eelscout.path)
    let script =
      "cp '\(source)' \"$0/$(printf 'a\\377.npy')\"; '\(program)' inspect --json \"$0/$(printf 'a\\377.npy')\""
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, place.root.string]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    let element = try #require(try JSONValue.parse(data).array?.first)
    #expect(element["path"]?.string == "\(place.root)/a\u{FFFD}.npy")
    let bytes = try #require(element["path_bytes_b64"]?.string.flatMap { Data(base64Encoded: $0) })
    #expect(Array(bytes.suffix(6)) == [UInt8(ascii: "a"), 0xFF] + Array(".npy".utf8))
  }

  @Test func triageKeepsTheKeysOfItsContract() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 2), as: "one.npy")
    let run = try await triage([path.string, "--json", "--top", "4"])
    #expect(run.status == 0, "\(run.talk)")
    let file = try #require(try run.json().array?.first)
    #expect(file["path"]?.string == path.string)
    #expect(file["scan"]?["shape"] == [128, 144])
    #expect(file["scan"]?["pixel_size_nm"]?.double == 1.5)
    #expect(file["scan"]?["content_sha256"]?.string?.count == 64)
    #expect(file["model"]?["id"]?.string?.count == 12)
    #expect(file["rules"]?["sha256"]?.string?.count == 64)
    #expect(file["domain"]?["verdict"] == "in")
    #expect(file["domain"]?["reasons"] == [])
    #expect(file["timing_ms"]?.members?.map(\.name) == ["read", "normalise", "predict", "select", "picture"])
    let targets = try #require(file["targets"]?.array)
    #expect(targets.map { $0["rank"]?.int } == Array(1...10))
    for target in targets {
      #expect(
        target.members?.map(\.name) == [
          "rank", "row", "column", "x_nm", "y_nm", "x_fraction", "y_fraction", "kind", "priority", "dwell_ms", "reason",
          "scores", "estimated_seconds", "dose_e_per_nm2", "fits_budget", "visit_order", "predicted_error", "interval",
        ])
      let (row, column) = (try #require(target["row"]?.int), try #require(target["column"]?.int))
      #expect(target["x_nm"]?.double == 1.5 * Double(column))
      #expect(target["y_nm"]?.double == 1.5 * Double(row))
      #expect(target["y_fraction"]?.double == (Double(row) + 0.5) / 128)
      let bounds = try #require(target["interval"]?.array?.compactMap { $0.double })
      #expect(bounds.count == 2 && bounds[0] <= bounds[1])
    }
  }

  @Test func twoRunsDifferOnlyInTheirTiming() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 3), as: "one.npy")
    func answer(threads: String) async throws -> JSONValue {
      let run = try await triage([path.string, "--json", "--threads", threads])
      let file = try #require(try run.json().array?.first)
      return .object(try #require(file.members).filter { $0.name != "timing_ms" })
    }
    #expect(try await answer(threads: "1") == answer(threads: "3"))
  }

  /// What an acquisition gets to see of a list.
  private func places(_ path: String, kernels: String, threads: String) async throws -> [[JSONValue?]] {
    let run = try await Program.eelscout.run(
      ["triage", path, "--json", "--threads", threads], environment: ["EELSCOUT_KERNELS": kernels])
    #expect(run.status == 0, "\(run.talk)")
    let targets = try #require(try run.json().array?.first?["targets"]?.array)
    return targets.map { target in ["rank", "row", "column", "kind", "dwell_ms"].map { target[$0] } }
  }

  @Test func theListIsTheSameWithEveryKernelAndNumberOfThreads() async throws {
    let folder = place.root.appending("films").string
    let made = try await Program.eelscout.run(["simulate", "session", "--seed", "20", "--scans", "1", "-o", folder])
    #expect(made.status == 0, "\(made.talk)")
    let path = "\(folder)/scan_0001.npy"
    let reference = try await places(path, kernels: "plain", threads: "2")
    #expect(reference.count == 26)
    for (kernels, threads) in [("avx512", "1"), ("avx512", "3"), ("avx2", "2"), ("baseline", "2")] {
      #expect(try await places(path, kernels: kernels, threads: threads) == reference, "\(kernels), \(threads) threads")
    }
  }

  @Test func triageNamesWhatIsNoScanAndDoesTheRest() async throws {
    let good = try place.deliver(SquareFilm.scan(seed: 4), as: "good.npy")
    try NPYWriter.write([Float](repeating: 1, count: 4096), shape: [64, 64], to: place.session.appending("flat.npy"))
    let flat = place.session.appending("flat.npy").string
    let run = try await triage([flat, good.string, "--json"])
    #expect(run.status == 65)
    #expect(run.talk.contains("flat.npy"))
    let elements = try #require(try run.json().array)
    #expect(elements.map { $0["targets"]?.array?.count } == [0, 26])
    #expect(elements[0]["error"]?["verdict"] == "rejected")
    #expect(try await triage(["/nowhere.npy", good.string, "--json"]).status == 66)
    #expect(try await triage([good.string, "--json", "--csv"]).status == 64)
    #expect(try await triage([good.string, "--top", "-1"]).status == 64)
    #expect(try await Program.eelscout.run(["triage", good.string, "--model", flat]).status == 78)
  }

  @Test func aScanWithoutPixelSizeIsRefusedUnlessOneIsGiven() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 5), as: "bare.npy", sidecar: false)
    let refused = try await triage([path.string, "--json"])
    #expect(refused.status == 0)
    #expect(try refused.json().array?.first?["domain"]?["verdict"] == "refused")
    #expect(try refused.json().array?.first?["scan"]?["pixel_size_nm"] == .null)
    let given = try await triage([path.string, "--json", "--pixel-size", "1.5"])
    #expect(try given.json().array?.first?["targets"]?.array?.count == 26)
  }

  @Test func mapsLieOnTheGridTheyDescribe() async throws {
    let path = try place.deliver(SquareFilm.scan(seed: 6), as: "film.npy")
    let folder = place.root.appending("maps/deep")
    #expect(try await triage([path.string, "--maps", folder.string, "--stride", "4"]).status == 0)
    let grid = try JSONValue.parse(Data(contentsOf: URL(fileURLWithPath: folder.appending("film.grid.json").string)))
    let rows = try #require(grid["rows"]?.array)
    let columns = try #require(grid["columns"]?.array)
    let energies = try #require(grid["energy_ev"]?.array)
    #expect(rows.prefix(2) == [8, 12])
    #expect(grid["counts_per_unit"]?.double == 1_000)
    for name in ["combined", "round_trip", "novelty", "ensemble", "predicted_error"] {
      #expect(try NPYArray.read(folder.appending("film.\(name).npy")).shape == [rows.count, columns.count], "\(name)")
    }
    let spectra = try NPYArray.read(folder.appending("film.spectra.npy"))
    #expect(spectra.shape == [rows.count, columns.count, energies.count])
    let picture = try Data(contentsOf: URL(fileURLWithPath: folder.appending("film.png").string))
    #expect(Array(picture.prefix(4)) == [0x89] + Array("PNG".utf8))
  }

  @Test func checkRulesNamesTheLine() async throws {
    try place.write("id = \"a\"\nrevision = 3\nrationale = \"x\"\n", to: "rules/a.toml")
    let rules = place.root.appending("rules").string
    let good = try await Program.eelscout.run(["check-rules", rules])
    #expect(good.status == 0)
    #expect(good.output.contains("a.toml: ok, a revision 3"))
    try place.write("id = \"b\"\nrevision = 1\nrationale = \"x\"\n[dwell]\nanchor_ms = -2\n", to: "rules/b.toml")
    let bad = try await Program.eelscout.run(["check-rules", rules])
    #expect(bad.status == 1)
    #expect(bad.output.contains("rules/b.toml:5: dwell.anchor_ms = -2"))
    #expect(try await Program.eelscout.run(["check-rules", "/nowhere"]).status == 66)
  }

  @Test func databaseCommandsSayWhatIsMissing() async throws {
    for command in [["status"], ["targets"], ["scans"], ["show", "1-1"], ["why", "1-1"]] {
      let run = try await Program.eelscout.run(command + ["--state", "/nowhere"])
      #expect(run.status == 66, "\(command)")
    }
    let status = try await Program.eelscout.run(["status", "--json", "--state", "/nowhere"])
    #expect(try status.json()["state"] == "stopped")
    #expect(try await Program.eelscout.run(["targets", "--status", "odd"]).status == 64)
  }

  @Test func aHealthCheckIsSilentWhenAllIsWellAndFailsOtherwise() async throws {
    let check = ["status", "--check", "--state", place.state.string]
    #expect(try await Program.eelscout.run(check).status == 66)
    let daemon = try await place.startDaemon()
    let isWell = try await eventually { try await Program.eelscout.run(check).status == 0 }
    #expect(isWell)
    #expect(try await Program.eelscout.run(check).output.isEmpty)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let stopped = try await Program.eelscout.run(check)
    #expect(stopped.status == 1)
    #expect(stopped.output.contains("state: stopped"))
  }

  @Test func listsAreReadableIn80Columns() async throws {
    try place.deliver(SquareFilm.scan(seed: 7), as: "one.npy")
    let daemon = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let state = ["--state", place.state.string]
    for command in [["targets"], ["scans"], ["show", "1-7"], ["why", "1-7"], ["status"]] {
      let run = try await Program.eelscout.run(command + state)
      #expect(run.status == 0, "\(command)")
      #expect(!run.output.contains("\u{1B}"))
      for line in run.output.split(separator: "\n") where !line.contains("/") { #expect(line.count <= 80, "\(line)") }
    }
    let show = try await Program.eelscout.run(["show", "1-7", "--json"] + state).json()
    #expect(show["spectrum"]?["values"]?.array?.count == 32)
    #expect(show["events"]?.array?.first?["to"] == "new")
    #expect(try await Program.eelscout.run(["show", "9-9"] + state).status == 1)
    #expect(try await Program.eelscout.run(["targets", "--scan", "none"] + state).status == 1)
    let csv = try await Program.eelscout.run(["targets", "--csv", "--top", "2"] + state)
    #expect(csv.output.hasPrefix("id,scan,scan_sha256,rank,priority,kind,reason,status,row,column,x_nm,y_nm,"))
    #expect(csv.output.split(whereSeparator: \.isNewline).count == 3)
  }
}
