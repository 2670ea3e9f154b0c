// What a scan's targets cost together, beside what the rules allow.

import StrictJSON
import TargetStore
import Triage

/// The budget of one scan, as JSON and in words.
public enum BudgetReport {
  /// `limits` are null where there is none; the sums are over what fits.
  static func json(_ totals: BudgetTotals) -> JSONValue {
    let limits = totals.limits
    return [
      "limits": [
        "seconds": limits.seconds > 0 ? .double(limits.seconds) : .null,
        "dose_e_per_nm2": limits.dosePerNM2 > 0 ? .double(limits.dosePerNM2) : .null,
      ],
      "settle_ms": .double(limits.settleMS), "travel_ms_per_um": .double(limits.travelMSPerUM),
      "exposed_side_nm": .double(limits.exposedSideNM), "beam_current_pa": .double(limits.beamCurrentPA),
      "targets": .int(totals.places), "fitting": .int(totals.fitting), "above_dose": .int(totals.aboveDose),
      "seconds": .double(totals.seconds), "electrons": .double(totals.electrons),
      "dose_e_per_nm2": .double(totals.meanDosePerNM2),
      "highest_dose_e_per_nm2": .double(totals.highestDosePerNM2), "travel_um": .double(totals.travelUM),
      "rank_order_travel_um": .double(totals.rankOrderTravelUM),
    ]
  }

  /// One sentence in lines of the terminal's width.
  /// - Parameter unfitting: ranks of the targets that don't fit.
  static func text(_ totals: BudgetTotals, unfitting: [Int]) -> String {
    guard totals.places > 0 else { return "" }
    let limits = [
      totals.limits.seconds > 0 ? "\(Figures.short(totals.limits.seconds)) s" : nil,
      totals.limits.dosePerNM2 > 0 ? "\(Figures.scientific(totals.limits.dosePerNM2)) e⁻/nm²" : nil,
    ].compactMap { $0 }
    var line: String
    if limits.isEmpty {
      line = "no budget is set; all take"
    } else if unfitting.isEmpty {
      line = "budget \(limits.joined(separator: ", ")): all \(totals.places) fit and take"
    } else {
      line = "budget \(limits.joined(separator: ", ")): \(totals.fitting) of \(totals.places) fit, not "
      line += "\(unfitting.count == 1 ? "rank" : "ranks") \(ranges(unfitting))"
      if totals.aboveDose > 0 { line += " (\(totals.aboveDose) by their own dose)" }
      line += "; they take"
    }
    line += " about \(Figures.short(totals.seconds)) s, \(Figures.short(totals.electrons / 1e6)) million electrons, "
    line += "\(Figures.scientific(totals.meanDosePerNM2)) e⁻/nm²; beam travel \(Figures.short(totals.travelUM)) µm in "
    line += "visit order, \(Figures.short(totals.rankOrderTravelUM)) µm by rank"
    return TextLayout.wrapped(line, indent: "  ")
  }

  /// `3–5, 9`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
  }
}

/// The budget that a stored list was made for, as `BudgetReport.json` wrote it.
struct StoredBudget {
  private let json: JSONValue

  init?(_ scan: ScanSummary) {
    guard let text = scan.budget, let json = try? JSONValue.parse(text.utf8) else { return nil }
    self.json = json
  }

  private var limits: [String] {
    [
      json["limits"]?["seconds"]?.double.map { "\(Figures.short($0)) s" },
      json["limits"]?["dose_e_per_nm2"]?.double.map { "\(Figures.scientific($0)) e⁻/nm²" },
    ].compactMap { $0 }
  }

  var isLimited: Bool { !limits.isEmpty }

  /// What the whole list was reckoned to take when it was made, and what of it is shown.
  func text(_ shown: [StoredTarget], of count: Int) -> String {
    guard let fitting = json["fitting"]?.int, let seconds = json["seconds"]?.double,
      let electrons = json["electrons"]?.double, let dose = json["dose_e_per_nm2"]?.double
    else { return "" }
    var line =
      isLimited
      ? "budget \(limits.joined(separator: ", ")): \(fitting) of \(count) fit and take" : "all \(count) take"
    line += " about \(Figures.short(seconds)) s, \(Figures.short(electrons / 1e6)) million electrons, "
    line += "\(Figures.scientific(dose)) e⁻/nm²"
    if shown.count < count {
      line += "; the \(shown.count) shown \(Figures.short(shown.compactMap(\.estimatedSeconds).reduce(0, +))) s"
    }
    return TextLayout.wrapped(line, indent: "  ")
  }
}
