// A scan brought to the model's pixel size and levels, or the reasons why it cannot be.

import Im2Spec
import ImageProcessing
import Microscopy

/// The normalised image that tiles are cut from, and the way back to pixels of the file.
struct PreparedScan: Sendable {
  /// Background 0, particles 1.
  let image: Raster
  let pixelSizeNM: Double
  let frame: ScanFrame
  /// Of the file.
  let filePixelSizeNM: Double

  /// Tile centres whose tiles lie inside the image, in pixels of `image`.
  func centres(stride step: Int) -> (rows: [Int], columns: [Int]) {
    let half = TileBatch.tileEdge / 2
    func along(_ side: Int) -> [Int] { Array(stride(from: half, through: side - half, by: step)) }
    return (along(image.rows), along(image.columns))
  }

  func fileRow(_ row: Int) -> Int { fileIndex(row, count: frame.rows) }
  func fileColumn(_ column: Int) -> Int { fileIndex(column, count: frame.columns) }

  /// Resampling keeps pixel edges aligned at the top left, so centres map by (i + ½) · ratio − ½.
  private func fileIndex(_ index: Int, count: Int) -> Int {
    guard pixelSizeNM != filePixelSizeNM else { return index }
    let position = (Double(index) + 0.5) * pixelSizeNM / filePixelSizeNM - 0.5
    return min(max(Int(position.rounded()), 0), count - 1)
  }

  /// (count, 16, 16) tiles: rows r−8…r+7 and columns c−8…c+7 of each position.
  func tiles(at positions: [PixelPosition]) -> [Float] {
    let half = TileBatch.tileEdge / 2
    var tiles: [Float] = []
    tiles.reserveCapacity(positions.count * TileBatch.tilePixels)
    for position in positions {
      for row in position.row - half..<position.row + half {
        let start = row * image.columns + position.column - half
        tiles += image.values[start..<start + TileBatch.tileEdge]
      }
    }
    return tiles
  }
}

extension PreparedScan {
  /// Prepares a scan; nil where it is refused before it can be normalised. Findings and statistics say why.
  static func prepare(
    _ scan: Scan, model: any RoundTripModel, calibration: ScoreCalibration, rules: TriageRules,
    findings: inout DomainFindings, statistics: inout ScanStatistics
  ) -> PreparedScan? {
    guard let pixelSizeNM = scan.frame.pixelSizeNM, pixelSizeNM > 0, pixelSizeNM.isFinite else {
      findings.refuse("no pixel size; set default_pixel_size_nm")
      return nil
    }
    let ratio = pixelSizeNM / model.pixelSizeNM
    statistics.pixelRatio = ratio
    findings.judgePixelRatio(ratio, pixelSizeNM: pixelSizeNM, model: model, rules: rules)
    if let gap = scan.image.values.firstIndex(where: { !$0.isFinite }) {
      let position = PixelPosition(row: gap / scan.image.columns, column: gap % scan.image.columns)
      findings.refuse("\(NormalisationError.notFinite(position))")
    }
    if findings.isRefused { return nil }
    do {
      let finer = ratio < 1 / rules.resamplePixelRatio
      let image =
        finer ? try Resampling.resample(scan.image, from: pixelSizeNM, to: model.pixelSizeNM) : scan.image
      guard min(image.rows, image.columns) >= TileBatch.tileEdge else {
        findings.refuse(
          "the scan covers \(image.rows)×\(image.columns) pixels of the model, less than one tile of "
            + "\(TileBatch.tileEdge)×\(TileBatch.tileEdge); scan a larger field of view")
        return nil
      }
      let levels = try rules.knownLevels ?? ScanNormalisation.levels(of: image)
      statistics.levels = levels
      let prepared = PreparedScan(
        image: try ScanNormalisation.normalise(image, levels: levels),
        pixelSizeNM: finer ? model.pixelSizeNM : pixelSizeNM, frame: scan.frame, filePixelSizeNM: pixelSizeNM)
      prepared.judge(image, levels: levels, calibration, rules, &findings, &statistics)
      return prepared
    } catch {
      findings.refuse("\(error)")
      return nil
    }
  }

  private func judge(
    _ raw: Raster, levels: ScanLevels, _ calibration: ScoreCalibration, _ rules: TriageRules,
    _ findings: inout DomainFindings, _ statistics: inout ScanStatistics
  ) {
    let signalToNoise = ScanNormalisation.signalToNoise(of: raw, levels: levels)
    let pitch = LatticePitch.measure(image)?.pitchPixels
    statistics.signalToNoise = signalToNoise
    statistics.pitchPixels = pitch.map(Double.init)
    findings.judgeSignalToNoise(signalToNoise, rules: rules)
    findings.judgePitch(pitch, calibration: calibration, rules: rules)
  }
}

extension TriageRules {
  /// Levels given by hand; nil where the scan's own levels count.
  var knownLevels: ScanLevels? {
    guard let backgroundLevel, let particleLevel else { return nil }
    return ScanLevels(background: backgroundLevel, particle: particleLevel)
  }
}
