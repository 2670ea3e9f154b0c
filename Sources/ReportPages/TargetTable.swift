// The list of a scan as a table with units.

import AcquisitionAssistant
import Markup
import TargetStore

struct TargetTable {
  private let targets: [StoredTarget]

  init(_ targets: [StoredTarget]) { self.targets = targets }

  /// Columns of the budget appear where anything is known of it.
  var markup: Markup {
    let hasBudget = targets.contains { $0.estimatedSeconds != nil || $0.dosePerNM2 != nil || $0.visitOrder != nil }
    var columns: [Table.Column] = [
      .init("rank", .right), .init("id"), .init("kind"), .init("status"), .init("x, nm", .right),
      .init("y, nm", .right),
      .init("row, px", .right), .init("col, px", .right), .init("dwell, ms", .right),
    ]
    if hasBudget {
      columns += [.init("time, s", .right), .init("dose, e⁻/nm²", .right), .init("visit", .right), .init("fits")]
    }
    columns += [.init("predicted e", .right), .init("5 % to 95 %", .right)]
    var table = Table(caption: caption, columns)
    for target in targets {
      var cells: [Markup] = [
        "\(target.rank)", "<a class=\"id\" href=\"#t\(target.rank)\">\(target.id)</a>", "\(target.kind)",
        status(target), "\(NumberWords.oneDecimal(target.xNM))", "\(NumberWords.oneDecimal(target.yNM))",
        "\(target.row)", "\(target.column)", "\(NumberWords.short(target.dwellMS))",
      ]
      if hasBudget {
        cells += [
          "\(NumberWords.short(target.estimatedSeconds))", NumberWords.power(target.dosePerNM2),
          "\(target.visitOrder.map(String.init) ?? "-")", "\(target.fitsBudget.map { $0 ? "yes" : "no" } ?? "-")",
        ]
      }
      cells += [
        "\(NumberWords.short(target.predictedError))",
        "\(NumberWords.short(target.predictedErrorLow)) to \(NumberWords.short(target.predictedErrorHigh))",
      ]
      let isGone = [.skipped, .rejected, .superseded, .acquired].contains(target.status)
      table.add(cells, style: isGone ? "gone" : nil)
    }
    return table.markup
  }

  /// The daemon's own word needs no name.
  private func status(_ target: StoredTarget) -> Markup {
    target.status == .new ? "new" : "\(target.status.rawValue), \(target.statusBy)"
  }

  private var caption: Markup {
    """
    In the order of acquisition. e is the mean squared error of the predicted spectrum in units of the mean squared training spectrum; its
    interval holds for ordinary film only.
    """
  }
}
