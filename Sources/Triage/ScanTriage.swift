// From a scan to its ranked targets: the order of the steps.

import Foundation
import Im2Spec
import ImageProcessing
import Microscopy

/// Ranks the places of a scan by a pretrained model and an operator's rules (METHOD 6 and 9).
///
/// Pure: the same scan, model and rules give the same bytes, for any number of workers.
public struct ScanTriage: Sendable {
  private let model: any RoundTripModel
  private let rules: TriageRules
  private let calibration: ScoreCalibration
  private let bank: BankComparison

  /// Makes the model's reference bank ready; do it once and triage many scans.
  /// - Throws: `TriageError` for a model without calibration, or one whose parts do not fit.
  public init(model: any RoundTripModel, rules: TriageRules) throws(TriageError) {
    guard let calibration = model.calibration else {
      throw TriageError(
        description:
          "model \(model.id) is not calibrated: it does not know what ordinary film looks like; show it some with "
          + "`eelscout model calibrate MODEL SI… -o CALIBRATED`")
    }
    let weighted = (Array(rules.weights) + Array(rules.errorWeights)).filter { $0.value != 0 }.map(\.key)
    let missing = Score.allCases.filter {
      (Score.measured.contains($0) || weighted.contains($0)) && calibration.scales[$0.rawValue] == nil
    }
    guard missing.isEmpty else {
      throw TriageError(
        description: "model \(model.id) has no calibration for \(missing.map(\.rawValue).joined(separator: ", ")); "
          + "calibrate it again")
    }
    self.model = model
    self.rules = rules
    self.calibration = calibration
    bank = try BankComparison(model.bank)
  }

  /// - Parameters:
  ///   - workers: blocks scored at the same time.
  ///   - keepsSpectra: also return the predicted spectrum of every grid point.
  ///   - onStage: called at the end of each stage; a caller with a clock learns the timing.
  /// - Throws: `CancellationError` only; a scan that cannot be judged is a refusal with reasons.
  public func triage(
    _ scan: Scan, workers: Int = 1, keepsSpectra: Bool = false, onStage: (TriageStage) -> Void = { _ in }
  ) async throws -> TriageResult {
    var findings = DomainFindings()
    var statistics = ScanStatistics()
    let prepared = PreparedScan.prepare(
      scan, model: model, calibration: calibration, rules: rules, findings: &findings, statistics: &statistics)
    onStage(.normalise)
    guard let prepared, !findings.isRefused || rules.refusedScanKeepsAnchors else {
      return refusal(findings, statistics)
    }
    let context =
      model.usesContext ? ContextFeatures(normalised: prepared.image, pixelSizeNM: prepared.pixelSizeNM) : nil
    onStage(.context)

    let centres = prepared.centres(stride: rules.stridePixels)
    let positions = centres.rows.flatMap { row in centres.columns.map { PixelPosition(row: row, column: $0) } }
    let scorer = GridScorer(
      model: model, bank: bank, scan: prepared, context: context, contextRanges: widenedContextRanges(),
      keepsSpectra: keepsSpectra)
    let scores = try await scorer.scores(at: positions, workers: workers)
    onStage(.predict)

    guard scores.areFinite else {
      findings.refuse("the model's predictions are not finite numbers; verify the model file")
      return refusal(findings, statistics)
    }
    judge(scores, positions: positions.count, findings: &findings, statistics: &statistics)
    let grid = ScoringGrid(
      rows: centres.rows.map(prepared.fileRow), columns: centres.columns.map(prepared.fileColumn))
    let maps = ScoreStandardisation(calibration: calibration, rules: rules)
      .maps(raw: scores.raw, rows: grid.rows.count, columns: grid.columns.count)
    let choices = choose(
      positions: positions, scores: scores, maps: maps, grid: grid, scan: prepared, refused: findings.isRefused)
    let targets = describe(choices, positions: positions, scores: scores, maps: maps, scorer: scorer)
    onStage(.select)
    return TriageResult(
      verdict: findings.verdict, reasons: findings.reasons, statistics: statistics, grid: grid, maps: maps,
      targets: targets, spectra: keepsSpectra ? scores.spectra : nil)
  }

