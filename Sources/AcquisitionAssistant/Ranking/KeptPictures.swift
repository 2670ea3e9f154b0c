// What is kept of a scan for people to look at.

import ImageProcessing
import Microscopy
import TargetStore
import Triage

extension PictureRecord {
  /// The scan itself and every score map that there is.
  static func all(_ ranked: RankedScan) -> [PictureRecord] {
    let image = ranked.scan.image
    let factor = Double(ReducedImage.factor(image, side: RankedScan.pictureSide))
    let low = Double(Quantile.linear(of: ranked.picture.values, 0.005))
    let high = Double(Quantile.linear(of: ranked.picture.values, 0.995))
    let scan = PictureRecord(
      name: .scan, values: ranked.picture, range: low...max(low, high), first: ((factor - 1) / 2, (factor - 1) / 2),
      step: (factor, factor))
    return [scan] + ranked.result.pictures.compactMap(PictureRecord.init)
  }

  private init?(_ map: ScorePicture) {
    guard let name = PictureName(rawValue: map.name.rawValue) else { return nil }
    let finite = map.values.values.filter(\.isFinite)
    guard let high = finite.max() else { return nil }
    // The highest scores are what is looked for; a few very low ones would only take contrast from the rest.
    self.init(
      name: name, values: map.values, range: Double(Quantile.linear(of: finite, 0.01))...Double(high),
      first: (map.firstRow, map.firstColumn),
      step: (map.rowStep, map.columnStep))
  }

  private init(
    name: PictureName, values: Raster, range: ClosedRange<Double>, first: (row: Double, column: Double),
    step: (row: Double, column: Double)
  ) {
    let span = range.upperBound - range.lowerBound
    self.init(
      name: name, rows: values.rows, columns: values.columns, firstRow: first.row, firstColumn: first.column,
      rowStep: step.row, columnStep: step.column, low: range.lowerBound, high: range.upperBound,
      values: values.values.map { value in
        guard span > 0, !value.isNaN else { return 0 }
        return UInt8((min(max((Double(value) - range.lowerBound) / span, 0), 1) * 255).rounded())
      })
  }
}
