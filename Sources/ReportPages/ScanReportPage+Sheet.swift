// The same scan as one picture.

import Microscopy
import Pictures
import TargetStore

extension ScanReportPage {
  /// The scan with its targets and maps; nil where no picture of the scan is kept.
  public var sheet: TargetSheet? {
    guard let picture = pictures[.scan] else { return nil }
    let maps: [PictureName] = [.combined, .roundTrip, .ensemble, .novelty]
    return TargetSheet(
      title: "\(fileName)  domain: \(scan.verdict.rawValue)",
      scan: MarkedScan(picture, scan: scan, targets: targets.map(\.target)),
      maps: maps.compactMap { name in
        pictures[name].map { TargetSheet.ScoreMap(title: MapWords.title(name), values: $0.raster) }
      })
  }
}

extension MarkedScan {
  /// A stored picture with the targets of its scan.
  /// - Parameter number: what stands on a target; nil for its rank.
  public init(_ picture: PictureRecord, scan: ScanSummary, targets: [StoredTarget]) {
    self.init(
      scan: picture.raster, range: .explicit(low: Float(picture.low), high: Float(picture.high)),
      pixelSizeNM: scan.pixelSizeNM.map { $0 * picture.columnStep },
      tileSide: TileSize.pixels(scan, targets) / max(picture.columnStep, 1e-9), kinds: TargetSheet.Kind.all,
      targets: targets.map { target in
        TargetSheet.Target(
          row: (Double(target.row) - picture.firstRow) / max(picture.rowStep, 1e-9),
          column: (Double(target.column) - picture.firstColumn) / max(picture.columnStep, 1e-9), number: target.rank,
          kind: TargetSheet.Kind.index(of: target.kind))
      })
  }
}

extension PictureRecord {
  /// Bytes as the values they stand for.
  var raster: Raster {
    Raster(
      rows: rows, columns: columns,
      values: values.map { Float(low + Double($0) / 255 * (high - low)) })
  }
}
