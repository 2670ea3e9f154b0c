// Targets as they are read back.

/// A row of the view `target_queue`.
public struct StoredTarget: Equatable, Sendable {
  /// Scan number and rank, such as `12-3`.
  public var id: String
  /// Number of the scan.
  public var scan: Int
  public var scanSHA256: String
  public var rank: Int
  public var priority: Double
  public var kind: String
  public var reason: String
  public var status: TargetStatus
  public var row: Int
  public var column: Int
  public var xNM: Double?
  public var yNM: Double?
  public var xFraction: Double
  public var yFraction: Double
  public var widthNM: Double?
  public var heightNM: Double?
  public var dwellMS: Double
  public var novelty: Double?
  public var roundTripError: Double?
  public var predictedError: Double?
  public var predictedErrorLow: Double?
  public var predictedErrorHigh: Double?
  /// Id of the model.
  public var model: String
  /// SHA-256 of the rule set.
  public var rules: String
  /// UTC, ISO 8601 with milliseconds.
  public var createdAt: String
  /// Who set the status, when and why.
  public var statusBy: String
  public var statusAt: String
  public var statusWhy: String?
  /// Who has claimed it, or had when the lease ran out; nil otherwise.
  public var claimedBy: String?
  public var leaseExpiresAt: String?
  /// Where the spectrum lies that was acquired here, as was said.
  public var spectrumFile: String?
  /// Travel from the target visited before, settling and dwell, s.
  public var estimatedSeconds: Double?
  /// Electrons of the dwell over the exposed square, e⁻/nm².
  public var dosePerNM2: Double?
  /// Place in an order that spares beam travel, from 1.
  public var visitOrder: Int?
  /// Whether it and all better targets that do are within the budget of its scan; true without a limit, nil where none
  /// was reckoned.
  public var fitsBudget: Bool?
}

/// One change of a target's status.
public struct TargetEvent: Equatable, Sendable {
  /// UTC, ISO 8601 with milliseconds.
  public var at: String
  public var by: String
  /// nil for the first event of a target.
  public var from: TargetStatus?
  public var to: TargetStatus
  public var why: String?
}

/// A predicted spectrum on its energy axis.
public struct StoredSpectrum: Equatable, Sendable {
  public var energyEV: [Double]
  public var values: [Float]
  /// Unit of the values.
  public var units: String
}

/// Everything known about one target.
public struct TargetDetail: Equatable, Sendable {
  public var target: StoredTarget
  public var scan: ScanSummary
  public var scores: [ScoreRecord]
  public var spectrum: StoredSpectrum?
  public var roundTripTile: TileRecord?
  /// As the networks saw it: vacuum 0, particles 1.
  public var tile: TileRecord?
  /// Standard deviation between the ensemble's members, one value a channel of `spectrum`.
  public var spectrumSpread: [Float]?
  /// The training tiles most like it, nearest first.
  public var neighbours: [NeighbourRecord]
  /// Oldest first.
  public var events: [TargetEvent]
}

/// Which targets to list.
public struct TargetFilter: Hashable, Sendable {
  /// A scan's number, the beginning of its hash, or its file's name or path; nil for all scans.
  public var scan: String?
  public var status: TargetStatus?
  /// At most so many; nil for all.
  public var top: Int?
  /// Within each scan.
  public var order: TargetOrder

  public init(scan: String? = nil, status: TargetStatus? = nil, top: Int? = nil, order: TargetOrder = .rank) {
    self.scan = scan
    self.status = status
    self.top = top
    self.order = order
  }
}
