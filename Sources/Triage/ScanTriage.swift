// From a scan to its ranked targets: the order of the steps.

import Foundation
import Im2Spec
import ImageProcessing
import Microscopy

/// Ranks the places of a scan by a pretrained model and an operator's rules (METHOD 6 and 9).
///
/// Pure: the same scan, model and rules give the same bytes, for any number of workers.
public struct ScanTriage: Sendable {
  let model: any RoundTripModel
  let rules: TriageRules
  let calibration: ScoreCalibration
  let bank: BankComparison
  let standardisation: ScoreStandardisation

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
    standardisation = ScoreStandardisation(calibration: calibration, rules: rules)
  }

  /// - Parameters:
  ///   - workers: bands scored at the same time.
  ///   - storage: where the scores of all places lie meanwhile.
  ///   - keepsMaps: also return the score maps.
  ///   - keepsSpectra: also return the predicted spectrum of every grid point.
  ///   - onStage: called at the end of each stage; a caller with a clock learns the timing.
  /// - Throws: `CancellationError`, and what reading the image or storing scores throws; a scan that cannot be judged is a
  ///   refusal with reasons.
  public func triage(
    _ scan: ScanSource, workers: Int = 1, storage: any RasterStorage = MemoryStorage(), keepsMaps: Bool = true,
    keepsSpectra: Bool = false, onStage: (TriageStage) -> Void = { _ in }
  ) async throws -> TriageResult {
    var findings = DomainFindings()
    var statistics = ScanStatistics()
    let prepared = try PreparedScan.prepare(
      scan, model: model, calibration: calibration, rules: rules, findings: &findings, statistics: &statistics)
    onStage(.normalise)
    guard let prepared, !findings.isRefused || rules.refusedScanKeepsAnchors else {
      return refusal(findings, statistics)
    }
    let scorer = GridScorer(
      model: model, bank: bank, scan: prepared, standardisation: standardisation,
      contextRanges: widenedContextRanges(), storage: storage, keepsMaps: keepsMaps, keepsSpectra: keepsSpectra)
    var scores = try await scorer.scores(workers: workers)
    onStage(.predict)

    guard scores.areFinite else {
      findings.refuse("the model's predictions are not finite numbers; verify the model file")
      return refusal(findings, statistics)
    }
    try judge(scores, findings: &findings, statistics: &statistics)
    try scores.smooth(window: rules.smoothingWindow)
    let median = try scores.medianCombined()
    let grid = ScoringGrid(
      rows: prepared.grid.rows.values.map(prepared.fileRow),
      columns: prepared.grid.columns.values.map(prepared.fileColumn))
    let choices = try choose(scores, median: median, grid: grid, scan: prepared, refused: findings.isRefused)
    var targets = try describe(choices, scores: scores, median: median, scorer: scorer)
    let budget = plan(&targets)
    onStage(.select)
    return TriageResult(
      verdict: findings.verdict, reasons: findings.reasons, statistics: statistics, grid: grid,
      maps: try scores.maps.map { maps in
        ScoreMaps(
          combined: try scores.combined.whole(), error: try scores.error.whole(), roundTrip: maps.roundTrip,
          novelty: maps.novelty, ensemble: try scores.ensemble.whole(), predictedError: maps.predictedError)
      },
      pictures: try scores.pictures(of: prepared), targets: targets, budget: budget,
      spectra: keepsSpectra ? scores.spectra : nil)
  }

  /// Ranks the places of a scan in memory.
  public func triage(
    _ scan: Scan, workers: Int = 1, keepsMaps: Bool = true, keepsSpectra: Bool = false,
    onStage: (TriageStage) -> Void = { _ in }
  ) async throws -> TriageResult {
    try await triage(
      ScanSource(scan), workers: workers, keepsMaps: keepsMaps, keepsSpectra: keepsSpectra, onStage: onStage)
  }

  private func refusal(_ findings: DomainFindings, _ statistics: ScanStatistics) -> TriageResult {
    TriageResult(
      verdict: .refused, reasons: findings.reasons, statistics: statistics, grid: nil, maps: nil, pictures: [],
      targets: [], budget: BudgetTotals(limits: rules.budget), spectra: nil)
  }

  func widenedContextRanges() -> [ClosedRange<Double>] {
    guard model.usesContext else { return [] }
    return calibration.contextRanges.map { range in
      let margin = rules.contextMargin * (range.upperBound - range.lowerBound)
      return range.lowerBound - margin...range.upperBound + margin
    }
  }

  /// The part of the domain test that needs the networks' answers.
  private func judge(
    _ scores: GridScores, findings: inout DomainFindings, statistics: inout ScanStatistics
  ) throws {
    let positions = Double(scores.ensemble.rows * scores.ensemble.columns)
    if let scale = calibration.scales[Score.ensemble.rawValue] {
      let median = Double(try StreamedOrder(scores.ensemble).quantiles([0.5])[0])
      let shift = (median - scale.median) / max(scale.standardDeviation, 1e-9)
      statistics.ensembleShift = shift
      findings.judgeEnsembleShift(shift, rules: rules)
    }
    statistics.farFraction = Double(scores.farPoints) / positions
    if model.usesContext {
      let outside = Double(scores.context.positions) / positions
      statistics.contextOutsideFraction = outside
      findings.judgeContext(outsideFraction: outside, worstFeature: scores.context.worstFeature, rules: rules)
    }
  }

  /// - Parameter median: of the smoothed combined score.
  private func choose(
    _ scores: GridScores, median: Float, grid: ScoringGrid, scan: PreparedScan, refused: Bool
  ) throws -> [Choice] {
    if refused && !rules.refusedScanKeepsAnchors { return [] }
    let border = rules.borderPixels
    var eligible = scores.holdsFilm
    eligible.formIntersection(rows: 0..<eligible.rows) { row, column in
      let position = (row: scan.grid.rows[row], column: scan.grid.columns[column])
      return position.row >= border && position.column >= border && position.row <= scan.image.rows - border
        && position.column <= scan.image.columns - border
    }
    // Spacing is kept in pixels of the file, where the targets will be measured.
    var selection = TargetSelection(
      grid: grid, eligible: eligible, distancePixels: rules.minimumDistanceNM / scan.filePixelSizeNM)
    try selection.takeAnchors(rules.anchors, combined: scores.combined, median: median)
    if !refused {
      try selection.takeInterleaved(
        rules.rankedTargets, combined: scores.combined, error: scores.error,
        anomalyPicks: rules.anomalyPicks, errorPicks: rules.errorPicks)
    }
    return selection.choices
  }

  /// Asks the networks once more, for all that is told of a target and kept of no other place.
  /// - Parameter median: of the smoothed combined score.
  func describe(
    _ choices: [Choice], scores: GridScores, median: Float, scorer: GridScorer
  ) throws -> [RankedTarget] {
    let description = TargetDescription(
      standardisation: standardisation,
      reason: TargetReason(rules: rules, medianCombined: Double(median)),
      scan: scorer.scan, bank: bank, channels: model.energyEV.count)
    var targets: [RankedTarget] = []
    for start in stride(from: 0, to: choices.count, by: Self.targetsAtOnce) {
      try Task.checkCancellation()
      let block = Array(choices[start..<min(start + Self.targetsAtOnce, choices.count)])
      let batch = try scorer.batch(at: block.map { scorer.scan.position($0.index) })
      let answer = model.roundTrip(batch)
      let raw = bank.scores(of: batch, roundTrip: answer)
      targets += try block.indices.map { offset in
        description.target(
          block[offset], rank: start + offset + 1, of: choices.count, scores: raw[offset],
          combined: try scores.combined(at: block[offset].index), batch: batch, answer: answer, offset: offset)
      }
    }
    return targets
  }

  /// Says of every target what it costs, whether that fits the budget, and when to visit it.
  private func plan(_ targets: inout [RankedTarget]) -> BudgetTotals {
    let plan = AcquisitionPlan(
      targets.map { PlannedPlace(xNM: $0.xNM, yNM: $0.yNM, dwellMS: $0.dwellMS) }, budget: rules.budget)
    for (index, stop) in plan.stops.enumerated() {
      targets[index].estimatedSeconds = stop.estimatedSeconds
      targets[index].dosePerNM2 = stop.dosePerNM2
      targets[index].fitsBudget = stop.fits
      targets[index].visitOrder = stop.visitOrder
      if stop.isAboveDose { targets[index].reason += TargetReason.aboveDose(stop.dosePerNM2, rules.budget) }
    }
    return plan.totals
  }

  /// Targets that the networks are asked about together.
  private static let targetsAtOnce = 32
}
