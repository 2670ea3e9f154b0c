// What stops the daemon's start: exit status 78 and one line that says what, where and what is allowed.

import AssistantTestKit
import Testing

@Suite("Start", .enabled(if: Program.areBuilt))
struct StartTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func start(_ more: [String]) async throws -> FinishedProgram {
    try await Program.eelscoutd.run(["--state", place.state.string] + more)
  }

  private var watch: [String] { ["--watch", place.session.string, "--model", place.model.string] }

  private func expectOneLine(_ run: FinishedProgram, _ parts: [String]) {
    #expect(run.status == 78)
    #expect(run.talk.split(separator: "\n").count == 1, "\(run.talk)")
    for part in parts { #expect(run.talk.contains(part), "\(run.talk)") }
  }

  @Test func badRules() async throws {
    let bad = "id = \"bad\"\nrevision = 1\nrationale = \"x\"\n[targets]\nranked = 5000\n"
    try place.write(bad, to: "rules/bad.toml")
    let rules = place.root.appending("rules").string
    expectOneLine(
      try await start(watch + ["--rules", rules]), ["rules/bad.toml:5: targets.ranked = 5000", "0…1000"])
    expectOneLine(try await start(watch + ["--rules", rules, "--check-config"]), ["rules/bad.toml:5"])
  }

  @Test func badConfiguration() async throws {
    let file = try place.write("[watch]\nquiet_seconds = \"soon\"\n", to: "eelscout.toml")
    expectOneLine(
      try await start(watch + ["--config", file.string]), ["eelscout.toml:2: watch.quiet_seconds", "0…600 s"])
    expectOneLine(try await start(watch + ["--config", "/nowhere.toml"]), ["/nowhere.toml"])
  }

  @Test func badModel() async throws {
    let file = try place.write("x", to: "broken.safetensors")
    expectOneLine(
      try await start(["--watch", place.session.string, "--model", file.string]), ["broken.safetensors"])
  }

  @Test("an imported model that is not calibrated, or has one network only, is refused with how to complete it")
  func incompleteModel() async throws {
    let (half, plain) = (place.root.appending("half.safetensors"), place.root.appending("plain.safetensors"))
    try TinyModel.writeOneWay(to: half.string)
    try TinyModel.writeUncalibrated(to: plain.string)
    let watch = ["--watch", place.session.string, "--model"]
    expectOneLine(
      try await start(watch + [half.string]),
      ["half.safetensors", "holds im2spec only", "eelscout model import THIS spec2im.tar"])
    expectOneLine(
      try await start(watch + [plain.string]), ["is not calibrated", "eelscout model calibrate MODEL SI…"])
  }

  @Test func nothingToWatchAndStateInsideAWatchedFolder() async throws {
    expectOneLine(try await start(["--model", place.model.string]), ["watch.folders"])
    expectOneLine(
      try await Program.eelscoutd.run(watch + ["--state", place.session.appending("state").string]),
      ["inside the watched folder"])
  }

  @Test func badVariablesAndDropIns() async throws {
    let run = try await Program.eelscoutd.run(
      watch + ["--state", place.state.string], environment: ["EELSCOUT_TRIAGE_THREADS": "many"])
    expectOneLine(run, ["environment EELSCOUT_TRIAGE_THREADS: triage.threads = \"many\"", "1…256"])
    let file = try place.write("", to: "eelscout.toml")
    try place.write("\n[watch]\nqiet_seconds = 1\n", to: "eelscout.toml.d/site.toml")
    expectOneLine(
      try await start(watch + ["--config", file.string, "--check-config"]),
      ["eelscout.toml.d/site.toml:3: watch.qiet_seconds", "did you mean watch.quiet_seconds?"])
  }

  @Test func optionsOutOfRangeAreUsageErrors() async throws {
    #expect(try await start(watch + ["--quiet", "-1"]).status == 64)
    #expect(try await start(watch + ["--threads", "0"]).status == 64)
    #expect(try await start(["--wach", "x"]).status == 64)
  }

  @Test func checkConfigSaysWhatIsInForceAndFromWhere() async throws {
    let file = try place.write(
      "[watch]\nfolders = [\"/replaced/by/the/option\"]\n[scan]\ndefault_pixel_size_nm = 1.75\n", to: "eelscout.toml")
    try place.write("watch.rescan_seconds = 40\n", to: "eelscout.toml.d/10-site.toml")
    let run = try await Program.eelscoutd.run(
      watch + ["--config", file.string, "--check-config"],
      environment: [
        "STATE_DIRECTORY": place.state.string, "EELSCOUT_WATCH_QUIET_SECONDS": "3", "EELSCOUT_WATCH_QIET_SECONDS": "4",
        "EELSCOUT_SHARED": "/nowhere",
      ])
    #expect(run.status == 0, "\(run.talk)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: "  ").map { $0.trimming(" ") } }
    #expect(lines[0] == ["configuration ok"])
    for line in [
      ["watch.folders = [\"\(place.session)\"]", "# option --watch"],
      ["watch.quiet_seconds = 3", "# environment EELSCOUT_WATCH_QUIET_SECONDS"],
      ["watch.rescan_seconds = 40", "# \(file).d/10-site.toml:1"], ["watch.companion_seconds = 3", "# default"],
      ["scan.default_pixel_size_nm = 1.75", "# \(file):4"], ["model = \"\(place.model)\"", "# option --model"],
      ["state = \"\(place.state)\"", "# default"],
    ] {
      #expect(lines.contains(line), "\(line)\n\(run.output)")
    }
    #expect(run.output.contains("rules default r"))
    // What it prints is a configuration itself.
    let printed = try place.write(
      run.output.split(separator: "\n").dropFirst().joined(separator: "\n"), to: "printed.toml")
    let again = try await Program.eelscoutd.run(["--config", printed.string, "--check-config"])
    #expect(again.status == 0 && again.output.contains("watch.rescan_seconds = 40"), "\(again.talk)")
    #expect(run.talk.split(separator: "\n").count == 1)
    #expect(run.talk.contains("EELSCOUT_WATCH_QIET_SECONDS is no setting"))
    #expect(run.talk.contains("did you mean EELSCOUT_WATCH_QUIET_SECONDS?"))
  }

  @Test func theManualPageOfTheSettingsIsAcceptedByItsReaders() async throws {
    let run = try await Program.eelscoutd.run(["--print-man-page", "eelscout.toml"])
    #expect(run.status == 0 && run.talk.isEmpty)
    let page = try place.write(run.output, to: "eelscout.toml.5").string
    for (tool, arguments) in [
      (Tool.groff, ["-man", "-ww", "-Tutf8", "-z", page]), (.man, ["--warnings", "-l", page]),
    ] {
      guard tool.path != nil else {
        print("SKIPPED: the manual page before \(tool.rawValue), which is not installed")
        continue
      }
      let read = try await tool.start(arguments, environment: ["LC_ALL": "C.UTF-8", "MANWIDTH": "80"]).finish()
      #expect(read.status == 0 && read.talk.isEmpty, "\(read.talk)")
      if tool == .man { #expect(read.output.contains("watch.quiet_seconds") && read.output.contains("0…600 s")) }
    }
    #expect(try await Program.eelscoutd.run(["--print-man-page", "other"]).status == 64)
  }

  @Test func helpTeaches() async throws {
    let run = try await Program.eelscoutd.run(["--help"])
    #expect(run.status == 0)
    for option in ["--watch", "--state", "--config", "--model", "--rules", "--quiet", "--threads", "--check-config"] {
      #expect(run.output.contains(option))
    }
  }
}

extension StringProtocol {
  fileprivate func trimming(_ character: Character) -> String {
    String(String(drop { $0 == character }.reversed()).drop { $0 == character }.reversed())
  }
}
