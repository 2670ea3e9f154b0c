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

  @Test func optionsOutOfRangeAreUsageErrors() async throws {
    #expect(try await start(watch + ["--quiet", "-1"]).status == 64)
    #expect(try await start(watch + ["--threads", "0"]).status == 64)
    #expect(try await start(["--wach", "x"]).status == 64)
  }

  @Test func checkConfigSaysWhatWouldBeUsed() async throws {
    let file = try place.write(
      "[watch]\nfolders = [\"\(place.session)\"]\n[scan]\ndefault_pixel_size_nm = 1.75\n", to: "eelscout.toml")
    let run = try await start(["--config", file.string, "--model", place.model.string, "--check-config"])
    #expect(run.status == 0)
    for part in ["configuration ok", place.session.string, "default r", "1.75 nm"] {
      #expect(run.output.contains(part), "\(run.output)")
    }
  }

  @Test func helpTeaches() async throws {
    let run = try await Program.eelscoutd.run(["--help"])
    #expect(run.status == 0)
    for option in ["--watch", "--state", "--config", "--model", "--rules", "--quiet", "--threads", "--check-config"] {
      #expect(run.output.contains(option))
    }
  }
}
