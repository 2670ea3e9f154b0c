// Lists for people and scripts: the columns of the view `target_queue`.

import CommaSeparated
import StrictJSON
import TargetStore

/// Comma-separated values; text that a spreadsheet would take for a formula begins with an apostrophe.
struct CSVFormat: ExportFormat {
  let name = "csv"
  let program = "spreadsheets, scripts"
  let coordinates = "rows, columns, nm, fractions"
  let selection = ExportSelection.everything

  func text(_ export: TargetExport) -> String {
    CSV.line(StoredTarget.columnNames + ["frame"])
      + export.scans.flatMap(\.targets).map { target in
        CSV.line(
          target.columns.map { column in
            switch column.value {
            case .string(let text): CSV.plain(text)
            case .null: ""
            default: column.value.text
            }
          } + [TargetExport.frameNote])
      }.joined()
  }
}

/// One JSON document.
struct JSONFormat: ExportFormat {
  let name = "json"
  let program = "scripts"
  let coordinates = "rows, columns, nm, fractions"
  let selection = ExportSelection.everything

  func text(_ export: TargetExport) -> String {
    export.document(
      name,
      [
        .init("scans", .array(export.scans.map { .object($0.identity) })),
        .init("targets", .array(export.scans.flatMap(\.targets).map { .object($0.columns) })),
      ])
  }
}
