// A tuning scan of the study with its truth; the shared folder is optional.

import Foundation
import Microscopy
import SharedData
import Triage

/// Image values and true error on the study's grid, and where the anomalies are.
struct TuningScan {
  var pixels: Raster
  var error: Raster
  var truth: AnomalyTruth

  private struct TruthFile: Decodable {
    struct Anomaly: Decodable { var visible: Bool }
    var pixel_size_nm: Double
    var grid_rows_cols: [Int]
    var anomalies: [Anomaly]
  }

  static func load(_ name: String) throws -> TuningScan {
    let file = try JSONDecoder().decode(
      TruthFile.self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(SharedData.root)/science/tuning/\(name)_truth.json")))
    let grid = ScoringGrid(rows: file.grid_rows_cols, columns: file.grid_rows_cols)
    func array(_ suffix: String) throws -> SharedData.Array {
      try SharedData.array("science/tuning/\(name)_\(suffix).npy")
    }
    let image = try array("haadf").floats
    let labels = try array("label_u8").values.map { UInt8($0) }
    let side = Int(Double(labels.count).squareRoot())
    let points = grid.rows.count
    return TuningScan(
      pixels: Raster(
        rows: points, columns: points,
        values: grid.rows.flatMap { row in grid.columns.map { image[row * side + $0] } }),
      error: Raster(rows: points, columns: points, values: try array("trueerror_ref").floats),
      truth: AnomalyTruth(
        labels: labels, rows: side, columns: side, isVisible: file.anomalies.map(\.visible),
        pixelSizeNM: file.pixel_size_nm, grid: grid))
  }
}
