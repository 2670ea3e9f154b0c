// What the page is told: lists by the page, pictures, a database that is not there yet, hostile texts.

import Foundation
import OperatorConsole
import StrictJSON
import TargetStore
import Testing

@Suite("Answers of the console", .timeLimit(.minutes(5)))
struct AnswerTests {
  @Test("the newest scan comes with its targets, best first, and the names of its pictures")
  func latest() async throws {
    let console = try ConsoleUnderTest()
    let store = try console.store()
    try store.add(1)
    try store.add(2, targets: 5)
    let answer = try await console.get("/api/scans/latest").json
    #expect(answer["scan"]?["id"]?.int == 2)
    #expect(answer["targets"]?.array?.compactMap { $0["id"]?.string } == ["2-1", "2-2", "2-3", "2-4", "2-5"])
    #expect(answer["pictures"]?.array?.count == PictureName.allCases.count)
    #expect(try await console.get("/api/scans/1").json["scan"]?["file"]?.string == "/scans/scan_1.npy")
    #expect(try await console.get("/api/scans/3").status == 404)
  }

  @Test("pages are bounded whatever is asked for, and follow one another without a gap")
  func paging() async throws {
    let console = try ConsoleUnderTest()
    let store = try console.store()
    for number in 1...5 { try store.add(number, targets: number == 5 ? 450 : 1) }
    func scans(_ query: String) async throws -> [Int] {
      try await console.get("/api/scans\(query)").json["scans"]?.array?.compactMap { $0["id"]?.int } ?? []
    }
    #expect(try await scans("") == [5, 4, 3, 2, 1])
    #expect(try await scans("?limit=2") == [5, 4])
    #expect(try await scans("?limit=2&before=4") == [3, 2])
    #expect(try await scans("?limit=0") == [5])
    #expect(try await console.get("/api/scans/5").json["targets"]?.array?.count == 200)
    func ranks(_ after: Int) async throws -> [Int] {
      try await console.get("/api/scans/5/targets?after=\(after)&limit=999999").json["targets"]?.array?
        .compactMap { $0["rank"]?.int } ?? []
    }
    #expect(try await ranks(0) + ranks(200) + ranks(400) == Array(1...450))
    for bad in [
      "/api/scans?limit=x", "/api/scans?before=-1", "/api/scans?limit=1e9", "/api/scans/1;drop", "/api/scans/-1",
      "/api/scans/99999999999999999999", "/api/targets", "/api/targets?ids=",
      "/api/targets?ids=" + (0..<201).map { "1-\($0)" }.joined(separator: ","),
    ] { #expect(try await console.get(bad).status == 400, "\(bad)") }
    let some = try await console.get("/api/targets?ids=5-2,5-1,9-9,%27").json["targets"]?.array ?? []
    #expect(some.compactMap { $0["id"]?.string } == ["5-1", "5-2"])
  }

  @Test("a target tells everything that is known of it")
  func target() async throws {
    let console = try ConsoleUnderTest()
    try console.store().add(1)
    let answer = try await console.get("/api/targets/1-2").json
    #expect(answer["target"]?["x_nm"]?.double == 6)
    #expect(answer["spectrum"]?["energy_ev"]?.array?.count == 40 && answer["spectrum"]?["spread"]?.array?.count == 40)
    #expect(answer["tile"]?["values"]?.array?.count == 256 && answer["round_trip_tile"]?["rows"]?.int == 16)
    #expect(answer["neighbours"]?.array?.first?["distance"]?.double == 0.5)
    #expect(answer["scores"]?.array?.first?["standardised"]?.double == 3)
    #expect(answer["events"]?.array?.first?["by"]?.string == "eelscoutd")
    #expect(try await console.get("/api/targets/9-9").status == 404)
    #expect(try await console.get("/api/targets/%3Cscript%3E").status == 404)
  }

  @Test("pictures come as bytes with their frame, thumbnails small and grey")
  func pictures() async throws {
    let console = try ConsoleUnderTest()
    try console.store().add(1)
    let picture = try await console.get("/api/scans/1/pictures/combined?of=0000")
    #expect(picture.body == Sample.picture(.combined).values)
    let frame = try JSONValue.parse((picture[header: "eelscout-picture"] ?? "").utf8)
    #expect(frame["columns"]?.int == 300 && frame["low"]?.double == -2 && frame["high"]?.double == 6)
    let thumbnail = try await console.get("/api/scans/1/thumbnail.png")
    #expect(thumbnail[header: "content-type"] == "image/png")
    #expect(thumbnail.body.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // Width and height in IHDR, then 8 bits, grey.
    #expect(Array(thumbnail.body[16..<26]) == [0, 0, 0, 100, 0, 0, 0, 67, 8, 0])
    for path in ["pictures/nothing", "pictures/../../x", "pictures/"] {
      #expect(try await console.get("/api/scans/1/\(path)").status == 404)
    }
    #expect(try await console.get("/api/scans/2/pictures/scan").status == 404)
  }

  @Test("names and reasons that look like markup stay text in JSON that no browser takes for a page")
  func hostile() async throws {
    let console = try ConsoleUnderTest()
    let store = try console.store()
    try store.add(1, name: Sample.hostile)
    try store.setFileStates([
      FileStateRecord(path: Array("/scans/\(Sample.hostile)\u{1b}[31m".utf8), state: .rejected, reason: Sample.hostile)
    ])
    let scan = try await console.get("/api/scans/1")
    #expect(scan[header: "content-type"] == "application/json; charset=utf-8")
    #expect(scan.json["scan"]?["file"]?.string == "/scans/\(Sample.hostile)")
    #expect(scan.json["targets"]?.array?.first?["reason"]?.string == "reason \(Sample.hostile)")
    #expect(try await console.get("/api/files").json.array?.first?["reason"]?.string == Sample.hostile)
    #expect(
      try await console.get(
        "/api/scans/\(Sample.hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
      )
      .status == 400)
    _ = try await console.mark("1-1", "skip", more: #", "why": "</script><img src=x onerror=alert(1)>""#)
    #expect(
      try await console.get("/api/targets/1-1").json["target"]?["status_why"]?.string
        == "</script><img src=x onerror=alert(1)>")
  }

