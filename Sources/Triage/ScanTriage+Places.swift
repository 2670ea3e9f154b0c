// What the networks say of places that somebody points at, whether or not they are worth a target.

import Im2Spec
import ImageProcessing
import Microscopy

extension ScanTriage {
  /// The scored places nearest to some pixels of the file, told as targets are; the kind is that of a control place.
  /// - Returns: one a position, in their order; none where the scan can't be judged.
  /// - Throws: `CancellationError`, and what reading the image or storing scores throws.
  public func look(
    at positions: [PixelPosition], in scan: ScanSource, workers: Int = 1, storage: any RasterStorage = MemoryStorage()
  ) async throws -> [RankedTarget] {
    var findings = DomainFindings()
    var statistics = ScanStatistics()
    let prepared = try PreparedScan.prepare(
      scan, model: model, calibration: calibration, rules: rules, findings: &findings, statistics: &statistics)
    guard let prepared, !findings.isRefused else { return [] }
    let scorer = GridScorer(
      model: model, bank: bank, scan: prepared, standardisation: standardisation,
      contextRanges: widenedContextRanges(), storage: storage, keepsMaps: false, keepsSpectra: false)
    var scores = try await scorer.scores(workers: workers)
    try scores.smooth(window: rules.smoothingWindow)
    let rows = prepared.grid.rows.values.map(prepared.fileRow)
    let columns = prepared.grid.columns.values.map(prepared.fileColumn)
    guard !rows.isEmpty, !columns.isEmpty else { return [] }
    func nearest(_ place: Int, _ places: [Int]) -> Int {
      places.indices.min { abs(places[$0] - place) < abs(places[$1] - place) } ?? 0
    }
    let choices = positions.map { position in
      Choice(index: nearest(position.row, rows) * columns.count + nearest(position.column, columns), kind: .anchor)
    }
    return try describe(choices, scores: scores, median: scores.medianCombined(), scorer: scorer)
  }
}
