// One-shot triage as JSON and CSV. The keys are a contract.

import MicroscopeFiles
import StrictJSON
import Triage

extension TriagedFile {
  /// One element of `eelscout triage --json`.
  public var json: JSONValue {
    var members = FilePathJSON.members(path)
    if ranked == nil {
      members.append(
        .init("error", ["verdict": .string(inspection.verdict.rawValue), "reason": .string(inspection.reason)]))
    }
    members.append(.init("scan", scanJSON))
    members.append(.init("model", ["id": .string(engine.model.id)]))
    members.append(
      .init("rules", ["sha256": .string(engine.rules.sha256), "revision": .string(engine.rules.identity)]))
    members.append(.init("domain", domainJSON))
    members.append(.init("targets", .array(targets.map(Self.json))))
    members.append(.init("budget", (ranked?.result.budget).map(BudgetReport.json) ?? .null))
    members.append(
      .init("timing_ms", .object(stagesMS.map { .init($0.stage, .double(($0.ms * 1e3).rounded() / 1e3)) })))
    return .object(members)
  }

  var targets: [RankedTarget] { ranked?.result.targets ?? [] }

  private var scanJSON: JSONValue {
    guard let frame = ranked?.scan.frame else { return .null }
    return [
      "content_sha256": JSONValue(inspection.contentSHA256), "shape": JSONValue([frame.rows, frame.columns]),
      "pixel_size_nm": JSONValue(frame.pixelSizeNM),
    ]
  }

  private var domainJSON: JSONValue {
    guard let result = ranked?.result else { return .null }
    return ["verdict": .string(result.verdict.rawValue), "reasons": JSONValue(result.reasons)]
  }

  private static func json(_ target: RankedTarget) -> JSONValue {
    [
      "rank": .int(target.rank), "row": .int(target.position.row), "column": .int(target.position.column),
      "x_nm": .double(target.xNM), "y_nm": .double(target.yNM), "x_fraction": .double(target.xFraction),
      "y_fraction": .double(target.yFraction), "kind": .string(target.kind.rawValue),
      "priority": .double(target.priority), "dwell_ms": .double(target.dwellMS), "reason": .string(target.reason),
      "scores": .object(
        target.scoreNames.map { name in
          .init(
            name,
            ["raw": JSONValue(target.rawScores[name]), "standardised": JSONValue(target.standardisedScores[name])])
        }),
      "estimated_seconds": .double(target.estimatedSeconds), "dose_e_per_nm2": .double(target.dosePerNM2),
      "fits_budget": .bool(target.fitsBudget), "visit_order": .int(target.visitOrder),
      "predicted_error": .double(target.predictedError),
      "interval": JSONValue([target.predictedErrorInterval.lowerBound, target.predictedErrorInterval.upperBound]),
    ]
  }
}

extension TriagedFile {
  public static let csvHeader = CSV.line([
    "path", "rank", "row", "column", "x_nm", "y_nm", "x_fraction", "y_fraction", "kind", "priority", "dwell_ms",
    "reason", "predicted_error", "predicted_error_low", "predicted_error_high", "estimated_seconds", "dose_e_per_nm2",
    "fits_budget", "visit_order",
  ])

  /// One line a target; none for a file without targets.
  public var csv: String {
    targets.map { target in
      CSV.line([
        path.string, "\(target.rank)", "\(target.position.row)", "\(target.position.column)", "\(target.xNM)",
        "\(target.yNM)", "\(target.xFraction)", "\(target.yFraction)", target.kind.rawValue, "\(target.priority)",
        "\(target.dwellMS)", target.reason, "\(target.predictedError)", "\(target.predictedErrorInterval.lowerBound)",
        "\(target.predictedErrorInterval.upperBound)", "\(target.estimatedSeconds)", "\(target.dosePerNM2)",
        "\(target.fitsBudget)", "\(target.visitOrder)",
      ])
    }.joined()
  }
}
