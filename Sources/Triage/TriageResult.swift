// What triage says about one scan.

import Im2Spec
import Microscopy

/// Why a position was chosen.
public enum TargetKind: String, CaseIterable, Sendable {
  /// Looks unlike the training films.
  case anomaly
  /// The round trip fails here: the spectrum is probably badly predicted.
  case error
  /// An ordinary place: checks the list's promise, and corrects the prediction of the rest.
  case anchor
}

/// Whether the model may judge this scan.
public enum DomainVerdict: String, CaseIterable, Sendable {
  case `in`
  case marked
  case refused
}

/// One place worth a slow spectrum.
public struct RankedTarget: Equatable, Sendable {
  /// Acquisition order, 1…
  public var rank: Int
  /// Pixel of the file.
  public var position: PixelPosition
  public var xNM: Double
  public var yNM: Double
  public var xFraction: Double
  public var yFraction: Double
  public var kind: TargetKind
  /// 1 for the first target, falling evenly towards 0: sorting by it keeps the acquisition order.
  public var priority: Double
  public var dwellMS: Double
  /// Travel from the target visited before, settling and dwell, s.
  public var estimatedSeconds = 0.0
  /// Electrons of the dwell over the exposed square, e⁻/nm².
  public var dosePerNM2 = 0.0
  /// Whether it and every better target that fits stay within the rules' budget.
  public var fitsBudget = true
  /// Place in the order that spares beam travel, 1…; targets that don't fit come last.
  public var visitOrder = 0
  /// In words, with the standardised scores that led here.
  public var reason: String
  /// By name; `combined` is the smoothed weighted sum.
  public var rawScores: [String: Double]
  public var standardisedScores: [String: Double]
  /// e in units of the mean squared training spectrum, with its 5 % and 95 % bounds for ordinary film.
  public var predictedError: Double
  public var predictedErrorInterval: ClosedRange<Double>
  /// Predicted spectrum, in the bundle's units.
  public var spectrum: [Float]
  /// Standard deviation between the members' spectra, one a channel; empty where the model does not tell.
  public var spectrumSpread: [Float]
  /// The tile that was seen and the tile that came back, 16×16, normalised.
  public var tile: Raster
  public var roundTripTile: Raster
  /// The training tiles that look most like it, nearest first.
  public var similarTiles: [SimilarTile]
}

/// Scan-wide numbers of the domain test; nil where triage did not get that far.
public struct ScanStatistics: Equatable, Sendable {
  /// Pixel size of the file over the model's.
  public var pixelRatio: Double?
  public var levels: ScanLevels?
  public var signalToNoise: Double?
  /// Lattice pitch, pixels of the model.
  public var pitchPixels: Double?
  /// (median ensemble score − calibration median) / calibration standard deviation.
  public var ensembleShift: Double?
  /// Share of positions whose novelty lies more than 3 robust deviations above ordinary film.
  public var farFraction: Double?
  /// Share of positions with a context feature outside the training range.
  public var contextOutsideFraction: Double?

  public init() {}
}

/// Where the scoring grid lies: tile centres in pixels of the file.
public struct ScoringGrid: Equatable, Sendable {
  public var rows: [Int]
  public var columns: [Int]

  public init(rows: [Int], columns: [Int]) {
    self.rows = rows
    self.columns = columns
  }
}

/// Score maps on the scoring grid.
public struct ScoreMaps: Equatable, Sendable {
  /// Smoothed weighted sum of standardised scores: what anomalies are ranked by.
  public var combined: Raster
  /// Weighted sum that ranks badly predicted places, smoothed.
  public var error: Raster
  /// Raw scores (logarithms).
  public var roundTrip: Raster
  public var novelty: Raster
  public var ensemble: Raster
  /// e in units of the mean squared training spectrum.
  public var predictedError: Raster
}

/// The whole answer; the same scan, model and rules give the same bytes.
public struct TriageResult: Equatable, Sendable {
  public var verdict: DomainVerdict
  /// Why the scan was marked or refused, and what to do; empty for `in`.
  public var reasons: [String]
  public var statistics: ScanStatistics
  /// Nil for a scan that was refused before the networks ran.
  public var grid: ScoringGrid?
  /// Nil unless asked for.
  public var maps: ScoreMaps?
  /// Every score map, reduced for people to look at; none for a scan refused before the networks ran.
  public var pictures: [ScorePicture]
  /// In acquisition order.
  public var targets: [RankedTarget]
  /// What the targets that fit the rules' budget cost together.
  public var budget: BudgetTotals
  /// (grid rows, grid columns, channels) in the bundle's units; nil unless asked for.
  public var spectra: [Float]?
}

/// Stages that a caller may time.
public enum TriageStage: String, CaseIterable, Sendable {
  case normalise
  /// Context, networks and scores, band by band.
  case predict
  case select
}
