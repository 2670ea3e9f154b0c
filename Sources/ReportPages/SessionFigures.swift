// A day in numbers.

import Foundation
import StrictJSON
import TargetStore

/// What is counted of a session.
struct SessionFigures: Sendable {
  let scans: Int
  let verdicts: [Verdict: Int]
  let statuses: [TargetStatus: Int]
  let targets: Int
  /// From file to list, ms; nil where no scan tells.
  let latencyP50: Double?
  let latencyP99: Double?
  /// Free to claim.
  let left: Int
  let secondsLeft: Double?

  init(_ session: StoreSession) {
    scans = session.scans.count
    verdicts = session.scans.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
    var statuses: [TargetStatus: Int] = [:]
    for counts in session.statuses.values { statuses.merge(counts, uniquingKeysWith: +) }
    self.statuses = statuses
    targets = statuses.values.reduce(0, +)
    let latencies = session.scans.compactMap(\.latencyMS).sorted()
    latencyP50 = Self.percentile(latencies, 0.5)
    latencyP99 = Self.percentile(latencies, 0.99)
    left = (statuses[.new] ?? 0) + (statuses[.expired] ?? 0)
    secondsLeft = session.secondsLeft
  }

  /// The smallest value that so many are not above (nearest rank).
  static func percentile(_ sorted: [Double], _ share: Double) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  var json: JSONValue {
    [
      "scans": .int(scans),
      "verdicts": .object(Verdict.allCases.map { .init($0.rawValue, .int(verdicts[$0] ?? 0)) }),
      "targets": .int(targets),
      "statuses": .object(TargetStatus.allCases.map { .init($0.rawValue, .int(statuses[$0] ?? 0)) }),
      "latency_p50_ms": JSONValue(latencyP50), "latency_p99_ms": JSONValue(latencyP99), "left": .int(left),
      "left_seconds": JSONValue(secondsLeft),
    ]
  }
}
