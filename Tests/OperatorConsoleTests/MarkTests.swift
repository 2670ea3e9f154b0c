// What an operator does with targets: every mark, its undo, whose word counts, what is refused.

import Foundation
import OperatorConsole
import StrictJSON
import TargetStore
import Testing

@Suite("Marks by the console", .timeLimit(.minutes(5)))
struct MarkTests {
  private let console: ConsoleUnderTest
  private let store: TargetStore

  init() throws {
    console = try ConsoleUnderTest()
    store = try console.store()
    try store.add(1, targets: 4)
  }

  private func status(_ id: String) throws -> String? {
    try console.reader().target(id).map { "\($0.target.status.rawValue) \($0.target.statusBy)" }
  }

  @Test(
    "each mark reaches the database with who and why, and release takes it back",
    arguments: [("claim", "claimed"), ("done", "acquired"), ("skip", "skipped"), ("reject", "rejected")])
  func marks(mark: String, status word: String) async throws {
    let answer = try await console.mark("1-2", mark, more: #", "why": "dull  place ""#)
    #expect(answer.status == 200 && answer.json["status"]?.string == word && answer.json["status_by"]?.string == "Ada")
    #expect(answer.json["status_why"]?.string == "dull  place")
    #expect(try status("1-2") == "\(word) Ada")
    #expect(try await console.mark("1-2", "release").json["status"]?.string == "new")
    let events = try #require(try console.reader().target("1-2")?.events)
    #expect(events.map(\.to.rawValue) == ["new", word, "new"] && events[1].why == "dull  place")
  }

  @Test("the chosen target is claimed, not the next in line; claiming again lengthens the lease")
  func chosen() async throws {
    let first = try await console.mark("1-3", "claim", more: #", "lease_seconds": 60"#).json
    #expect(try status("1-3") == "claimed Ada" && status("1-1") == "new eelscoutd")
    let second = try await console.mark("1-3", "claim").json
    #expect((first["lease_expires_at"]?.string ?? "") < (second["lease_expires_at"]?.string ?? ""))
    let other = try await console.mark("1-3", "claim", by: "Bob")
    #expect(other.status == 409 && other.json["error"]?.string?.contains("Ada holds it") == true)
    #expect(try await console.mark("1-3", "release", by: "Bob").status == 409)
    #expect(try await console.mark("1-3", "skip", by: "Bob").status == 200)
    let late = try await console.mark("1-3", "done")
    #expect(late.status == 409 && late.json["code"]?.string == "not-allowed")
    #expect(try status("1-3") == "skipped Bob")
  }

  @Test("a script's claim and the page's see each other")
  func scripts() async throws {
    let desk = try ClaimDesk(directory: console.folder + "/state")
    #expect(try desk.claim(ClaimRequest(by: "night-script")).map(\.id) == ["1-1"])
    #expect(try await console.mark("1-1", "claim").status == 409)
    #expect(try await console.mark("1-1", "reject", more: #", "why": "contamination""#).status == 200)
    #expect(throws: TargetStoreError.self) { try desk.mark("1-1", .done, by: "night-script") }
    #expect(try await console.mark("1-2", "claim").status == 200)
    #expect(try desk.claim(ClaimRequest(by: "night-script")).map(\.id) == ["1-3"])
  }

  @Test("nothing of a superseded scan can be claimed")
  func superseded() async throws {
    try store.add(2, name: "scan_1.npy")
    let answer = try await console.mark("1-1", "claim")
    #expect(answer.status == 409 && answer.json["error"]?.string?.contains("superseded") == true)
  }

  @Test(
    "what makes no sense is refused with its reason and changes nothing",
    arguments: [
      "", "[]", "{", #"{"mark": "skip"}"#, #"{"by": "Ada"}"#, #"{"mark": "skip", "by": ""}"#,
      #"{"mark": "skip", "by": "  "}"#, #"{"mark": "delete", "by": "Ada"}"#, #"{"mark": "skip", "by": 7}"#,
      #"{"mark": "skip", "by": "A\nB"}"#, #"{"mark": "skip", "by": "A\u0000"}"#, #"{"mark": ["skip"], "by": "Ada"}"#,
      #"{"mark": "claim", "by": "Ada", "lease_seconds": 1}"#, #"{"mark": "claim", "by": "Ada", "lease_seconds": 1e9}"#,
      #"{"mark": "skip", "by": "Ada", "why": ["x"]}"#,
      #"{"mark": "skip", "by": "\#(String(repeating: "a", count: 65))"}"#,
      #"{"mark": "skip", "by": "Ada", "why": "\#(String(repeating: "é", count: 501))"}"#,
    ])
  func refused(body: String) async throws {
    let answer = try await console.post("/api/targets/1-1/mark", body)
    #expect(answer.status == 400 && answer.json["error"]?.string?.isEmpty == false)
    #expect(try status("1-1") == "new eelscoutd")
  }

  @Test("nobody marks in the daemon's name, nor what is not there")
  func names() async throws {
    #expect(try await console.mark("1-1", "skip", by: "eelscoutd").status == 409)
    #expect(try await console.mark("7-7", "skip").status == 404)
    #expect(try await console.mark("1-1%00", "skip").status == 404)
    #expect(try status("1-1") == "new eelscoutd")
  }
}
