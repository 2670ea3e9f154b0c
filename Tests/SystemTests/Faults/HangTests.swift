// A worker that hangs: the watchdog goes hungry as long as it does, and no longer.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Hangs", .serialized, .enabled(if: Program.areBuilt))
struct HangTests {
  @Test("a worker that hangs in a system call starves the watchdog until it goes on")
  func hang() async throws {
    guard try await Tool.strace.works(["-qq", "/bin/true"]) else { return }
    let place = try Workplace()
    let socket = try #require(NotificationSocket())
    // Whoever opens the file waits: 20 s, five times as long as the watchdog's interval between two looks.
    let slow = place.session.appending("slow.npy").string
    let delay =
      ["-f", "-qq", "-o", "/dev/null", "-P", slow, "-e", "trace=openat"]
      + ["-e", "inject=openat:delay_enter=20000000:when=1"]
    let daemon = try place.startDaemon(
      under: .strace, delay, environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "8000000"])
    let isFed = await eventually { socket.count("WATCHDOG=1") >= 2 }
    #expect(isFed, "\(daemon.talk)")
    try place.deliver(SquareFilm.scan(seed: 1), as: "slow.npy")
    let isStarved = await eventually { !daemon.lines(with: "no progress in: ").isEmpty }
    #expect(isStarved)
    #expect(daemon.lines(with: "no progress in: ").first?.contains("looking at files") == true, "\(daemon.talk)")
    // Everything else lives meanwhile: only the proof is missing.
    let fed = socket.count("WATCHDOG=1")
    let before = try await place.ask("status")["heartbeat_at"]?.string
    let isBeating = try await eventually {
      try await place.ask("status")["heartbeat_at"]?.string != before
    }
    #expect(isBeating)
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came, "\(daemon.talk)")
    let goesOn = await eventually { socket.count("WATCHDOG=1") >= fed + 2 }
    #expect(goesOn)
    if let id = daemon.child { kill(id, SIGTERM) }
    #expect(try await daemon.finish().status == 0)
  }
}
