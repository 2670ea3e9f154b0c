// A tuning scan of the study with its truth; the shared folder is optional.

import Foundation
import Microscopy
import Triage

/// Image values and true error on the study's grid, and where the anomalies are.
struct TuningScan {
  var pixels: Raster
  var error: Raster
  var truth: AnomalyTruth

  private static let folder = URL(
    fileURLWithPath: (ProcessInfo.processInfo.environment["EELSCOUT_SHARED"] ?? "../shared") + "/science/tuning")

  static let present: Bool = {
    let found = FileManager.default.fileExists(atPath: folder.path)
    if !found { print("SKIPPED: no tuning scans at \(folder.path); set EELSCOUT_SHARED") }
    return found
  }()

  private struct TruthFile: Decodable {
    struct Anomaly: Decodable { var visible: Bool }
    var pixel_size_nm: Double
    var grid_rows_cols: [Int]
    var anomalies: [Anomaly]
  }

  static func load(_ name: String) throws -> TuningScan {
    let file = try JSONDecoder().decode(
      TruthFile.self, from: Data(contentsOf: folder.appending(path: "\(name)_truth.json")))
    let grid = ScoringGrid(rows: file.grid_rows_cols, columns: file.grid_rows_cols)
    let image = floats(try body("\(name)_haadf.npy"))
    let labels = try body("\(name)_label_u8.npy")
    let side = Int(Double(labels.count).squareRoot())
    let points = grid.rows.count
    return TuningScan(
      pixels: Raster(
        rows: points, columns: points,
        values: grid.rows.flatMap { row in grid.columns.map { image[row * side + $0] } }),
      error: Raster(rows: points, columns: points, values: floats(try body("\(name)_trueerror_ref.npy"))),
      truth: AnomalyTruth(
        labels: labels, rows: side, columns: side, isVisible: file.anomalies.map(\.visible),
        pixelSizeNM: file.pixel_size_nm, grid: grid))
  }

  /// What follows the header of an NPY file of version 1.
  private static func body(_ name: String) throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    return Array(bytes[(10 + Int(bytes[8]) + Int(bytes[9]) << 8)...])
  }

  private static func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      var bits: UInt32 = 0
      for byte in 0..<4 { bits |= UInt32(bytes[start + byte]) << (8 * UInt32(byte)) }
      return Float(bitPattern: bits)
    }
  }
}
