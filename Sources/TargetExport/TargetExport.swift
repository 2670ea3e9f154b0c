// What is exported: scans with their targets, chosen from the database.

import TargetStore

/// Which targets are asked for.
public struct ExportRequest: Sendable {
  /// A scan's number, the beginning of its hash, or its file's name; nil for what the format takes by itself.
  public var scan: String?
  /// Only of this status; nil for what the format takes by itself.
  public var status: TargetStatus?
  public var order: TargetOrder

  public init(scan: String? = nil, status: TargetStatus? = nil, order: TargetOrder = .rank) {
    self.scan = scan
    self.status = status
    self.order = order
  }
}

/// Targets on their way to another program.
public struct TargetExport: Sendable {
  /// Newest first.
  public let scans: [ExportedScan]
  public let order: TargetOrder

  static let frameNote =
    "row and column are pixels of the scan, from 0 at the top left, pixel centres at integers; x runs right, y down, "
    + "before scan rotation; x_nm and y_nm count from the centre of the top-left pixel, fractions from the edges of the "
    + "field of view"

  /// Reads what a format is to write.
  ///
  /// A scan or status that is not asked for is the format's `selection`.
  /// - Throws: `noSuchScan`, `ambiguousScan`, and what reading the database throws.
  public init(
    _ request: ExportRequest, for format: any ExportFormat, from reader: TargetStoreReader
  ) throws(TargetStoreError) {
    order = request.order
    var chosen: [ScanSummary]
    if let name = request.scan {
      chosen = [try reader.scan(name)]
    } else {
      chosen =
        format.selection == .everything ? try reader.scans() : [try reader.latestScan()].compactMap { $0 }
    }
    var scans: [ExportedScan] = []
    let all = try reader.targets(
      TargetFilter(
        scan: chosen.count == 1 ? "\(chosen[0].id)" : nil, status: request.status, order: request.order))
    let byScan = Dictionary(grouping: all, by: \.scan)
    for scan in chosen {
      let isTaken = { (target: StoredTarget) in
        request.status != nil || format.selection != .underTheBeam || [.new, .expired].contains(target.status)
      }
      let targets = (byScan[scan.id] ?? []).filter(isTaken)
      var notes: [String] = []
      if order == .visit, targets.contains(where: { $0.visitOrder == nil }) {
        notes.append("scan \(scan.id) was ranked before visit orders were kept: its targets stand by rank")
      }
      scans.append(ExportedScan(scan, targets: targets, notes: notes))
    }
    self.scans = scans
  }

  init(scans: [ExportedScan], order: TargetOrder = .rank) {
    self.scans = scans
    self.order = order
  }

  /// Targets of all scans.
  public var count: Int { scans.reduce(0) { $0 + $1.targets.count } }

  /// What whoever uses the list must know.
  public var notes: [String] { scans.flatMap(\.notes) }
}
