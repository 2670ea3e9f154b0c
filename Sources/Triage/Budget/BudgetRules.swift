// What a scan's targets may cost, and what one of them costs: the table `[budget]` of the rules.

/// Limits of time and dose a scan, and the cost of moving and exposing.
public struct BudgetRules: Equatable, Sendable {
  /// Time for the targets of one scan, s; 0 means no limit.
  public var seconds = 0.0
  /// Dose that a place may receive, e⁻/nm², the mean over its exposed square; 0 means no limit.
  public var dosePerNM2 = 0.0
  /// From the end of the beam's travel to the start of the dwell, ms: scan coils and the acquisition program.
  public var settleMS = 20.0
  /// Travel of the beam between two targets, ms a µm.
  public var travelMSPerUM = 1.0
  /// Edge of the square that the beam exposes at a target, nm: a standing beam takes one of the model's pixels.
  public var exposedSideNM = 1.5
  /// Beam current, pA.
  public var beamCurrentPA = 20.0

  public init() {}

  /// Whether anything is limited at all.
  public var isLimited: Bool { seconds > 0 || dosePerNM2 > 0 }

  /// Electrons of a dwell: current · time / e.
  func electrons(dwellMS: Double) -> Double { beamCurrentPA * dwellMS * 1e-3 / Self.elementaryChargePC }

  /// pC, so that pA · s counts directly.
  static let elementaryChargePC = 1.602_176_634e-7

  /// Area that one target exposes, nm².
  var exposedAreaNM2: Double { exposedSideNM * exposedSideNM }
}
