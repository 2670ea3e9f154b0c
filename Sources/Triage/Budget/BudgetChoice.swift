// Taking places, best first, while they fit.

/// What has been taken so far, and whether one more place fits beside it.
struct BudgetChoice {
  private let budget: BudgetRules
  private var seconds = 0.0
  private var taken: [PlannedPlace] = []
  /// Mean dose on the square of each place taken, with what overlapping squares bring, e⁻/nm².
  private var doses: [Double] = []

  /// Sums that exceed a limit by less than this share of it do so by rounding.
  private static let tolerance = 1e-9

  init(_ budget: BudgetRules) { self.budget = budget }

  var highestDosePerNM2: Double { doses.max() ?? 0 }

  func allows(dosePerNM2: Double) -> Bool {
    budget.dosePerNM2 <= 0 || dosePerNM2 <= budget.dosePerNM2 * (1 + Self.tolerance)
  }

  private func allows(seconds: Double) -> Bool {
    budget.seconds <= 0 || seconds <= budget.seconds * (1 + Self.tolerance)
  }

  /// Takes the place where it fits.
  mutating func take(_ place: PlannedPlace, dosePerNM2: Double) -> Bool {
    let total = seconds + budget.seconds(of: place, after: taken.last)
    let overlaps = taken.map { overlap($0, place) }
    var doses = zip(doses, overlaps).map { $0 + dosePerNM2 * $1 }
    doses.append(zip(taken, overlaps).reduce(dosePerNM2) { $0 + dose($1.0) * $1.1 })
    guard allows(seconds: total), doses.allSatisfy(allows(dosePerNM2:)) else { return false }
    seconds = total
    taken.append(place)
    self.doses = doses
    return true
  }

  private func dose(_ place: PlannedPlace) -> Double {
    budget.electrons(dwellMS: place.dwellMS) / budget.exposedAreaNM2
  }

  /// Share of a place's square that another's covers.
  private func overlap(_ a: PlannedPlace, _ b: PlannedPlace) -> Double {
    let side = budget.exposedSideNM
    let (width, height) = (side - abs(a.xNM - b.xNM), side - abs(a.yNM - b.yNM))
    return width > 0 && height > 0 ? width * height / budget.exposedAreaNM2 : 0
  }
}
