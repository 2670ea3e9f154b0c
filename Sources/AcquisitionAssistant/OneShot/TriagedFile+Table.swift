// One-shot triage for people: what was looked at, the verdict, the list.

import Microscopy
import Triage

extension TriagedFile {
  /// The list in 80 columns.
  public func table(_ style: TextStyle) -> String {
    guard let ranked else {
      return style.bold(path.string) + "\n  \(inspection.verdict.rawValue): \(inspection.reason)\n"
    }
    let frame = ranked.scan.frame
    let size = frame.pixelSizeNM.map { "\(Figures.short($0)) nm/px" } ?? "no pixel size"
    var text = style.bold(path.string) + "\n"
    text += "  \(frame.rows) × \(frame.columns) px, \(size); model \(engine.model.id); rules \(engine.rules.identity)\n"
    text += "  domain: \(style.verdict(ranked.result.verdict.rawValue))\n"
    for reason in ranked.result.reasons { text += TextLayout.wrapped(reason, indent: "    ") }
    guard !targets.isEmpty else {
      let looked = ranked.result.grid.map { "\($0.rows.count * $0.columns.count) places were scored" }
      return text + "  no targets\(looked.map { ": " + $0 } ?? "")\n"
    }
    var table = TextTable(
      [
        .init("rank", .right), .init("kind"), .init("x nm", .right), .init("y nm", .right), .init("row", .right),
        .init("col", .right), .init("dwell ms", .right), .init("error", .right), .init("score", .right), .init("why"),
      ], leastLast: TextLayout.shortestReason)
    for target in targets {
      table.add([
        "\(target.rank)", target.kind.rawValue, Figures.oneDecimal(target.xNM), Figures.oneDecimal(target.yNM),
        "\(target.position.row)", "\(target.position.column)", Figures.short(target.dwellMS),
        Figures.short(target.predictedError), Figures.short(target.standardisedScores["combined"]), target.reason,
      ])
    }
    text +=
      table.text(style)
      + BudgetReport.text(ranked.result.budget, unfitting: targets.filter { !$0.fitsBudget }.map(\.rank))
    return text + TextLayout.frameNote
      + "  score: deviations above ordinary film, summed; --json has all of them and the reasons\n"
  }
}
