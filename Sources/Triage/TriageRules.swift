// What an operator may tune: every number of the ranking that is not the model's.

/// The rules of one ranking. Defaults are METHOD 6 and 9; `parse` reads them from `rules/triage/*.toml`.
public struct TriageRules: Equatable, Sendable {
  /// One rules file: who it is and why it says what it says.
  public struct Source: Equatable, Sendable {
    public var id: String
    public var revision: Int
    public var rationale: String
  }

  /// The files that were merged, in name order; empty for the built-in defaults.
  public internal(set) var sources: [Source] = []

  // Targets
  /// Ranked targets a scan; anchors come on top.
  public var rankedTargets = 20
  public var anchors = 6
  /// Smallest distance between two targets, nm, the larger of the row and column differences.
  public var minimumDistanceNM = 24.0
  /// Turns of `anomaly` and `error` targets in the interleaved choice.
  public var anomalyPicks = 1
  public var errorPicks = 1

  // Scoring
  /// Distance between scored positions, pixels of the model.
  public var stridePixels = 2
  /// Edge of the mean filter over the scoring grid, grid points; odd.
  public var smoothingWindow = 3
  public var clipLow = -1.0
  public var clipHigh = 8.0
  /// Weight of each standardised score in the combined score; 0 leaves it out.
  public var weights: [Score: Double] = [.ensemble: 1.5, .tileNeighbours: 1]
  /// Weights of the sum that ranks badly predicted places.
  public var errorWeights: [Score: Double] = [.ensemble: 1, .roundTrip: 1]

  // Places that are never targets
  /// Tiles whose normalised mean lies below this are vacuum.
  public var vacuumMeanBelow = 0.1
  /// Distance from the scan's edge, pixels of the model; at least half a tile.
  public var borderPixels = 8

  // Dwell
  public var anomalyDwellMS = 100.0
  public var errorDwellMS = 100.0
  public var anchorDwellMS = 100.0
  public var minimumDwellMS = 1.0
  public var maximumDwellMS = 2_000.0
  /// Electrons a target may receive, in millions; 0 means no limit.
  public var electronLimitMillions = 0.0

  // Budget
  /// What the targets of one scan may cost; its beam current is that of `[dwell]`.
  public var budget = BudgetRules()

  // Domain
  /// Scans are resampled to the model's pixel when theirs is finer by more than this factor.
  public var resamplePixelRatio = 1.15
  public var markPixelRatio = 1.33
  public var refusePixelRatio = 1.6
  public var markEnsembleShift = 0.8
  public var refuseEnsembleShift = 2.0
  public var pitchTolerance = 0.2
  public var smallestPitchPixels = 3
  public var largestPitchPixels = 25
  public var smallestSignalToNoise = 2.5
  /// Widening of the training range of every context feature, as a fraction of its width.
  public var contextMargin = 0.1
  /// Share of positions outside the widened ranges from which a scan is marked.
  public var contextFraction = 0.05
  public var refusedScanKeepsAnchors = false

  // Normalisation by known levels, detector units; both or neither
  public var backgroundLevel: Double?
  public var particleLevel: Double?

  public init() {}

  /// Suggested dwell, within the limits, ms.
  func dwellMS(for kind: TargetKind) -> Double {
    let wanted =
      switch kind {
      case .anomaly: anomalyDwellMS
      case .error: errorDwellMS
      case .anchor: anchorDwellMS
      }
    return min(max(wanted, minimumDwellMS), maximumDwellMS, electronLimitDwellMS)
  }

  /// Longest dwell that the electron limit allows, ms: limit · e / current.
  var electronLimitDwellMS: Double {
    guard electronLimitMillions > 0 else { return .infinity }
    return electronLimitMillions * 1e6 * BudgetRules.elementaryChargePC / budget.beamCurrentPA * 1e3
  }
}
