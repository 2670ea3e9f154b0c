// The figures of merit of triage on simulated scans with truth, row by row beside their bars.

import FilmSimulation
import Foundation
import Im2Spec
import Microscopy
import StrictJSON
import Triage

/// Mean over scans of every measure, with its standard deviation.
public struct QualityReport: Sendable {
  public struct Row: Sendable {
    public var name: String
    public var mean: Double
    public var deviation: Double
    /// At least (or, for errors, at most) this.
    public var bar: Double?
    public var isUpperBound: Bool
    public var holds: Bool { bar.map { isUpperBound ? mean <= $0 + 1e-9 : mean >= $0 - 1e-9 } ?? true }
  }

  public let model: String
  public let scans: Int
  public let rows: [Row]
  public var holds: Bool { rows.allSatisfy(\.holds) }

  /// Bars for a context network on the tuning scans; a tile-only network is reported without bars.
  private static let bars: [(name: String, bar: Double?, isUpperBound: Bool)] = [
    ("mean true error e", 0.0100, true), ("AUROC of visible anomalies", 0.88, false),
    ("AUROC of invisible anomalies", nil, false), ("rank correlation with e", 0.25, false),
    ("visible anomalies found in 10 targets", 0.80, false), ("visible anomalies found in 20 targets", 0.82, false),
    ("targets in the top decile of e, 10", 0.28, false), ("targets in the top decile of e, 20", 0.22, false),
    ("error enrichment at 20", 1.9, false),
    ("e of the rest after 20 spread spectra", 0.0082, true), ("false refusals", 0, true),
    ("refused of noise, ramp, blur, inverted", 1, false),
  ]

  /// Judges a model with given rules on every scan with truth in a folder.
  /// - Parameter progress: called with the name of each scan done.
  public static func measure(
    model: ModelBundle, rules: TriageRules, folder: String, workers: Int, progress: (String) -> Void = { _ in }
  ) async throws -> QualityReport {
    var rules = rules
    rules.stridePixels = 2
    let triage = try ScanTriage(model: model, rules: rules)
    var values: [[Double]] = []
    let scans = try TruthScan.load(folder: folder)
    for scan in scans {
      values.append(try await measure(scan, triage: triage, model: model, workers: workers))
      progress(scan.name)
    }
    let refused = try await refusedShare(scans[0].scan, triage: triage, workers: workers)
    let rows = bars.enumerated().map { index, bar -> Row in
      let column = index == bars.count - 1 ? [refused] : values.map { $0[index] }.filter(\.isFinite)
      let mean = column.reduce(0, +) / Double(max(1, column.count))
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, column.count))
      return Row(
        name: bar.name, mean: mean, deviation: variance.squareRoot(), bar: model.usesContext ? bar.bar : nil,
        isUpperBound: bar.isUpperBound)
    }
    return QualityReport(model: model.id, scans: scans.count, rows: rows)
  }

  private static func measure(
    _ scan: TruthScan, triage: ScanTriage, model: ModelBundle, workers: Int
  ) async throws -> [Double] {
    let result = try await triage.triage(scan.scan, workers: workers, keepsSpectra: true)
    guard let maps = result.maps, let spectra = result.spectra, result.grid == scan.grid else {
      return [Double](repeating: .nan, count: bars.count - 2) + [1]
    }
    let error = scan.trueError(of: spectra, countsPerUnit: model.countsPerUnit ?? 1)
    let quality = try RankQuality.measure(
      combined: maps.combined, error: maps.error, trueError: error, truth: scan.truth)
    let (ten, twenty) = (quality.interleavedLists[10], quality.interleavedLists[20])
    let (single10, single20) = (quality.combinedLists[10], quality.combinedLists[20])
    return [
      quality.meanError, quality.visibleAUROC ?? .nan, quality.invisibleAUROC ?? .nan, quality.rankCorrelation ?? .nan,
      single10?.visibleFound ?? .nan, single20?.visibleFound ?? .nan, ten?.precision ?? .nan, twenty?.precision ?? .nan,
      twenty?.enrichment ?? .nan, try scan.errorAfterCorrection(spectra: spectra, model: model, seed: 50),
      result.verdict == .refused ? 1 : 0,
    ]
  }

  /// Share of images that are no film which the domain test refuses.
  private static func refusedShare(_ scan: Scan, triage: ScanTriage, workers: Int) async throws -> Double {
    let strangers = [
      DomainTestScans.noise(seed: 1), DomainTestScans.ramp(seed: 2), DomainTestScans.blurred(scan),
      DomainTestScans.inverted(scan),
    ]
    var refused = 0.0
    for stranger in strangers where try await triage.triage(stranger, workers: workers).verdict == .refused {
      refused += 1
    }
    return refused / Double(strangers.count)
  }

  public var text: String {
    var lines = ["model \(model), \(scans) scans", ""]
    for row in rows {
      let bar = row.bar.map { String(format: "%@ %.4g", row.isUpperBound ? "≤" : "≥", $0) } ?? ""
      lines.append(
        row.name.padding(toLength: 42, withPad: " ", startingAt: 0)
          + String(format: "%8.4f ± %.4f  ", row.mean, row.deviation)
          + bar.padding(toLength: 9, withPad: " ", startingAt: 0)
          + (row.bar == nil ? "" : row.holds ? "holds" : "MISSED"))
    }
    return lines.joined(separator: "\n")
  }

  public var json: JSONValue {
    [
      "model": .string(model), "scans": .int(scans), "holds": .bool(holds),
      "rows": .array(
        rows.map {
          [
            "measure": .string($0.name), "mean": .double($0.mean), "deviation": .double($0.deviation),
            "bar": JSONValue($0.bar), "holds": .bool($0.holds),
          ]
        }),
    ]
  }
}
