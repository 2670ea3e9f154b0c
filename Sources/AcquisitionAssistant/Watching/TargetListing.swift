// The list as it is at one moment, with what it belongs to.

import StrictJSON
import TargetStore

/// Targets, their scans, and the newest scan where nothing of it is in the list: a refusal must not go unnoticed.
public struct TargetListing: Equatable, Sendable {
  public let targets: [StoredTarget]
  private let scans: [ScanSummary]
  private let emptyNewest: ScanSummary?

  /// - Throws: `noSuchScan`, `ambiguousScan` for a filter by scan.
  public init(_ reader: TargetStoreReader, _ filter: TargetFilter) throws(TargetStoreError) {
    targets = try reader.targets(filter)
    let numbers = Set(targets.map(\.scan))
    scans = try reader.scans().filter { numbers.contains($0.id) }
    let newest = filter.scan == nil && filter.status == nil ? try reader.latestScan() : nil
    emptyNewest = newest.flatMap { $0.targets == 0 ? $0 : nil }
  }

  /// Number of the scan on top; nil without any.
  public var topScan: Int? { emptyNewest?.id ?? targets.first?.scan }

  public var json: JSONValue { TargetReport.json(targets) }

  public func table(_ style: TextStyle) -> String {
    guard let emptyNewest else { return TargetReport.table(targets, scans: scans, style) }
    let heading = ScanReport.heading(emptyNewest, style) + (emptyNewest.prunedAt == nil ? "  no targets\n" : "")
    return targets.isEmpty ? heading : heading + "\n" + TargetReport.table(targets, scans: scans, style)
  }
}
