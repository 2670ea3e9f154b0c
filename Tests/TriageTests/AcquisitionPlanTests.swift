// Budget and visit order against brute force, hand-computed doses, and properties that hold for every list.

import Foundation
import SeededRandom
import Testing
import Triage

@Suite("Acquisition plan")
struct AcquisitionPlanTests {
  private func budget(_ change: (inout BudgetRules) -> Void = { _ in }) -> BudgetRules {
    var budget = BudgetRules()
    change(&budget)
    return budget
  }

  private func places(_ count: Int, seed: UInt64, dwellMS: ClosedRange<Double> = 100...100) -> [PlannedPlace] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      PlannedPlace(
        xNM: generator.uniform(0, 700), yNM: generator.uniform(0, 300),
        dwellMS: generator.uniform(dwellMS.lowerBound, dwellMS.upperBound))
    }
  }

  private func length(_ places: [PlannedPlace]) -> Double {
    zip(places, places.dropFirst()).reduce(0) { $0 + hypot($1.0.xNM - $1.1.xNM, $1.0.yNM - $1.1.yNM) }
  }

  private func visited(_ places: [PlannedPlace], _ plan: AcquisitionPlan) -> [PlannedPlace] {
    places.indices.sorted { plan.stops[$0].visitOrder < plan.stops[$1].visitOrder }.map { places[$0] }
  }

  /// The shortest of all orders.
  private func shortest(_ places: [PlannedPlace]) -> Double {
    func best(_ path: [PlannedPlace], _ rest: [PlannedPlace]) -> Double {
      guard !rest.isEmpty else { return length(path) }
      return rest.indices.map { index in
        var rest = rest
        return best(path + [rest.remove(at: index)], rest)
      }.min() ?? .infinity
    }
    return best([], places)
  }

  @Test("up to seven places the visit order is the shortest of all", arguments: 1...7)
  func exact(count: Int) {
    for seed in 1...4 as ClosedRange<UInt64> {
      let places = places(count, seed: seed * 100 + UInt64(count))
      let plan = AcquisitionPlan(places, budget: budget())
      #expect(abs(length(visited(places, plan)) - shortest(places)) < 1e-6, "seed \(seed)")
      #expect(abs(plan.totals.travelUM - shortest(places) / 1e3) < 1e-9)
    }
  }

  @Test("on a line, shuffled, thirty places are visited from one end to the other")
  func line() {
    let shuffled = (0..<30).map { PlannedPlace(xNM: Double($0 * 11 % 30) * 24, yNM: 5, dwellMS: 100) }
    let plan = AcquisitionPlan(shuffled, budget: budget())
    let xs = visited(shuffled, plan).map(\.xNM)
    #expect(xs == xs.sorted() || xs == xs.sorted(by: >))
  }

  @Test(
    "for any list: a permutation, never longer than rank order, the same each time", arguments: [0, 1, 2, 9, 26, 80])
  func order(count: Int) {
    for seed in 1...5 as ClosedRange<UInt64> {
      let places = places(count, seed: seed)
      let plan = AcquisitionPlan(places, budget: budget())
      #expect(plan.stops.map(\.visitOrder).sorted() == Array(1..<count + 1))
      #expect(length(visited(places, plan)) <= length(places) + 1e-6)
      #expect(plan.totals.travelUM <= plan.totals.rankOrderTravelUM + 1e-9)
      #expect(plan == AcquisitionPlan(places, budget: budget()))
    }
  }

  @Test("a thousand places in well under the time of a scan")
  func many() {
    let places = places(1_000, seed: 3)
    let start = ContinuousClock.now
    let plan = AcquisitionPlan(places, budget: budget())
    #expect(plan.totals.travelUM < 0.2 * plan.totals.rankOrderTravelUM)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("doses and times as reckoned by hand")
  func byHand() {
    // 20 pA · 0.1 s = 2 pC = 1.24830e7 electrons, over 1.5² nm² 5.54799e6 a nm², over 10² nm² 1.24830e5.
    let places = [
      PlannedPlace(xNM: 0, yNM: 0, dwellMS: 100), PlannedPlace(xNM: 3_000, yNM: 4_000, dwellMS: 200),
    ]
    let standing = AcquisitionPlan(places, budget: budget())
    #expect(abs(standing.stops[0].dosePerNM2 / 5.547_99e6 - 1) < 1e-5)
    let scanning = AcquisitionPlan(places, budget: budget { $0.exposedSideNM = 10 })
    #expect(abs(scanning.stops[0].dosePerNM2 / 1.248_30e5 - 1) < 1e-5)
    #expect(abs(scanning.stops[1].dosePerNM2 / 2.496_60e5 - 1) < 1e-5)
    #expect(abs(scanning.totals.electrons / 3.744_91e7 - 1) < 1e-5)
    #expect(abs(scanning.totals.meanDosePerNM2 / 1.872_45e5 - 1) < 1e-5)
    // 100 ms + 20 ms; 200 ms + 20 ms + 5 µm at 1 ms a µm.
    #expect(abs(standing.stops[0].estimatedSeconds - 0.12) < 1e-12)
    #expect(abs(standing.stops[1].estimatedSeconds - 0.225) < 1e-12)
    #expect(abs(standing.totals.seconds - 0.345) < 1e-12 && abs(standing.totals.travelUM - 5) < 1e-12)
  }

  @Test("without limits everything fits")
  func unlimited() {
    let plan = AcquisitionPlan(places(40, seed: 1, dwellMS: 1...600_000), budget: budget { $0.exposedSideNM = 300 })
    #expect(plan.stops.allSatisfy { $0.fits && !$0.isAboveDose } && plan.totals.fitting == 40)
    #expect(!plan.totals.limits.isLimited)
  }

  @Test("time: ten places of 0.12 s fit 1.2 s exactly, the eleventh does not")
  func seconds() {
    let places = (0..<11).map { _ in PlannedPlace(xNM: 0, yNM: 0, dwellMS: 100) }
    let plan = AcquisitionPlan(places, budget: budget { $0.seconds = 1.2 })
    #expect(plan.stops.map(\.fits) == Array(repeating: true, count: 10) + [false])
    #expect(plan.stops[10].visitOrder == 11)
  }

  @Test("a place too long for what is left is passed over, a shorter one behind it still fits")
  func passedOver() {
    let places = [600, 900, 300].map { PlannedPlace(xNM: 0, yNM: 0, dwellMS: $0) }
    let plan = AcquisitionPlan(places, budget: budget { $0.seconds = 1 })
    #expect(plan.stops.map(\.fits) == [true, false, true])
    #expect(plan.stops.map(\.visitOrder) == [1, 3, 2])
  }

  @Test("a place whose own dose is above the limit is told from one that only overlaps others")
  func dose() {
    // 10 nm squares; 100 ms is 1.2483e5 e⁻/nm². The third covers half of the first.
    let places = [
      PlannedPlace(xNM: 0, yNM: 0, dwellMS: 100), PlannedPlace(xNM: 500, yNM: 0, dwellMS: 400),
      PlannedPlace(xNM: 5, yNM: 0, dwellMS: 100), PlannedPlace(xNM: 50, yNM: 0, dwellMS: 100),
    ]
    let plan = AcquisitionPlan(
      places,
      budget: budget {
        $0.exposedSideNM = 10
        $0.dosePerNM2 = 1.5e5
      })
    #expect(plan.stops.map(\.fits) == [true, false, false, true])
    #expect(plan.stops.map(\.isAboveDose) == [false, true, false, false])
    #expect(plan.totals.aboveDose == 1 && plan.totals.fitting == 2)
    let wider = AcquisitionPlan(
      places,
      budget: budget {
        $0.exposedSideNM = 10
        $0.dosePerNM2 = 1.9e5
      })
    // 1.2483e5 and half of it again.
    #expect(wider.stops.map(\.fits) == [true, false, true, true])
    #expect(abs(wider.totals.highestDosePerNM2 / 1.872_45e5 - 1) < 1e-5)
  }

  @Test("what fits is decided best first: the beginning of a list decides alone, and stays within both limits")
  func prefixes() {
    for seed in 1...8 as ClosedRange<UInt64> {
      let places = places(30, seed: seed, dwellMS: 20...400)
      let limits = budget {
        $0.seconds = 2
        $0.exposedSideNM = 40
        $0.dosePerNM2 = 2.5e4
        $0.settleMS = 5
      }
      let plan = AcquisitionPlan(places, budget: limits)
      #expect(plan.totals.fitting > 0 && plan.totals.fitting < 30, "seed \(seed)")
      for count in [1, 7, 19, 29] {
        let beginning = AcquisitionPlan(Array(places.prefix(count)), budget: limits)
        #expect(beginning.stops.map(\.fits) == plan.stops.prefix(count).map(\.fits), "seed \(seed)")
      }
      #expect(plan.totals.seconds <= 2 && plan.totals.highestDosePerNM2 <= 2.5e4)
      // In rank order, too.
      let fitting = zip(places, plan.stops).filter { $0.1.fits }.map { $0.0 }
      let inRankOrder = fitting.reduce(0) { $0 + ($1.dwellMS + 5) / 1e3 } + length(fitting) / 1e6
      #expect(inRankOrder <= 2 + 1e-9)
      // Places that don't fit come last.
      let turns = zip(plan.stops, plan.stops.map(\.visitOrder)).filter { !$0.0.fits }.map(\.1)
      #expect(turns == Array(plan.totals.fitting + 1..<31))
    }
  }
}
