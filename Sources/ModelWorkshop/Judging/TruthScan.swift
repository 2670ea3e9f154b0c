// A simulated fast scan whose true spectra and anomalies are known.

import Foundation
import Im2Spec
import MicroscopeFiles
import Microscopy
import StrictJSON
import Triage

/// `X_haadf.npy`, `X_spectra_f16.npy` (noise-free counts on a grid), `X_label_u8.npy` and `X_truth.json`.
struct TruthScan: Sendable {
  let name: String
  let scan: Scan
  let grid: ScoringGrid
  let channels: Int
  /// (grid rows, grid columns, channels) noise-free counts.
  let counts: [Float]
  let truth: AnomalyTruth
  /// The unit of e: counts that 1.0 stands for, and the mean squared training spectrum in squared units.
  let unit: (countsPerUnit: Double, meanSquare: Double)

  /// Every scan with truth in a folder, in the order of their names.
  static func load(folder: String) throws -> [TruthScan] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw MissingInput(path: folder)
    }
    let suffix = "_truth.json"
    let stems = names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0.dropLast(suffix.count))" }
    guard !stems.isEmpty else { throw WorkshopError("\(folder): no scans with truth (…\(suffix)) in this folder") }
    return try stems.map(TruthScan.init(stem:))
  }

  private init(stem: String) throws {
    let path = "\(stem)_truth.json"
    guard let json = SpectrumSetLoader.json(path), let pixelSize = json["pixel_size_nm"]?.double,
      let centres = json["grid_rows_cols"]?.array?.compactMap(\.int), let scale = json["scale_counts"]?.double,
      let meanSquare = json["msref"]?.double, let anomalies = json["anomalies"]?.array
    else { throw WorkshopError("\(path): pixel_size_nm, grid_rows_cols, scale_counts, msref or anomalies missing") }
    let image = try SpectrumSetLoader.array("\(stem)_haadf.npy")
    let spectra = try SpectrumSetLoader.array("\(stem)_spectra_f16.npy")
    let labels = try SpectrumSetLoader.array("\(stem)_label_u8.npy")
    guard image.shape.count == 2, labels.shape == image.shape, spectra.shape.count == 3,
      Array(spectra.shape.prefix(2)) == [centres.count, centres.count]
    else { throw WorkshopError("\(stem): image, labels and spectra do not fit together") }
    name = URL(fileURLWithPath: stem).lastPathComponent
    scan = Scan(
      image: Raster(rows: image.shape[0], columns: image.shape[1], values: image.values), pixelSizeNM: pixelSize)
    grid = ScoringGrid(rows: centres, columns: centres)
    channels = spectra.shape[2]
    counts = spectra.values
    truth = AnomalyTruth(
      labels: labels.values.map { UInt8($0) }, rows: image.shape[0], columns: image.shape[1],
      isVisible: anomalies.map { $0["visible"]?.bool ?? false }, pixelSizeNM: pixelSize, grid: grid)
    unit = (scale, meanSquare)
  }

  /// e at every grid point for predicted spectra in the model's units.
  func trueError(of spectra: [Float], countsPerUnit: Double) -> Raster {
    let predicted = Float(countsPerUnit / unit.countsPerUnit)
    let known = Float(1 / unit.countsPerUnit)
    let values = (0..<grid.rows.count * grid.columns.count).map { point -> Float in
      var sum = 0.0
      for i in point * channels..<(point + 1) * channels {
        let difference = Double(spectra[i] * predicted - counts[i] * known)
        sum += difference * difference
      }
      return Float(sum / Double(channels) / unit.meanSquare)
    }
    return Raster(rows: grid.rows.count, columns: grid.columns.count, values: values)
  }
}
