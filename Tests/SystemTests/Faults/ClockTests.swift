// Clocks that jump by a year, and hours that come twice: order by arrival, no negative latency, no false alarm.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Clock", .serialized, .enabled(if: Program.areBuilt && FalseClock.isAvailable))
struct ClockTests {
  private let place: Workplace
  private let socket: NotificationSocket

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
  }

  private func scans() async throws -> [JSONValue] {
    try #require(try await place.ask("scans").array).reversed()
  }

  @Test("a clock that jumps by a year, forth and back, changes no order and stalls nothing")
  func jumps() async throws {
    let clock = try FalseClock(place, offset: 0)
    let daemon = try clock.startDaemon(["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "20000000"])
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    var years: [Substring] = []
    let year = 365 * 86_400
    for (offset, number) in [(0, 1), (year, 2), (-year, 3)] {
      try clock.set(offset)
      // The first heartbeat by the new time.
      let isSet = try await eventually {
        let beat = try await place.ask("status")["heartbeat_at"]?.string.flatMap {
          try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        return beat.map { abs($0.timeIntervalSinceNow - Double(offset)) < 3_600 } ?? false
      }
      #expect(isSet, "\(offset) s: \(daemon.talk)")
      try place.deliver(number)
      try await place.settles(at: number, daemon)
      let scan = try #require(try await scans().last)
      #expect(scan["file"]?.string?.hasSuffix("scan-\(number).npy") == true)
      let latency = try #require(scan["latency_ms"]?.double)
      #expect((0..<600_000).contains(latency))
      years.append(try #require(scan["created_at"]?.string?.prefix(4)))
    }
    #expect(years[2] < years[0] && years[0] < years[1])
    #expect(try await scans().map { $0["id"]?.int } == [1, 2, 3])
    let fed = socket.count("WATCHDOG=1")
    let goesOn = await eventually { socket.count("WATCHDOG=1") > fed }
    #expect(goesOn)
    #expect(daemon.lines(with: "no progress").isEmpty, "\(daemon.talk)")
    try await daemon.stop()
  }

  @Test("an hour that comes twice is two hours in the rows")
  func summerTimeEnds() async throws {
    // Two seconds before three o'clock summer time in Berlin becomes two o'clock.
    let moment = try Date("2026-10-25T00:59:58Z", strategy: .iso8601)
    let clock = try FalseClock(place, offset: Int(moment.timeIntervalSinceNow))
    let daemon = try clock.startDaemon(["TZ": "Europe/Berlin"])
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    for number in 1...3 {
      try place.deliver(number)
      try await place.settles(at: number, daemon)
    }
    let moments = try await scans().compactMap { $0["created_at"]?.string }
    #expect(moments.count == 3 && moments == moments.sorted())
    #expect(moments.allSatisfy { $0.hasPrefix("2026-10-25T0") && $0.hasSuffix("Z") }, "\(moments)")
    try await daemon.stop()
  }
}
