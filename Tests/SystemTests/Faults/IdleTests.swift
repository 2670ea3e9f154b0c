// A daemon without work: no processor time, few wake-ups, no more threads than configured.

import AssistantTestKit
import Foundation
import StrictJSON
import TestExtent
import Testing

@Suite("Idle", .serialized, .enabled(if: Program.areBuilt))
struct IdleTests {
  @Test("an idle daemon beside a thousand known files takes next to nothing")
  func rest() async throws {
    guard Extent.measures else { return }
    let place = try Workplace()
    for number in 0..<1_000 { try place.write("x", to: "session/\(number).part") }
    let daemon = try await place.startDaemon(["--threads", "2"])
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    let isDone = try await eventually {
      try await place.ask("status")["counts"]?["ignored_files"]?.int ?? 0 >= 1_000
    }
    #expect(isDone)
    let seconds = Extent.now.choose(short: 6.0, long: 60.0, sanitized: 0)
    let before = try #require(ProcessFigures(daemon.id))
    let start = ContinuousClock.now
    try await Task.sleep(for: .seconds(seconds))
    let after = try #require(ProcessFigures(daemon.id))
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let share = (after.processorSeconds - before.processorSeconds) / elapsed
    let wakeUps = Double(after.wakeUps - before.wakeUps) / elapsed
    print("idle: \(share * 100) % of a processor, \(wakeUps) wake-ups a second, \(after.threads) threads")
    // The promise is 0.1 %; processor time is counted in hundredths of a second.
    #expect(share < 0.01)
    #expect(wakeUps < 20)
    #expect(after.threads < 16)
    try await daemon.stop()
  }
}
