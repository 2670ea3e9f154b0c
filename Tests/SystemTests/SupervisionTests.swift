// What the service manager is told: ready when ready, alive while it gets on, stopping at once.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Supervision", .serialized, .enabled(if: Program.areBuilt))
struct SupervisionTests {
  private let place: Workplace
  private let socket: NotificationSocket

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
  }

  private func start(_ environment: [String: String] = [:]) throws -> RunningProgram {
    try Program.eelscoutd.start(
      ["--watch", place.session.string, "--model", place.model.string, "--quiet", "0.2"],
      environment: ["NOTIFY_SOCKET": socket.name, "STATE_DIRECTORY": place.state.string].merging(environment) { $1 })
  }

  @Test func readinessMeansThatTheDatabaseIsWrittenAndStoppingIsAnnounced() async throws {
    let daemon = try start()
    let isReady = await eventually { socket.first("READY=1\nSTATUS=watching ") != nil }
    #expect(isReady, "\(daemon.talk)")
    #expect(try await place.ask("status")["version"]?.string != nil)
    try place.deliver(SquareFilm.long(seed: 1), as: "large.npy")
    let isBusy = await eventually { socket.contains("ranking large.npy") }
    #expect(isBusy)
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    let isAnnounced = await eventually { socket.contains("STOPPING=1") }
    #expect(isAnnounced)
    let counts = try await place.ask("status")["counts"]
    #expect(counts?["targets"]?.int == 26 * (counts?["scans"]?.int ?? -1))
  }

  @Test func theWatchdogIsFedInRestAndInWork() async throws {
    let daemon = try start(["WATCHDOG_USEC": "8000000"])
    let isFed = await eventually { socket.count("WATCHDOG=1") >= 2 }
    #expect(isFed)
    try place.deliver(SquareFilm.long(seed: 2), as: "large.npy")
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    #expect(!daemon.talk.contains("no progress"), "\(daemon.talk)")
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }

  @Test("a scan that keeps every processor busy takes nothing from the watchdog")
  func theWatchdogIsFedByTheOnlyProcessor() async throws {
    guard try await Tool.taskset.works(["-c", "0", "/bin/true"]) else { return }
    let daemon = try place.startDaemon(
      under: .taskset, ["-c", "0"], environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "1000000"])
    try place.deliver(SquareFilm.long(seed: 3), as: "large.npy")
    let isBusy = await eventually { socket.contains("ranking large.npy") }
    #expect(isBusy, "\(daemon.talk)")
    let fed = socket.count("WATCHDOG=1")
    let isFed = await eventually { socket.count("WATCHDOG=1") >= fed + 2 || daemon.talk.contains("scan 1,") }
    #expect(isFed)
    #expect(!daemon.talk.contains("scan 1,"), "nothing was heard until the scan was done")
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
  }
}
