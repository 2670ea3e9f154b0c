// Live: what is new is told at once, and whoever was away is told what was missed.

import Foundation
import OperatorConsole
import StrictJSON
import TargetStore
import Testing

@Suite("Events of the console", .timeLimit(.minutes(5)))
struct EventTests {
  private let console: ConsoleUnderTest
  private let store: TargetStore

  init() throws {
    console = try ConsoleUnderTest()
    store = try console.store()
    try store.add(1)
  }

  @Test("a page that opens is told everything, then only what is new")
  func live() async throws {
    let events = try await console.events()
    let first = try await events.event("change")
    #expect(first.data["everything"]?.bool == true && first.data["newest_scan"]?.int == 1)
    try store.add(2)
    let second = try await events.event("change")
    #expect(second.data["newest_scan"]?.int == 2 && second.data["everything"]?.bool == false)
    #expect(second.data["targets"]?.array == [])
    _ = try await console.mark("2-3", "reject")
    let third = try await events.event("change")
    #expect(third.data["targets"]?.array?.compactMap(\.string) == ["2-3"] && third.data["newest_scan"]?.int == 2)
    #expect([first.id, second.id, third.id] == ["1.3", "2.6", "2.7"])
  }

  @Test("after a sleep the last event's id brings what was missed, each target once, and nothing else")
  func catchUp() async throws {
    let id: String
    do {
      let events = try await console.events()
      id = try #require(try await events.event("change").id)
    }
    for mark in ["skip", "release", "reject"] { _ = try await console.mark("1-2", mark) }
    _ = try await console.mark("1-1", "claim")
    try store.add(2)
    let events = try await console.events(since: id)
    let missed = try await events.event("change").data
    #expect(missed["newest_scan"]?.int == 2 && missed["everything"]?.bool == false)
    #expect(missed["targets"]?.array?.compactMap(\.string).sorted() == ["1-1", "1-2"])
    _ = try await console.mark("1-3", "skip")
    #expect(try await events.event("change").data["targets"]?.array?.compactMap(\.string) == ["1-3"])
  }

  @Test("nothing missed, nothing told")
  func upToDate() async throws {
    let events = try await console.events(since: "1.3")
    _ = try await events.event("health")
    _ = try await console.mark("1-3", "skip")
    #expect(try await events.event("change").data["targets"]?.array?.compactMap(\.string) == ["1-3"])
  }

  @Test(
    "an id of another database, or no id at all, means everything",
    arguments: ["999.3", "1.999", "x", "-1.3", "1", "1.3.5", "99999999999999999999.1"])
  func strange(id: String) async throws {
    #expect(try await console.events(since: id).event("change").data["everything"]?.bool == true)
  }

  @Test("too much missed to name it means everything")
  func tooMuch() async throws {
    try store.add(2, targets: 250)
    let desk = try ClaimDesk(directory: console.folder + "/state")
    #expect(try desk.claim(ClaimRequest(by: "script", top: 240)).count == 240)
    let missed = try await console.events(since: "1.3").event("change").data
    #expect(missed["everything"]?.bool == true && missed["targets"]?.array == [])
  }

  @Test("without news a page hears that all is well, so that it can tell silence from a lost connection")
  func pulse() async throws {
    var limits = ConsoleUnderTest.quick
    limits.pulseInterval = .milliseconds(60)
    let console = try ConsoleUnderTest(limits: limits)
    let events = try await console.events()
    for _ in 0..<4 { #expect(try await events.event("health").data["now"]?.string != nil) }
  }
}
