// SerialEM: a navigator file, a map item for the scan and a point for every target.

import Foundation
import Microscopy
import TargetStore

/// `.nav` text, `AdocVersion = 2.00`.
///
/// Coordinates in a map are pixels from its lower left corner, so pixel centres lie at halves. The stage position of a scan is
/// not known here: the map stands at (0, 0), and points are tied to it by `DrawnID`.
struct SerialEMFormat: ExportFormat {
  let name = "serialem"
  let program = "SerialEM"
  let coordinates = "pixels of the map, from its lower left corner"
  let needsNanometres = true

  func text(_ export: TargetExport) -> String {
    "AdocVersion = 2.00\n" + export.scans.map(Self.items).joined()
  }

  private static func items(_ scan: ExportedScan) -> String {
    let map = mapID(scan)
    let note = (["EELScout scan \(scan.scan.id)", "stage position unknown"] + scan.notes).joined(separator: "; ")
    let (rows, columns) = (scan.frame.rows, scan.frame.columns)
    var text = item(
      "scan-\(scan.scan.id)",
      [
        ("Color", "2"), ("StageXYZ", "0 0 0"), ("NumPts", "5"), ("Regis", "1"), ("Type", "2"), ("Note", note),
        ("MapID", "\(map)"), ("MapFile", scan.scan.file), ("MapSection", "0"), ("MapBinning", "1"),
        ("MontBinning", "1"),
        ("MapScaleMat", scaleMatrix(scan)), ("MapWidthHeight", "\(columns) \(rows)"), ("MapFramesXY", "0 0"),
        ("PtsX", outline(scan).map { number($0.x) }.joined(separator: " ")),
        ("PtsY", outline(scan).map { number($0.y) }.joined(separator: " ")),
      ])
    for target in scan.targets {
      let (x, y) = (Double(target.column) + 0.5, Double(rows) - Double(target.row) - 0.5)
      text += item(
        target.id,
        [
          ("Color", color(target.kind)), ("NumPts", "0"), ("Regis", "1"), ("Type", "0"),
          ("Note", "\(target.kind), rank \(target.rank), dwell \(number(target.dwellMS)) ms"), ("Acquire", "1"),
          ("DrawnID", "\(map)"), ("CoordsInMap", "\(number(x)) \(number(y)) 0"),
        ])
    }
    return text
  }

  /// Ids below 100000 are free for other programs.
  private static func mapID(_ scan: ExportedScan) -> Int { 10_000 + scan.scan.id % 90_000 }

  /// Stage, µm, to pixels of the map, y up: the scan's rotation over its pixel size.
  private static func scaleMatrix(_ scan: ExportedScan) -> String {
    let pixelsPerUM = 1e3 / (scan.frame.pixelSizeNM ?? 1)
    let rotation = scan.frame.rotationRad ?? 0
    let (cosine, sine) = (cos(rotation) * pixelsPerUM, sin(rotation) * pixelsPerUM)
    return [cosine, sine, -sine, cosine].map(number).joined(separator: " ")
  }

  /// Corners of the map on the stage, µm, the first one twice.
  private static func outline(_ scan: ExportedScan) -> [(x: Double, y: Double)] {
    let pixelUM = (scan.frame.pixelSizeNM ?? 0) / 1e3
    let (width, height) = (Double(scan.frame.columns) * pixelUM, Double(scan.frame.rows) * pixelUM)
    let rotation = scan.frame.rotationRad ?? 0
    return [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1), (-1, -1)].map { corner in
      let (x, y) = (corner.0 * width / 2, corner.1 * height / 2)
      return (x * cos(rotation) - y * sin(rotation), x * sin(rotation) + y * cos(rotation))
    }
  }

  private static func item(_ label: String, _ entries: [(key: String, value: String)]) -> String {
    "\n[Item = \(line(label).filter { $0 != "[" && $0 != "]" })]\n"
      + entries.map { "\($0.key) = \(line($0.value))\n" }.joined()
  }

  /// On one line: nothing inside can begin an entry or an item.
  private static func line(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar -> UnicodeScalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format: "\u{FFFD}"
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(kept))
  }

  /// SerialEM's colours: red, green, blue, yellow, magenta by their number.
  private static func color(_ kind: String) -> String {
    switch kind {
    case "anomaly": "3"
    case "error": "4"
    default: "1"
    }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.6g", value)
  }
}
