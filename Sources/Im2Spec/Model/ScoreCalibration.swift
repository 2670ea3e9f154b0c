// What the scores of ordinary film look like, measured on films the networks did not see.

/// Centre and spread of one raw score on calibration films.
public struct ScoreScale: Equatable, Sendable {
  public var median: Double
  /// Median absolute deviation from the median; 1.4826 of it estimates a standard deviation.
  public var medianAbsoluteDeviation: Double
  public var standardDeviation: Double

  public init(median: Double, medianAbsoluteDeviation: Double, standardDeviation: Double) {
    self.median = median
    self.medianAbsoluteDeviation = medianAbsoluteDeviation
    self.standardDeviation = standardDeviation
  }
}

/// Linear estimate of log e from standardised scores, with the spread of its residuals.
///
/// `log e = intercept + Σ weight · z`, z standardised and clipped as the target score is;
/// e is the mean squared error of the spectrum in units of the mean squared training spectrum.
public struct ErrorRegression: Equatable, Sendable {
  public var intercept: Double
  public var weights: [String: Double]
  /// 5 % and 95 % quantiles of the residual of log e on calibration films.
  public var residualQuantiles: ClosedRange<Double>

  public init(intercept: Double, weights: [String: Double], residualQuantiles: ClosedRange<Double>) {
    self.intercept = intercept
    self.weights = weights
    self.residualQuantiles = residualQuantiles
  }
}

/// Everything that standardisation and the domain test need to know about ordinary film.
public struct ScoreCalibration: Equatable, Sendable {
  /// By score name.
  public var scales: [String: ScoreScale]
  public var error: ErrorRegression
  /// Smallest and largest value of each context feature on the training films; empty without context.
  public var contextRanges: [ClosedRange<Double>]
  /// Median lattice pitch of the training films, in pixels of the model; 0 when they have no lattice.
  public var pitchPixels: Double
  /// Positions the calibration rests on.
  public var positions: Int

  public init(
    scales: [String: ScoreScale], error: ErrorRegression, contextRanges: [ClosedRange<Double>], pitchPixels: Double,
    positions: Int
  ) {
    self.scales = scales
    self.error = error
    self.contextRanges = contextRanges
    self.pitchPixels = pitchPixels
    self.positions = positions
  }
}