  @Test("before there is a database the page is there and says so; afterwards it goes on by itself")
  func notYet() async throws {
    let console = try ConsoleUnderTest()
    #expect(try await console.get("/").status == 200)
    let health = try await console.get("/api/health").json
    #expect(health["state"]?.string == "stopped" && health["status"]?.string?.contains("no database") == true)
    #expect(try await console.get("/api/scans").status == 503)
    #expect(try await console.mark("1-1", "reject").status == 503)
    let events = try await console.events()
    #expect(try await events.event("health").data["state"]?.string == "stopped")
    let store = try console.store()
    try store.add(1)
    // The database may be seen before there is a scan in it.
    while try await events.event("change").data["newest_scan"]?.int != 1 {}
    #expect(try await console.get("/api/scans/latest").json["scan"]?["id"]?.int == 1)
  }

  @Test("another database in place of the first is read, not the ghost of the first")
  func replaced() async throws {
    let console = try ConsoleUnderTest()
    do {
      let store = try console.store()
      try store.add(1)
      try store.add(2)
      #expect(try await console.get("/api/scans/latest").json["scan"]?["id"]?.int == 2)
    }
    try FileManager.default.removeItem(atPath: console.folder + "/state")
    let store = try console.store()
    try store.add(7, targets: 1)
    let answer = try await console.get("/api/scans/latest").json
    #expect(answer["scan"]?["id"]?.int == 1 && answer["scan"]?["targets"]?.int == 1)
  }

  @Test("a daemon that ended, or that says nothing any more, is said to be so")
  func health() async throws {
    let console = try ConsoleUnderTest()
    do {
      let store = try console.store()
      try store.begin(DaemonRun(version: "1", modelID: "m", rulesSHA256: "r", rulesRevision: "default r1"))
      try store.heartbeat(DaemonReport(state: .ok, status: "watching /scans"))
      let answer = try await console.get("/api/health").json
      #expect(answer["state"]?.string == "ok" && answer["status"]?.string == "watching /scans")
      #expect(answer["heartbeat_at"]?.string != nil && answer["now"]?.string != nil)
    }
    let answer = try await console.get("/api/health").json
    #expect(answer["state"]?.string == "stopped" && answer["action"]?.string == "systemctl start eelscoutd")
  }
}
