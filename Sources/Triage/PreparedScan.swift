// A scan brought to the model's pixel size and levels, or the reasons why it cannot be.

import Im2Spec
import ImageProcessing
import Microscopy

/// The normalised image that tiles are cut from, and the way back to pixels of the file.
struct PreparedScan: Sendable {
  /// Background 0, particles 1.
  let image: any RasterSource
  let pixelSizeNM: Double
  let frame: ScanFrame
  /// Of the file.
  let filePixelSizeNM: Double
  /// Tile centres whose tiles lie inside the image, in pixels of `image`.
  let grid: (rows: EvenIndices, columns: EvenIndices)

  private static func centres(_ side: Int, stride: Int) -> EvenIndices {
    EvenIndices(first: TileBatch.tileEdge / 2, step: stride, count: (side - TileBatch.tileEdge) / stride + 1)
  }

  /// A place of the grid by its row-major index.
  func position(_ index: Int) -> PixelPosition {
    let (row, column) = index.quotientAndRemainder(dividingBy: grid.columns.count)
    return PixelPosition(row: grid.rows[row], column: grid.columns[column])
  }

  /// Where places of the model lie along a side of the file: the first, and the step; not rounded to pixels.
  func filePlaces(_ places: EvenIndices) -> (first: Double, step: Double) {
    let ratio = pixelSizeNM / filePixelSizeNM
    return ((Double(places.first) + 0.5) * ratio - 0.5, Double(places.step) * ratio)
  }

  func fileRow(_ row: Int) -> Int { fileIndex(row, count: frame.rows) }
  func fileColumn(_ column: Int) -> Int { fileIndex(column, count: frame.columns) }

  /// Resampling keeps pixel edges aligned at the top left, so centres map by (i + ½) · ratio − ½.
  private func fileIndex(_ index: Int, count: Int) -> Int {
    guard pixelSizeNM != filePixelSizeNM else { return index }
    let position = (Double(index) + 0.5) * pixelSizeNM / filePixelSizeNM - 0.5
    return min(max(Int(position.rounded()), 0), count - 1)
  }
}

extension PreparedScan {
  /// Prepares a scan; nil where it is refused before it can be normalised. Findings and statistics say why.
  /// - Throws: what reading the image throws.
  static func prepare(
    _ scan: ScanSource, model: any RoundTripModel, calibration: ScoreCalibration, rules: TriageRules,
    findings: inout DomainFindings, statistics: inout ScanStatistics
  ) throws -> PreparedScan? {
    guard let pixelSizeNM = scan.frame.pixelSizeNM, pixelSizeNM > 0, pixelSizeNM.isFinite else {
      findings.refuse("no pixel size; set default_pixel_size_nm")
      return nil
    }
    let ratio = pixelSizeNM / model.pixelSizeNM
    statistics.pixelRatio = ratio
    findings.judgePixelRatio(ratio, pixelSizeNM: pixelSizeNM, model: model, rules: rules)
    do {
      try ScanNormalisation.checkFinite(scan.image)
      if findings.isRefused { return nil }
      let finer = ratio < 1 / rules.resamplePixelRatio
      let image: any RasterSource =
        finer ? try Resampling.image(scan.image, from: pixelSizeNM, to: model.pixelSizeNM) : scan.image
      guard min(image.rows, image.columns) >= TileBatch.tileEdge else {
        findings.refuse(
          "the scan covers \(image.rows)×\(image.columns) pixels of the model, less than one tile of "
            + "\(TileBatch.tileEdge)×\(TileBatch.tileEdge); scan a larger field of view")
        return nil
      }
      let levels = try rules.knownLevels ?? ScanNormalisation.levels(of: image)
      statistics.levels = levels
      let normalised = try NormalisedImage(image, levels: levels)
      let signalToNoise = try ScanNormalisation.signalToNoise(of: image, levels: levels)
      let pitch = try LatticePitch.measure(of: normalised)?.pitchPixels
      statistics.signalToNoise = signalToNoise
      statistics.pitchPixels = pitch.map(Double.init)
      findings.judgeSignalToNoise(signalToNoise, rules: rules)
      findings.judgePitch(pitch, calibration: calibration, rules: rules)
      return PreparedScan(
        image: normalised, pixelSizeNM: finer ? model.pixelSizeNM : pixelSizeNM, frame: scan.frame,
        filePixelSizeNM: pixelSizeNM,
        grid: (
          centres(image.rows, stride: rules.stridePixels), centres(image.columns, stride: rules.stridePixels)
        ))
    } catch let error as NormalisationError {
      findings.refuse("\(error)")
      return nil
    } catch let error as ResamplingError {
      findings.refuse("\(error)")
      return nil
    }
  }
}

extension TriageRules {
  /// Levels given by hand; nil where the scan's own levels count.
  var knownLevels: ScanLevels? {
    guard let backgroundLevel, let particleLevel else { return nil }
    return ScanLevels(background: backgroundLevel, particle: particleLevel)
  }
}
