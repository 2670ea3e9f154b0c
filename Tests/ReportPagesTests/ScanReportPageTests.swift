// The page of a scan: what it says is what the database holds.

import Foundation
import GRDB
import Pictures
import ReportPages
import StoreTestKit
import TargetStore
import Testing

@Suite("The page of a scan")
struct ScanReportPageTests {
  private let session: FixedSession
  private let reader: TargetStoreReader

  init() throws {
    session = try FixedSession()
    reader = try TargetStoreReader(directory: session.state)
  }

  private func page(_ name: String) throws -> ScanReportPage { try ScanReportPage(reader, scan: reader.scan(name)) }
  private func reading(_ name: String) throws -> PageReading { try PageReading(page(name).html) }

  @Test func numbersAreThoseOfTheDatabase() throws {
    let reading = try reading("1")
    let targets = try reader.targets(TargetFilter(scan: "1"))
    let rows = reading.all("tr").filter { $0.text.contains("1-") }
    #expect(rows.count == 3)
    for (row, target) in zip(rows, targets) {
      for part in [
        "\(target.rank)", target.id, target.kind, "\(target.row)", "\(target.column)", target.status.rawValue,
        target.statusBy,
      ] {
        #expect(row.text.contains(part), "\(part) in \(row.text)")
      }
    }
    let cells = reading.all("td").map(\.text)
    #expect(
      cells.contains("150.0") && cells.contains("18.0") && cells.contains("0.008") && cells.contains("0.003 to 0.025"))
    let headers = reading.all("th").map(\.text)
    #expect(headers.contains("x, nm") && headers.contains("dwell, ms") && headers.contains("row, px"))
    #expect(reading.text.contains(targets[1].reason))
    #expect(reading.text.contains(targets[0].scanSHA256) && reading.text.contains("aa4b2bdd0e0d"))
    #expect(reading.text.contains("/spectra/1-1.dm4"))
  }

  @Test func theBoxesLieWhereTheTargetsAre() throws {
    let reading = try reading("1")
    let frame = try #require(reading.all("svg").first)
    #expect(frame.attributes["viewBox"] == "0 0 120 80")
    // 24 nm at 1.5 nm a pixel are 16 pixels: the square of rank 2 around the middle of pixel (12, 100).
    let paths = reading.all("path").compactMap { $0.attributes["d"] }
    #expect(paths.contains("M92.5 4.5h16v16h-16z"))
    #expect(paths.contains("M20.5 58.5L28.5 66.5L20.5 74.5L12.5 66.5z"))
    // Pixels of 2×2: the first one's centre lies at 0.5, its edge at 0.
    let image = try #require(reading.all("image").first)
    #expect(["x", "y", "width", "height"].map { image.attributes[$0] } == ["0", "0", "120", "80"])
  }

  @Test func theCurveIsTheStoredSpectrum() throws {
    let reading = try reading("1")
    let detail = try #require(try reader.target("1-2"))
    let spectrum = try #require(detail.spectrum)
    let curve = try #require(reading.all("polyline", class: "curve").dropFirst().first?.attributes["points"])
    let points = curve.split(separator: " ").map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(points.count == 32)
    // The highest point stands at the peak's energy; two points tell the scale of the axis.
    let peak = try #require(spectrum.values.indices.max { spectrum.values[$0] < spectrum.values[$1] })
    #expect(points.indices.min { points[$0][1] < points[$1][1] } == peak)
    let scale = (points[31][0] - points[0][0]) / (spectrum.energyEV[31] - spectrum.energyEV[0])
    #expect(abs(points[10][0] - points[0][0] - scale * (spectrum.energyEV[10] - spectrum.energyEV[0])) < 0.02)
    let band = try #require(reading.all("polygon", class: "spread").first?.attributes["points"])
    #expect(band.split(separator: " ").count == 64)
  }

  @Test func nothingIsFetchedAndNothingRuns() throws {
    for name in ["1", "2", "3"] {
      let reading = try reading(name)
      for address in reading.addresses {
        #expect(address.hasPrefix("data:image/png;base64,") || address.hasPrefix("#"))
      }
      for name in ["script", "link", "iframe", "object", "form"] { #expect(reading.all(name).isEmpty) }
      #expect(!reading.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    }
  }

  @Test func hostileNamesAndRemarksAreText() throws {
    let reading = try reading("2")
    let shown = FixedSession.hostileName.replacing("\u{202E}", with: "\u{FFFD}")
    #expect(reading.all("title").first?.text.contains(shown) == true)
    #expect(reading.all("h1").first?.text.contains(shown) == true)
    #expect(reading.text.contains(FixedSession.hostileReason))
    #expect(reading.all("b").allSatisfy { $0.attributes.isEmpty })
  }

  @Test func aMarkedScanSaysSoFirst() throws {
    let banner = try #require(try reading("2").all("div", class: "banner").first)
    #expect(banner.text.contains("Marked") && banner.text.contains("2.1 nm"))
  }

  @Test func aRefusedScanSaysWhyAndPretendsNothing() throws {
    let reading = try reading("noise.npy")
    let banners = reading.all("div", class: "banner").map(\.text)
    #expect(banners.contains { $0.contains("Refused") && $0.contains("no pixel size; set default_pixel_size_nm") })
    #expect(banners.contains { $0.contains("Positions are pixels only") })
    #expect(reading.all("image").count == 1 && reading.all("table").isEmpty && reading.all("article").isEmpty)
    // No length is known, so there is no bar.
    #expect(!reading.all("text").contains { $0.text.hasSuffix(" nm") })
    #expect(try page("noise.npy").sheet?.maps.isEmpty == true)
  }

  @Test func aPrunedListIsToldAndNothingElseBreaks() throws {
    let database = try DatabaseQueue(path: session.state + "/eelscout.sqlite")
    try database.write { database in
      try database.execute(sql: "DELETE FROM target_spectrum; DELETE FROM target_neighbour; DELETE FROM scan_picture;")
      try database.execute(sql: "UPDATE scan SET pruned_at = '2026-06-01T00:00:00.000Z' WHERE id = 3")
    }
    try database.close()
    let reading = try reading("3")
    #expect(reading.text.contains("pruned") && reading.text.contains("No picture of this scan is kept"))
    let other = try self.reading("1")
    #expect(other.all("img").isEmpty && other.text.contains("No predicted spectrum is kept"))
    #expect(try page("1").sheet == nil)
  }

  @Test func limitsAndProvenanceAreOnEveryPage() throws {
    for name in ["1", "2", "3"] {
      let text = try reading(name).text
      #expect(text.contains("Invisible in HAADF means invisible here"))
      #expect(text.contains("default r1") && text.contains("0.1.0"))
    }
  }
}