  private func refusal(_ findings: DomainFindings, _ statistics: ScanStatistics) -> TriageResult {
    TriageResult(
      verdict: .refused, reasons: findings.reasons, statistics: statistics, grid: nil, maps: nil, targets: [],
      spectra: nil)
  }

  private func widenedContextRanges() -> [ClosedRange<Double>] {
    guard model.usesContext else { return [] }
    return calibration.contextRanges.map { range in
      let margin = rules.contextMargin * (range.upperBound - range.lowerBound)
      return range.lowerBound - margin...range.upperBound + margin
    }
  }

  /// The part of the domain test that needs the networks' answers.
  private func judge(
    _ scores: GridScores, positions: Int, findings: inout DomainFindings, statistics: inout ScanStatistics
  ) {
    if let scale = calibration.scales[Score.ensemble.rawValue] {
      let median = Double(Quantile.median(scores.raw[.ensemble].map(Float.init)))
      let shift = (median - scale.median) / max(scale.standardDeviation, 1e-9)
      statistics.ensembleShift = shift
      findings.judgeEnsembleShift(shift, rules: rules)
    }
    if let scale = calibration.scales[Score.novelty.rawValue] {
      let far = scores.raw[.novelty].count { scale.standardise($0, clip: -.infinity...(.infinity)) > 3 }
      statistics.farFraction = Double(far) / Double(positions)
    }
    if model.usesContext {
      let outside = Double(scores.context.positions) / Double(positions)
      statistics.contextOutsideFraction = outside
      findings.judgeContext(outsideFraction: outside, worstFeature: scores.context.worstFeature, rules: rules)
    }
  }

  private func choose(
    positions: [PixelPosition], scores: GridScores, maps: ScoreMaps, grid: ScoringGrid, scan: PreparedScan,
    refused: Bool
  ) -> [Choice] {
    if refused && !rules.refusedScanKeepsAnchors { return [] }
    let border = rules.borderPixels
    let eligible = positions.indices.map { index in
      let position = positions[index]
      return scores.tileMeans[index] >= rules.vacuumMeanBelow && position.row >= border && position.column >= border
        && position.row <= scan.image.rows - border && position.column <= scan.image.columns - border
    }
    // Spacing is kept in pixels of the file, where the targets will be measured.
    var selection = TargetSelection(
      grid: grid, eligible: eligible, distancePixels: rules.minimumDistanceNM / scan.filePixelSizeNM)
    selection.takeAnchors(rules.anchors, combined: maps.combined.values)
    if !refused {
      selection.takeInterleaved(
        rules.rankedTargets, combined: maps.combined.values, error: maps.error.values,
        anomalyPicks: rules.anomalyPicks, errorPicks: rules.errorPicks)
    }
    return selection.choices
  }

  private func describe(
    _ choices: [Choice], positions: [PixelPosition], scores: GridScores, maps: ScoreMaps, scorer: GridScorer
  ) -> [RankedTarget] {
    let description = TargetDescription(
      standardisation: ScoreStandardisation(calibration: calibration, rules: rules),
      reason: TargetReason(rules: rules, medianCombined: Double(Quantile.median(maps.combined.values))),
      scores: scores, maps: maps, scan: scorer.scan, channels: model.energyEV.count)
    var targets: [RankedTarget] = []
    for start in stride(from: 0, to: choices.count, by: GridScorer.blockSize) {
      let block = Array(choices[start..<min(start + GridScorer.blockSize, choices.count)])
      let batch = scorer.batch(at: block.map { positions[$0.index] })
      let answer = model.roundTrip(batch)
      targets += block.indices.map { offset in
        description.target(
          block[offset], at: positions[block[offset].index], rank: start + offset + 1, of: choices.count, batch: batch,
          answer: answer, offset: offset)
      }
    }
    return targets
  }
}
