// The ranked list of the database: JSON, CSV, and a table grouped by scan.

import StrictJSON
import TargetStore

/// Targets as `eelscout targets` prints them.
public enum TargetReport {
  /// The columns of the view `target_queue`.
  public static func json(_ targets: [StoredTarget]) -> JSONValue { .array(targets.map { .object($0.columns) }) }

  public static func csv(_ targets: [StoredTarget]) -> String {
    CSV.line(StoredTarget.columnNames)
      + targets.map { target in
        CSV.line(
          target.columns.map { column in
            switch column.value {
            case .string(let text): text
            case .null: ""
            default: column.value.text
            }
          })
      }.joined()
  }

  /// - Parameter scans: those that targets may belong to.
  public static func table(_ targets: [StoredTarget], scans: [ScanSummary], _ style: TextStyle) -> String {
    guard !targets.isEmpty else { return "no targets\n" }
    var text = ""
    for number in targets.map(\.scan).reduce(into: [Int](), { if $0.last != $1 { $0.append($1) } }) {
      let scan = scans.first { $0.id == number }
      if let scan { text += ScanReport.heading(scan, style) }
      let own = targets.filter { $0.scan == number }
      let budget = scan.flatMap(StoredBudget.init)
      text += table(own, hasBudget: budget?.isLimited ?? false).text(style)
      text += budget?.text(own, of: scan?.targets ?? own.count) ?? ""
    }
    return text + TextLayout.frameNote + "  `eelscout why ID` says why a target was chosen\n"
  }

  /// What a budget adds, time and whether it fits, stands before the words, which are cut first.
  private static func table(_ targets: [StoredTarget], hasBudget: Bool) -> TextTable {
    let cost: [TextTable.Column] = hasBudget ? [.init("est. s", .right), .init("fits")] : []
    var table = TextTable(
      [
        .init("id"), .init("kind"), .init("x nm", .right), .init("y nm", .right), .init("row", .right),
        .init("col", .right), .init("dwell ms", .right),
      ] + cost + [.init("error", .right), .init("status"), .init("why")], leastLast: TextLayout.shortestReason)
    for target in targets {
      let cost =
        hasBudget ? [Figures.short(target.estimatedSeconds), target.fitsBudget.map { $0 ? "yes" : "no" } ?? "-"] : []
      table.add(
        [
          target.id, target.kind, Figures.oneDecimal(target.xNM), Figures.oneDecimal(target.yNM), "\(target.row)",
          "\(target.column)", Figures.short(target.dwellMS),
        ] + cost + [Figures.short(target.predictedError), target.status.rawValue, target.reason])
    }
    return table
  }
}
