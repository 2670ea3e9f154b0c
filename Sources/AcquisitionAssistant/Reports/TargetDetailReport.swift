// One target: where it is and what to do there (`show`), and why it was chosen (`why`).

import StrictJSON
import TargetStore

/// One target for `eelscout show` and `eelscout why`.
public enum TargetDetailReport {
  public static func json(_ detail: TargetDetail) -> JSONValue {
    var members = detail.target.columns
    members.append(
      .init(
        "scores",
        .object(
          detail.scores.map {
            .init($0.name, ["raw": JSONValue($0.raw), "standardised": JSONValue($0.standardised)])
          })))
    members.append(.init("spectrum", detail.spectrum.map(json) ?? .null))
    members.append(.init("spectrum_spread", detail.spectrumSpread.map { .array($0.map { JSONValue($0) }) } ?? .null))
    members.append(.init("tile", detail.tile.map(json) ?? .null))
    members.append(.init("round_trip_tile", detail.roundTripTile.map(json) ?? .null))
    members.append(
      .init(
        "neighbours",
        .array(detail.neighbours.map { ["distance": .double($0.distance), "tile": json($0.tile)] })))
    members.append(
      .init(
        "events",
        .array(
          detail.events.map {
            [
              "at": .string($0.at), "by": .string($0.by), "from": JSONValue($0.from?.rawValue),
              "to": .string($0.to.rawValue), "why": JSONValue($0.why),
            ]
          })))
    members.append(.init("scan_summary", ScanReport.json(detail.scan)))
    return .object(members)
  }

  private static func json(_ spectrum: StoredSpectrum) -> JSONValue {
    [
      "energy_ev": JSONValue(spectrum.energyEV), "values": .array(spectrum.values.map { JSONValue($0) }),
      "units": .string(spectrum.units),
    ]
  }

  private static func json(_ tile: TileRecord) -> JSONValue {
    [
      "rows": .int(tile.rows), "columns": .int(tile.columns), "values": .array(tile.values.map { JSONValue($0) }),
    ]
  }

  /// Position, dwell, prediction and history.
  public static func show(_ detail: TargetDetail, _ style: TextStyle) -> String {
    let target = detail.target
    var text = style.bold("target \(target.id)") + "  \(target.kind), rank \(target.rank), \(target.status.rawValue)\n"
    text += line("position", place(target))
    text += line("pixel", "row \(target.row), column \(target.column)")
    text += line(
      "fraction", "x \(Figures.short(target.xFraction)), y \(Figures.short(target.yFraction)) of the field of view")
    if let width = target.widthNM, let height = target.heightNM {
      text += line("size", "\(Figures.short(width)) nm × \(Figures.short(height)) nm")
    }
    text += line("dwell", "\(Figures.short(target.dwellMS)) ms suggested" + cost(target))
    text += line("error", error(target))
    if let spectrum = detail.spectrum { text += line("spectrum", summary(spectrum)) }
    text += wrapped("reason", target.reason)
    text += "\n" + ScanReport.heading(detail.scan, style) + TextLayout.frameNote + "\n" + history(detail, style)
    return text
  }

  /// Every score, the rules, the model, the verdict.
  public static func why(_ detail: TargetDetail, _ style: TextStyle) -> String {
    let target = detail.target
    var text = style.bold("why \(target.id)") + "  \(target.kind), rank \(target.rank) of \(detail.scan.targets)\n"
    text += wrapped("reason", target.reason)
    text += line("position", place(target))
    text += line("error", error(target))
    text += line("model", detail.scan.model)
    text += line("rules", "\(detail.scan.rulesRevision) (\(detail.scan.rules.prefix(12)))")
    text += line("domain", style.verdict(detail.scan.verdict.rawValue))
    for reason in detail.scan.reasons { text += TextLayout.wrapped(reason, indent: "              ") }
    var table = TextTable([.init("score"), .init("raw", .right), .init("deviations from ordinary film", .right)])
    for score in detail.scores {
      table.add([score.name, Figures.short(score.raw), Figures.short(score.standardised)])
    }
    return text + "\n" + table.text(style)
      + "  raw scores are logarithms; deviations are robust ones, from calibration films\n"
  }

  private static func place(_ target: StoredTarget) -> String {
    guard let x = target.xNM, let y = target.yNM else { return "no pixel size: use the pixel" }
    return "\(Figures.oneDecimal(x)) nm, \(Figures.oneDecimal(y)) nm"
  }

  /// Time and dose, and whether the budget allows them.
  private static func cost(_ target: StoredTarget) -> String {
    guard let seconds = target.estimatedSeconds, let dose = target.dosePerNM2 else { return "" }
    let misfit = target.fitsBudget == false ? "; beyond the budget" : ""
    return ", about \(Figures.short(seconds)) s and \(Figures.scientific(dose)) e⁻/nm²\(misfit)"
  }

  private static func error(_ target: StoredTarget) -> String {
    guard let error = target.predictedError else { return "not predicted" }
    return "\(Figures.short(error)) predicted, \(Figures.short(target.predictedErrorLow)) to "
      + "\(Figures.short(target.predictedErrorHigh)) (5 % to 95 %, ordinary film)"
  }

  private static func summary(_ spectrum: StoredSpectrum) -> String {
    guard let peak = spectrum.values.indices.max(by: { spectrum.values[$0] < spectrum.values[$1] }),
      peak < spectrum.energyEV.count
    else { return "none" }
    return "predicted, \(spectrum.values.count) channels, highest at \(Figures.short(spectrum.energyEV[peak])) eV"
  }

  private static func history(_ detail: TargetDetail, _ style: TextStyle) -> String {
    var table = TextTable([.init("when"), .init("status"), .init("by"), .init("why")])
    for event in detail.events {
      table.add([Moments.local(event.at), event.to.rawValue, event.by, event.why ?? ""])
    }
    return table.text(style)
  }

  private static func line(_ name: String, _ value: String) -> String {
    "  " + name + String(repeating: " ", count: max(1, 12 - name.count)) + value + "\n"
  }

  private static func wrapped(_ name: String, _ value: String) -> String {
    let indent = String(repeating: " ", count: 14)
    let lines = TextLayout.wrapped(value, indent: indent)
    return line(name, String(lines.dropFirst(indent.count).dropLast()))
  }
}
