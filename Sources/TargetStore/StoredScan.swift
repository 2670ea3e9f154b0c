// Scans, health and counts as they are read back.

/// A row of the view `scan_summary`.
public struct ScanSummary: Equatable, Sendable {
  /// Number of the scan, in the order of arrival from 1.
  public var id: Int
  public var scanSHA256: String
  /// The path it was last seen at, for people.
  public var file: String
  public var rows: Int
  public var columns: Int
  public var pixelSizeNM: Double?
  public var rotationRad: Double?
  public var dwellUS: Double?
  public var channelName: String?
  public var instrumentScanID: String?
  public var acquiredAt: String?
  public var voltageV: Double?
  public var verdict: DomainVerdict
  public var reasons: [String]
  /// Targets of any status.
  public var targets: Int
  public var model: String
  public var rules: String
  public var rulesRevision: String
  public var backgroundLevel: Double?
  public var particleLevel: Double?
  /// UTC, ISO 8601 with milliseconds.
  public var createdAt: String
  public var latencyMS: Double?
  /// Hash of the scan that took this one's place at its path.
  public var supersededBy: String?
  /// When its list was pruned by the retention rules; nil while it is there.
  public var prunedAt: String?
  /// Where it lies in a larger scan, and the budget its list was made for: JSON objects.
  public var geometry: String?
  public var budget: String?
}

/// How many there are.
public struct StoreCounts: Hashable, Sendable {
  public var scans: Int
  public var refusedScans: Int
  public var markedScans: Int
  public var targets: Int
  /// Targets of status `new`.
  public var newTargets: Int
  public var waitingFiles: Int
  public var incompleteFiles: Int
  public var rejectedFiles: Int
  public var ignoredFiles: Int
  public var failedFiles: Int
}

/// The row of the view `health`, with the last scan.
public struct StoreHealth: Equatable, Sendable {
  /// As the daemon last said; it says `stopped` only when it ends by itself, so look at `isDaemonRunning` too.
  public var report: DaemonReport
  /// Whether a daemon holds the state directory at this moment; nil where that can't be found out.
  public var isDaemonRunning: Bool?
  /// UTC, ISO 8601 with milliseconds; nil when no daemon ever ran.
  public var startedAt: String?
  public var heartbeatAt: String?
  public var version: String?
  public var model: String?
  public var rules: String?
  public var counts: StoreCounts
  public var lastScan: ScanSummary?
  /// When the last backup was made, and when the database was last checked and found whole; nil when never.
  public var lastBackupAt: String?
  public var lastCheckAt: String?
  /// Scans whose list was pruned.
  public var prunedScans: Int
}
