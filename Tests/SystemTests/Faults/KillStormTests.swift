// Kills at random moments while scans arrive: nothing lost, nothing doubled.

import AssistantTestKit
import Foundation
import SeededRandom
import StrictJSON
import TestExtent
import Testing

@Suite("Kill storm", .serialized, .enabled(if: Program.areBuilt))
struct KillStormTests {
  @Test("kills at random moments while scans arrive leave the rows of an undisturbed run")
  func storm() async throws {
    let (kills, scans) = Extent.now.choose(short: (10, 30), long: (200, 1_000), sanitized: (4, 10))
    let longestLife = Extent.now.choose(short: 1.2, long: 1.2, sanitized: 12)
    var random = SeededGenerator(seed: Extent.seed("kill storm, \(kills) kills, \(scans) scans"))
    let place = try Workplace()

    async let delivery: Void = Self.deliver(scans, to: place, within: Double(kills) * longestLife / 2)
    var trials = 0
    for _ in 1...kills {
      let daemon = try Program.eelscoutd.start(place.daemonArguments)
      try await Task.sleep(for: .seconds(random.uniform() * longestLife))
      // A service manager kills whatever a service has started, too.
      let child = daemon.child
      daemon.signal(SIGKILL)
      if let child { kill(child, SIGKILL) }
      let end = try await daemon.finish()
      #expect(end.status == -SIGKILL, "it ended by itself: \(end.talk)")
      trials += daemon.lines(with: "tried in a process of its own").count
    }
    try await delivery

    let daemon = try await place.startDaemon()
    try await place.settles(at: scans, daemon)
    try await daemon.stop()
    try place.expectRows(of: try await Workplace.undisturbed(1...scans))
    print("kill storm: \(kills) kills, \(scans) scans, \(trials) files tried alone; all rows as undisturbed")
  }

  private static func deliver(_ scans: Int, to place: Workplace, within seconds: Double) async throws {
    for number in 1...scans {
      try place.deliver(number)
      try await Task.sleep(for: .seconds(seconds / Double(scans)))
    }
  }
}
