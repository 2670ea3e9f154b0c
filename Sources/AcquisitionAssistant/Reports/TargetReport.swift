// The ranked list of the database: JSON, CSV, and a table grouped by scan.

import StrictJSON
import TargetStore

/// Targets as `eelscout targets` prints them.
public enum TargetReport {
  /// The columns of the view `target_queue`.
  public static func json(_ targets: [StoredTarget]) -> JSONValue { .array(targets.map { .object(members($0)) }) }

  public static func csv(_ targets: [StoredTarget]) -> String {
    CSV.line(columns)
      + targets.map { target in
        CSV.line(
          members(target).map { member in
            switch member.value {
            case .string(let text): text
            case .null: ""
            default: member.value.text
            }
          })
      }.joined()
  }

  /// - Parameter scans: those that targets may belong to.
  public static func table(_ targets: [StoredTarget], scans: [ScanSummary], _ style: TextStyle) -> String {
    guard !targets.isEmpty else { return "no targets\n" }
    var text = ""
    for number in targets.map(\.scan).reduce(into: [Int](), { if $0.last != $1 { $0.append($1) } }) {
      if let scan = scans.first(where: { $0.id == number }) { text += ScanReport.heading(scan, style) }
      var table = TextTable(
        [
          .init("id"), .init("kind"), .init("x nm", .right), .init("y nm", .right), .init("row", .right),
          .init("col", .right), .init("dwell ms", .right), .init("error", .right), .init("status"), .init("why"),
        ], leastLast: TextLayout.shortestReason)
      for target in targets where target.scan == number {
        table.add([
          target.id, target.kind, Figures.oneDecimal(target.xNM), Figures.oneDecimal(target.yNM), "\(target.row)",
          "\(target.column)", Figures.short(target.dwellMS), Figures.short(target.predictedError),
          target.status.rawValue, target.reason,
        ])
      }
      text += table.text(style)
    }
    return text + TextLayout.frameNote + "  `eelscout why ID` says why a target was chosen\n"
  }

  static func members(_ target: StoredTarget) -> [JSONValue.Member] {
    [
      .init("id", .string(target.id)), .init("scan", .int(target.scan)),
      .init("scan_sha256", .string(target.scanSHA256)), .init("rank", .int(target.rank)),
      .init("priority", .double(target.priority)), .init("kind", .string(target.kind)),
      .init("reason", .string(target.reason)), .init("status", .string(target.status.rawValue)),
      .init("row", .int(target.row)), .init("column", .int(target.column)), .init("x_nm", JSONValue(target.xNM)),
      .init("y_nm", JSONValue(target.yNM)), .init("x_fraction", .double(target.xFraction)),
      .init("y_fraction", .double(target.yFraction)), .init("width_nm", JSONValue(target.widthNM)),
      .init("height_nm", JSONValue(target.heightNM)), .init("dwell_ms", .double(target.dwellMS)),
      .init("novelty", JSONValue(target.novelty)), .init("round_trip_error", JSONValue(target.roundTripError)),
      .init("predicted_error", JSONValue(target.predictedError)),
      .init("predicted_error_low", JSONValue(target.predictedErrorLow)),
      .init("predicted_error_high", JSONValue(target.predictedErrorHigh)), .init("model", .string(target.model)),
      .init("rules", .string(target.rules)), .init("created_at", .string(target.createdAt)),
      .init("status_by", .string(target.statusBy)), .init("status_at", .string(target.statusAt)),
      .init("status_why", JSONValue(target.statusWhy)), .init("claimed_by", JSONValue(target.claimedBy)),
      .init("lease_expires_at", JSONValue(target.leaseExpiresAt)),
      .init("spectrum_file", JSONValue(target.spectrumFile)),
    ]
  }

  private static let columns = [
    "id", "scan", "scan_sha256", "rank", "priority", "kind", "reason", "status", "row", "column", "x_nm", "y_nm",
    "x_fraction", "y_fraction", "width_nm", "height_nm", "dwell_ms", "novelty", "round_trip_error", "predicted_error",
    "predicted_error_low", "predicted_error_high", "model", "rules", "created_at",
    "status_by", "status_at", "status_why", "claimed_by", "lease_expires_at", "spectrum_file",
  ]
}
