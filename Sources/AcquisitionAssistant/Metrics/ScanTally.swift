// Scans of one run, counted for the metrics.

import Triage

/// How many scans and targets there were, and how long each scan took from the settled file to its targets.
package struct ScanTally: Hashable, Sendable {
  /// Upper bounds, s: a scan is promised within seconds, a long line makes minutes.
  package static let latencyBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

  private(set) var scans: [DomainVerdict: Int] = [:]
  private(set) var targets: [TargetKind: Int] = [:]
  /// Scans between a bound and the one before it; the last entry counts the rest.
  private(set) var latencies = [Int](repeating: 0, count: latencyBounds.count + 1)
  private(set) var latencySum = 0.0

  package init() {}

  package mutating func add(_ verdict: DomainVerdict, targets kinds: [TargetKind], latencySeconds: Double) {
    scans[verdict, default: 0] += 1
    for kind in kinds { targets[kind, default: 0] += 1 }
    latencies[Self.latencyBounds.firstIndex { latencySeconds <= $0 } ?? Self.latencyBounds.count] += 1
    latencySum += latencySeconds
  }

  mutating func add(_ result: TriageResult, latencySeconds: Double) {
    add(result.verdict, targets: result.targets.map(\.kind), latencySeconds: latencySeconds)
  }
}
