// Every format, read back by an independent reader, gives the pixels that the database holds.

import Foundation
import Microscopy
import StrictJSON
import TargetExport
import TargetStore
import Testing

@Suite("Exports come back as the same pixels", .enabled(if: ExportPlace.hasPython))
struct RoundTripTests {
  private let place: ExportPlace

  init() throws { place = try ExportPlace() }

  private static let formats = ExportFormats.all.map(\.name)
  private static let rotations = [0, 33, 90].map { Double($0) * .pi / 180 }

  private func check(_ format: String, order: TargetOrder = .rank) throws {
    let pixels = order == .rank ? ExportPlace.pixels : ExportPlace.pixels.reversed()
    let back = try #require(place.readBack(format, place.export(format, ExportRequest(order: order))).array)
    #expect(back.count == pixels.count, "\(format)")
    for (target, pixel) in zip(back, pixels) {
      let (row, column) = (target["row"]?.double ?? .nan, target["column"]?.double ?? .nan)
      #expect(abs(row - Double(pixel.row)) < 1e-4 && abs(column - Double(pixel.column)) < 1e-4, "\(format) \(pixel)")
    }
  }

  @Test("a scan that is not square, at 0°, 33° and 90°", arguments: formats, rotations)
  func whole(format: String, rotation: Double) throws {
    try place.record(rotationRad: rotation)
    try check(format)
    try check(format, order: .visit)
  }

  @Test("a subscan turned by 0°, 33° and 90° in a context that is not square", arguments: formats, rotations)
  func subscan(format: String, rotation: Double) throws {
    var geometry = ScanGeometry()
    (geometry.contextRows, geometry.contextColumns) = (200, 320)
    geometry.contextFieldOfViewNM = 480
    geometry.contextCentreNM = PlanePoint(y: 3, x: -4)
    // 40 × 60 pixels of 1.5 nm in 300 × 480 nm.
    geometry.subscan = ScanGeometry.Subscan(
      size: PlanePoint(y: 0.2, x: 0.1875), centre: PlanePoint(y: 0.4, x: 0.7), rotationRad: rotation)
    geometry.originNM = PlanePoint(y: -12.5, x: 80)
    try place.record(rotationRad: 0.3, geometry: geometry)
    try check(format)
  }

  @Test("a subscan's corner lies where the specimen says: by hand, a quarter turn counter-clockwise")
  func quarterTurn() throws {
    var geometry = ScanGeometry()
    geometry.subscan = ScanGeometry.Subscan(
      size: PlanePoint(y: 0.2, x: 0.1875), centre: PlanePoint(y: 0.5, x: 0.5), rotationRad: .pi / 2)
    try place.record(pixels: [PixelPosition(row: 0, column: 0)], geometry: geometry)
    let json = try JSONValue.parse(place.export("nion").utf8)
    let position = json["scans"]?.array?.first?["targets"]?.array?.first?["position"]?.array?.compactMap(\.double)
    // The first pixel lies 29.5 pixels left of the centre and 19.5 above; turned, 19.5 left and 29.5 below. In a context of
    // 200 × 320 pixels of the same size:
    let (y, x) = try (#require(position?.first), #require(position?.last))
    #expect(abs(y - (0.5 + 29.5 / 200)) < 1e-12 && abs(x - (0.5 - 19.5 / 320)) < 1e-12)
  }
}
