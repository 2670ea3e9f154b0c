// The page of a day.

import Foundation
import ReportPages
import StoreTestKit
import TargetStore
import Testing

@Suite("The page of a day")
struct SessionReportPageTests {
  private let session: FixedSession
  private let reader: TargetStoreReader

  init() throws {
    session = try FixedSession()
    reader = try TargetStoreReader(directory: session.state)
  }

  private func page(_ day: String) throws -> SessionReportPage {
    try SessionReportPage(reader, day: #require(SessionDay(day, zone: .gmt)))
  }

  @Test func itCountsWhatTheDatabaseHolds() throws {
    let page = try page("2026-03-14")
    let json = page.json
    #expect(json["scans"]?.int == 3 && json["targets"]?.int == 5)
    #expect(json["verdicts"] == ["in": 1, "marked": 1, "refused": 1])
    #expect(json["statuses"]?["acquired"]?.int == 1 && json["statuses"]?["skipped"]?.int == 1)
    #expect(json["statuses"]?["rejected"]?.int == 1 && json["statuses"]?["claimed"]?.int == 1)
    #expect(json["left"]?.int == 1)
    // Latencies are 100, 200 and 300 ms.
    #expect(json["latency_p50_ms"]?.double == 200 && json["latency_p99_ms"]?.double == 300)
    let changes = try #require(json["changes"]?.array)
    #expect(changes.contains(["status": "claimed", "by": "night-script", "count": 2]))
    #expect(changes.contains(["status": "acquired", "by": "night-script", "count": 1]))
    #expect(changes.contains(["status": "skipped", "by": "alice", "count": 1]))
    #expect(changes.contains(["status": "rejected", "by": "bob", "count": 1]))
    #expect(changes.count == 4)
  }

  @Test func itShowsEveryScanAndEveryRefusal() throws {
    let reading = try PageReading(page("2026-03-14").html)
    #expect(reading.all("img").count == 3)
    #expect(reading.text.contains("no pixel size; set default_pixel_size_nm"))
    #expect(reading.text.contains("/scans/flat.tif") && reading.text.contains("every pixel has the same value"))
    #expect(reading.text.contains(FixedSession.hostileName.replacing("\u{202E}", with: "\u{FFFD}")))
    for address in reading.addresses { #expect(address.hasPrefix("data:image/png;base64,")) }
    #expect(reading.all("script").isEmpty)
    #expect(reading.text.contains("stopped by SIGTERM"))
  }

  @Test func aDayWithoutScansIsAPageThatSaysSo() throws {
    let page = try page("2026-03-15")
    #expect(page.isEmpty && page.recorded?.first == "2026-03-14 09:26:55 +00:00")
    #expect(try PageReading(page.html).text.contains("No scan was recorded on this day"))
  }

  @Test("a day runs from midnight to midnight where the reader is")
  func days() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let spring = try #require(SessionDay("2026-03-29", zone: berlin))
    #expect(spring.end.timeIntervalSince(spring.start) == 23 * 3600)
    #expect(spring.start == Date(timeIntervalSince1970: 1_774_738_800))
    #expect(SessionDay(containing: spring.start, zone: berlin) == spring)
    #expect(SessionDay(containing: spring.start.addingTimeInterval(-1), zone: berlin).text == "2026-03-28")
    for text in ["2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01x", "", "today", "2026--01-01"] {
      #expect(SessionDay(text, zone: berlin) == nil, "\(text)")
    }
  }
}
