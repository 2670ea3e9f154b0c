// SIGHUP: configuration, rules and model change together or not at all.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Reload", .serialized, .enabled(if: Program.areBuilt))
struct ReloadTests {
  private let place: Workplace
  private let socket: NotificationSocket

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
  }

  private func configure(_ more: String = "", folders: [String]? = nil) throws {
    let folders = folders ?? [place.session.string]
    try place.write(
      """
      model = "\(place.model)"
      rules = "\(place.root.appending("rules"))"
      \(more)
      [watch]
      folders = \(folders)
      quiet_seconds = 0.2
      """, to: "eelscout.toml")
  }

  private func rules(_ revision: String, ranked: String) throws {
    try place.write(
      "id = \"r\"\nrevision = \(revision)\nrationale = \"x\"\n[targets]\nranked = \(ranked)\n", to: "rules/a.toml")
  }

  private func start() async throws -> RunningProgram {
    let daemon = try Program.eelscoutd.start(
      ["--config", place.root.appending("eelscout.toml").string],
      environment: ["NOTIFY_SOCKET": socket.name, "STATE_DIRECTORY": place.state.string])
    let isReady = await eventually { socket.first("READY=1\nSTATUS=watching ") != nil }
    #expect(isReady, "\(daemon.talk)")
    return daemon
  }

  private func reload(_ daemon: RunningProgram, until holds: () -> Bool) async {
    daemon.signal(SIGHUP)
    let came = await eventually(holds)
    #expect(came, "\(daemon.talk)")
  }

  private func end(_ daemon: RunningProgram) async throws {
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }

  @Test func goodRulesAreTakenAndBadOnesLeaveTheOldOnesInForce() async throws {
    try configure()
    try rules("1", ranked: "3")
    let daemon = try await start()
    try rules("2", ranked: "-3")
    await reload(daemon) { daemon.talk.contains("rules/a.toml:5: targets.ranked = -3") }
    let isRefused = await eventually { socket.contains("READY=1\nSTATUS=reload refused, everything stays as it was: ") }
    #expect(isRefused && socket.count("RELOADING=1") == 1)
    try place.deliver(SquareFilm.scan(seed: 7), as: "old.npy")
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first)
    try rules("2", ranked: "4")
    await reload(daemon) { daemon.talk.contains("rules r r2 are in force") }
    let isTold = await eventually { socket.first("READY=1\nSTATUS=read again: ")?.contains("rules r r2") == true }
    #expect(isTold)
    try place.deliver(SquareFilm.scan(seed: 8), as: "next.npy")
    let second = try await eventually { try await place.hasScans(2) }
    #expect(second)
    let scans = try #require(try await place.ask("scans").array)
    #expect(scans.map { $0["rules_revision"] } == ["r r2", "r r1"])
    #expect(try await place.ask("targets", ["--scan", "2"]).array?.count == 10)
    let status = try await place.ask("status")
    #expect(status["rules"] == scans[0]["rules"] && status["rules"] != scans[1]["rules"])
    #expect(status["rules_revision"] == "r r2")
    #expect(status["last_error"]?["message"]?.string?.contains("rules/a.toml:5") == true)
    try await end(daemon)
  }

  @Test func aModelIsTakenAtAReloadOnlyAndADamagedOneNeverIs() async throws {
    try configure()
    try rules("1", ranked: "3")
    let daemon = try await start()
    let before = try #require(try await place.ask("status")["model"]?.string)
    // Overwritten in place, as a careless copy does.
    try place.write("damaged", to: "model.safetensors")
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first)
    await reload(daemon) { daemon.talk.contains("everything stays as it was: ") }
    #expect(daemon.talk.contains("model.safetensors"))
    try place.deliver(SquareFilm.scan(seed: 2), as: "two.npy")
    let second = try await eventually { try await place.hasScans(2) }
    #expect(second)
    try TinyModel.write(to: place.model.string, createdAt: "2026-02-02T00:00:00Z")
    await reload(daemon) { daemon.talk.contains("configuration read again") }
    try place.deliver(SquareFilm.scan(seed: 3), as: "three.npy")
    let third = try await eventually { try await place.hasScans(3) }
    #expect(third)
    let models = try #require(try await place.ask("scans").array).map { $0["model"]?.string }
    #expect(models.suffix(2) == [before, before])
    #expect(models[0] != before)
    let isShown = try await eventually { try await place.ask("status")["model"]?.string == models[0] }
    #expect(isShown)
    try await end(daemon)
  }

  @Test func foldersAndPixelSizeChangeTogetherAndABadLineLeavesAllOfItAsItWas() async throws {
    try configure()
    try rules("1", ranked: "3")
    let other = place.root.appending("other")
    try FileManager.default.createDirectory(atPath: other.string, withIntermediateDirectories: true)
    let daemon = try await start()
    // One line is right, another one is wrong: neither counts.
    try configure("[triage]\nthreads = 0", folders: [other.string])
    await reload(daemon) { daemon.talk.contains("eelscout.toml:4: triage.threads = 0") }
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first)

    // A scan without pixel size is refused, and ranked once the configuration gives one.
    try place.deliver(SquareFilm.scan(seed: 2), as: "bare.npy", sidecar: false)
    let second = try await eventually { try await place.hasScans(2) }
    #expect(second)
    #expect(try await place.ask("scans").array?[0]["verdict"] == "refused")
    try configure("[scan]\ndefault_pixel_size_nm = 1.5", folders: [place.session.string, other.string])
    await reload(daemon) { daemon.talk.contains("configuration read again") }
    let isWatching = await eventually { socket.contains("STATUS=watching \(place.session), \(other)") }
    #expect(isWatching, "\(daemon.talk)")
    let isRanked = try await eventually { try await place.ask("scans").array?[0]["verdict"] == "in" }
    #expect(isRanked)
    try place.deliver(SquareFilm.scan(seed: 3), as: "../other/three.npy")
    let third = try await eventually { try await place.hasScans(3) }
    #expect(third, "\(daemon.talk)")

    // A folder that is no longer named is left alone.
    try configure(folders: [other.string])
    await reload(daemon) { daemon.talk.components(separatedBy: "configuration read again").count == 3 }
    try place.deliver(SquareFilm.scan(seed: 4), as: "unseen.npy")
    try place.deliver(SquareFilm.scan(seed: 5), as: "../other/five.npy")
    let fourth = try await eventually { try await place.hasScans(4) }
    #expect(fourth)
    #expect(try await place.ask("scans").array?[0]["file"]?.string?.hasSuffix("other/five.npy") == true)
    try await end(daemon)
  }

  @Test func theWatchdogIsFedWhileAModelIsSlowToLoad() async throws {
    // Whoever opens the model waits for eight seconds, as on a disk that sleeps: more than two watchdog intervals.
    let slow = ["-f", "-qq", "-P", place.model.string, "-e", "trace=openat", "-e", "inject=openat:delay_enter=8000000"]
    guard try await Tool.strace.works(slow + ["/bin/true"]) else { return }
    try configure()
    try rules("1", ranked: "3")
    let daemon = try Tool.strace.start(
      slow + [try #require(Program.eelscoutd.path), "--config", place.root.appending("eelscout.toml").string],
      environment: [
        "NOTIFY_SOCKET": socket.name, "STATE_DIRECTORY": place.state.string, "WATCHDOG_USEC": "3000000",
      ])
    let isReady = await eventually { socket.first("READY=1\nSTATUS=watching ") != nil }
    #expect(isReady, "\(daemon.talk)")
    let id = try #require(daemon.child)
    kill(id, SIGHUP)
    let isReloading = await eventually { socket.count("RELOADING=1") == 1 }
    #expect(isReloading)
    let before = socket.count("WATCHDOG=1")
    let isRead = await eventually { socket.contains("READY=1\nSTATUS=read again: ") }
    #expect(isRead, "\(daemon.talk)")
    #expect(socket.count("WATCHDOG=1") >= before + 2)
    kill(id, SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }

  @Test func aSettingThatCanNotChangeIsNamedAndTheRestIsTaken() async throws {
    try configure()
    try rules("1", ranked: "3")
    let daemon = try await start()
    try configure("state = \"\(place.root.appending("elsewhere"))\"")
    try rules("2", ranked: "3")
    await reload(daemon) { daemon.talk.contains("state has changed and takes effect at the next restart") }
    #expect(daemon.talk.contains("rules r r2 are in force"))
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    let first = try await eventually { try await place.hasScans(1) }
    #expect(first)
    #expect(!FileManager.default.fileExists(atPath: place.root.appending("elsewhere").string))
    try await end(daemon)
  }
}
