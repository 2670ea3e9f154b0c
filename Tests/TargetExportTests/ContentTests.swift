// What an export holds: which targets, what is said, and that nothing from outside breaks out of its place.

import Foundation
import Microscopy
import StrictJSON
import TargetExport
import TargetStore
import Testing

@Suite("Exports")
struct ContentTests {
  private let place: ExportPlace

  init() throws { place = try ExportPlace() }

  private static let formats = ExportFormats.all.map(\.name)
  private static let hostile =
    "/data/a\"b\"\"\"c'd\\e\n[Item = 9]\nAcquire = 1\r\n=cmd|' /C calc'!A0,\u{1B}[31m\u{2028}é\u{1F600}.npy"

  private func targets(_ format: String, _ request: ExportRequest = ExportRequest()) throws -> [String] {
    let format = try #require(ExportFormats.named(format))
    return try TargetExport(request, for: format, from: place.reader()).scans.flatMap { $0.targets.map(\.id) }
  }

  @Test("microscopes get what is free of the newest scan, tables everything")
  func selection() throws {
    try place.record(1, file: "/data/1.npy")
    try place.record(2, file: "/data/2.npy")
    let desk = try ClaimDesk(directory: place.root + "/state")
    _ = try desk.mark("2-1", .reject, by: "anna")
    #expect(try targets("nion") == ["2-2", "2-3", "2-4", "2-5"])
    #expect(try targets("serialem", ExportRequest(scan: "1")) == ["1-1", "1-2", "1-3", "1-4", "1-5"])
    #expect(try targets("gms", ExportRequest(status: .rejected)) == ["2-1"])
    #expect(try targets("csv").count == 10 && targets("json").first == "2-1")
    #expect(try targets("csv", ExportRequest(scan: "1.npy", order: .visit)) == ["1-5", "1-4", "1-3", "1-2", "1-1"])
    #expect(throws: TargetStoreError.self) { try targets("nion", ExportRequest(scan: "99")) }
  }

  @Test("a claim in visit order takes what spares travel first")
  func claims() throws {
    try place.record()
    let desk = try ClaimDesk(directory: place.root + "/state")
    let claimed = try desk.claim(ClaimRequest(by: "a", top: 2, order: .visit)).map(\.id)
    #expect(claimed == ["1-5", "1-4"])
    #expect(try desk.claim(ClaimRequest(by: "b")).map(\.id) == ["1-1"])
  }

  @Test("an empty database, and a scan without targets, give valid empty lists", arguments: formats)
  func empty(format: String) throws {
    guard ExportPlace.hasPython else { return }
    #expect(try place.readBack(format, place.export(format)).array?.isEmpty == true)
    try place.record(pixels: [], verdict: .refused, reasons: ["no lattice"])
    #expect(try place.readBack(format, place.export(format)).array?.isEmpty == true)
  }

  @Test("refused, marked, superseded and unsized scans are told")
  func notes() throws {
    try place.record(1, file: "/data/a.npy", verdict: .marked, reasons: ["odd pitch"])
    try place.record(
      2, file: "/data/a.npy", pixels: [], pixelSizeNM: nil, verdict: .refused, reasons: ["no size"], version: 2)
    func notes(_ scan: String?) throws -> [String] {
      let nion = try #require(ExportFormats.named("nion"))
      let export = try TargetExport(ExportRequest(scan: scan), for: nion, from: place.reader())
      #expect(nion.text(export).contains("note") && nion.text(export).contains("scan"))
      return export.notes
    }
    #expect(try notes("1").contains { $0.contains("outside the model's domain in part: odd pitch") })
    #expect(try notes("1").contains { $0.contains("superseded") })
    #expect(try notes(nil).contains { $0.contains("was refused and has no targets: no size") })
    #expect(try notes(nil).contains { $0.contains("no pixel size") })
  }

  @Test("without a pixel size nm formats say what to do, the others go on", arguments: formats)
  func noPixelSize(format: String) throws {
    try place.record(pixelSizeNM: nil)
    let format = try #require(ExportFormats.named(format))
    let export = try TargetExport(ExportRequest(), for: format, from: place.reader())
    let obstacle = format.obstacle(export)
    #expect((obstacle != nil) == ["serialem", "hyperspy"].contains(format.name))
    #expect(obstacle?.contains("scan.default_pixel_size_nm") ?? true)
    if obstacle == nil, ExportPlace.hasPython {
      #expect(try place.readBack(format.name, format.text(export)).array?.count == 5)
    }
  }

