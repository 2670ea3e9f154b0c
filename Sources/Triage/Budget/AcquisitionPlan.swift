// What fits into a scan's budget, best first, and the order in which the beam travels least.

/// A place where the beam is to stand.
public struct PlannedPlace: Equatable, Sendable {
  public var xNM: Double
  public var yNM: Double
  public var dwellMS: Double

  public init(xNM: Double, yNM: Double, dwellMS: Double) {
    self.xNM = xNM
    self.yNM = yNM
    self.dwellMS = dwellMS
  }
}

/// What the places of a list that fit cost together.
public struct BudgetTotals: Equatable, Sendable {
  /// What was allowed.
  public var limits: BudgetRules
  /// Places of the list.
  public var places = 0
  /// Those that fit.
  public var fitting = 0
  /// Those whose own dose is above the limit, whatever else is exposed.
  public var aboveDose = 0
  /// Dwell, settling and travel in visit order, s.
  public var seconds = 0.0
  public var electrons = 0.0
  /// Electrons over the exposed area, each place's square counted, e⁻/nm².
  public var meanDosePerNM2 = 0.0
  /// The highest mean over any exposed square, with what overlapping squares bring, e⁻/nm².
  public var highestDosePerNM2 = 0.0
  /// Beam travel in visit order and, for comparison, in rank order, µm.
  public var travelUM = 0.0
  public var rankOrderTravelUM = 0.0

  public init(limits: BudgetRules) { self.limits = limits }
}

/// The plan of one scan's list.
///
/// What fits is decided in rank order with travel in rank order: a place fits when it and all before it that fit stay within
/// both limits. So the decision never depends on what ranks lower, and what fits does so in either order.
public struct AcquisitionPlan: Equatable, Sendable {
  /// One place of the list.
  public struct Stop: Equatable, Sendable {
    /// 1… over the whole list; places that don't fit come last, in rank order.
    public var visitOrder = 0
    /// Travel from the place visited before, settling and dwell, s.
    public var estimatedSeconds = 0.0
    /// Electrons of the dwell over the exposed square, e⁻/nm².
    public var dosePerNM2 = 0.0
    public var fits = false
    /// Its own dose is above the limit.
    public var isAboveDose = false
  }

  /// In the order of the places given.
  public private(set) var stops: [Stop]
  public private(set) var totals: BudgetTotals

  /// - Parameter places: best first.
  public init(_ places: [PlannedPlace], budget: BudgetRules) {
    var choice = BudgetChoice(budget)
    stops = places.map { place in
      let dose = budget.electrons(dwellMS: place.dwellMS) / budget.exposedAreaNM2
      return Stop(
        dosePerNM2: dose, fits: choice.take(place, dosePerNM2: dose),
        isAboveDose: !choice.allows(dosePerNM2: dose))
    }
    totals = BudgetTotals(limits: budget)
    totals.places = places.count
    totals.highestDosePerNM2 = choice.highestDosePerNM2
    visit(places, budget)
    sum(places, budget)
  }

  private mutating func visit(_ places: [PlannedPlace], _ budget: BudgetRules) {
    let fitting = stops.indices.filter { stops[$0].fits }
    let points = fitting.map { (x: places[$0].xNM, y: places[$0].yNM) }
    let order = BeamTour.order(points)
    totals.travelUM = BeamTour.lengthNM(points, order) / 1e3
    totals.rankOrderTravelUM = BeamTour.lengthNM(points, Array(points.indices)) / 1e3
    var previous: PlannedPlace?
    for (turn, index) in (order.map { fitting[$0] } + stops.indices.filter { !stops[$0].fits }).enumerated() {
      stops[index].visitOrder = turn + 1
      stops[index].estimatedSeconds = budget.seconds(of: places[index], after: previous)
      previous = places[index]
    }
  }

  private mutating func sum(_ places: [PlannedPlace], _ budget: BudgetRules) {
    for (stop, place) in zip(stops, places) {
      if stop.isAboveDose { totals.aboveDose += 1 }
      guard stop.fits else { continue }
      totals.fitting += 1
      totals.seconds += stop.estimatedSeconds
      totals.electrons += budget.electrons(dwellMS: place.dwellMS)
    }
    if totals.fitting > 0 {
      totals.meanDosePerNM2 = totals.electrons / (Double(totals.fitting) * budget.exposedAreaNM2)
    }
  }
}

extension BudgetRules {
  /// Travel from the place before, settling and dwell, s; the way to the first place is not known and counts nothing.
  func seconds(of place: PlannedPlace, after previous: PlannedPlace?) -> Double {
    let travelUM = previous.map { BeamTour.distance(($0.xNM, $0.yNM), (place.xNM, place.yNM)) / 1e3 } ?? 0
    return (place.dwellMS + settleMS + travelMSPerUM * travelUM) / 1e3
  }
}