  @Test("hostile names and words stay inside their strings", arguments: formats)
  func hostileText(format: String) throws {
    try place.record(file: Self.hostile, reason: "=HYPERLINK(\"x\")\n\"\"\",\\")
    _ = try ClaimDesk(directory: place.root + "/state")
      .mark("1-1", .skip, by: "@SUM(1)\u{1B}]0;x\u{07}", why: "-2+3\r\n,\"")
    guard ExportPlace.hasPython else { return }
    let text = try place.export(format, ExportRequest(scan: "1", status: nil))
    let expected = format == "csv" || format == "json" || format == "hyperspy" ? 5 : 4
    #expect(try place.readBack(format, text).array?.count == expected)
    #expect(!text.contains("\u{1B}") || format == "csv")
    #expect(text == (try place.export(format, ExportRequest(scan: "1", status: nil))), "the same bytes each time")
    if format == "csv" {
      #expect(text.contains("\"'=HYPERLINK(") && text.contains("\"'-2+3") && text.contains("'@SUM"))
    }
  }

  @Test(
    "programs that go with a list are Python, whatever the list is called",
    arguments: ["nion", "autoscript", "hyperspy"])
  func snippets(format: String) throws {
    guard ExportPlace.hasPython else { return }
    let path = Array("/tmp/\"\"\"; import os #'\\\n".utf8) + [0xFF, 0x00, 0xE9]
    let program = try #require(ExportFormats.named(format)?.snippet(listAt: path))
    let file = place.root + "/snippet.py"
    try Data(program.utf8).write(to: URL(fileURLWithPath: file))
    let seen = try place.python([
      "-c",
      """
      import ast, os, sys
      tree = ast.parse(open(sys.argv[1]).read())
      call = next(n for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "TARGETS").value
      print(list(ast.literal_eval(call.args[0])))
      """, file,
    ])
    #expect(seen == "\(path.map { Int($0) })\n")
  }

  @Test("AutoScript's program visits each target in order, and ends with the beam blanked where it was")
  func autoscript() throws {
    guard ExportPlace.hasPython else { return }
    try place.record()
    let list = place.root + "/list.json"
    try Data(place.export("autoscript").utf8).write(to: URL(fileURLWithPath: list))
    let program = place.root + "/visit.py"
    try Data(try #require(ExportFormats.named("autoscript")?.snippet(listAt: Array(list.utf8))).utf8)
      .write(to: URL(fileURLWithPath: program))
    let seen = try JSONValue.parse(place.python(["Tests/Exports/autoscript_session.py", program]).utf8)
    let expected = ExportPlace.pixels.map { pixel -> JSONValue in
      JSONValue([(Double(pixel.column) + 0.5) / 60, (Double(pixel.row) + 0.5) / 40])
    }
    #expect(seen["visited"]?.array?.compactMap(\.string) == ["1-1", "1-2", "1-3", "1-4", "1-5"])
    #expect(seen["places"]?.array == expected)
    #expect(seen["after"] == ["position": [0.25, 0.75], "blanked": true])
    #expect(seen["after_error"] == ["position": [0.25, 0.75], "blanked": true])
    #expect(seen["wrong_field"]?.string?.contains("is 90 nm wide, the microscope shows 120 nm") == true)
  }

  @Test("a list names the context scan, its size, field of view, centre and rotation")
  func nionContext() throws {
    var geometry = ScanGeometry()
    (geometry.contextRows, geometry.contextColumns, geometry.contextFieldOfViewNM) = (40, 60, 90)
    geometry.contextCentreNM = PlanePoint(y: 1.5, x: -2)
    try place.record(rotationRad: 0.5, geometry: geometry)
    let scan = try JSONValue.parse(place.export("nion").utf8)["scans"]?.array?.first
    #expect(scan?["context"]?["scan_id"] == "scan-id-1" && scan?["subscan"] == .null)
    #expect(scan?["context"]?["size"] == [40, 60] && scan?["context"]?["fov_nm"]?.double == 90)
    #expect(scan?["context"]?["center_nm"] == [1.5, -2.0] && scan?["context"]?["rotation_rad"] == 0.5)
    #expect(scan?["targets"]?.array?.first?["position"] == JSONValue([0.5 / 40, 0.5 / 60]))
  }

  @Test("a place in a context survives the database")
  func geometry() throws {
    var geometry = ScanGeometry()
    (geometry.contextRows, geometry.contextColumns, geometry.contextFieldOfViewNM) = (512, 256, 100.5)
    geometry.contextCentreNM = PlanePoint(y: 0.1, x: -3)
    geometry.subscan = ScanGeometry.Subscan(
      size: PlanePoint(y: 0.25, x: 0.5), centre: PlanePoint(y: 0.5, x: 0.375), rotationRad: -0.2)
    geometry.originNM = PlanePoint(y: -50, x: -25)
    #expect(ScanGeometry(try JSONValue.parse(geometry.json.text.utf8)) == geometry)
    #expect(ScanGeometry(["context_size_px": [0, 5], "subscan_fractional_size": [0.1], "origin_nm": "x"]).isEmpty)
  }
}
