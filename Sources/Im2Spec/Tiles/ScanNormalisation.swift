// Detector units become background 0, particle 1: gain and offset of any size drop out.

import ImageProcessing
import Microscopy

/// The two levels of a scan, in the detector's units.
public struct ScanLevels: Equatable, Sendable {
  public var background: Double
  public var particle: Double

  public init(background: Double, particle: Double) {
    self.background = background
    self.particle = particle
  }
}

/// A scan without two levels to normalise by.
public enum NormalisationError: Error, Equatable, CustomStringConvertible {
  case empty
  case notFinite(PixelPosition)
  /// The whole scan lies at one level.
  case noContrast(level: Double)
  /// Levels given by hand that do not rise from background to particle.
  case notRising(ScanLevels)

  public var description: String {
    switch self {
    case .empty: "the scan has no pixels"
    case .notFinite(let position):
      "row \(position.row), column \(position.column) is not a finite number; export the scan without gaps or NaN"
    case .noContrast(let level):
      "the scan is constant at \(level): no film to see; check detector gain, focus and beam"
    case .notRising(let levels):
      "background level \(levels.background) is not below particle level \(levels.particle); "
        + "check the normalisation levels in the rules"
    }
  }
}

/// Two-level normalisation (METHOD 6, step 2): it survives dense films, where Otsu's threshold does not.
public enum ScanNormalisation {
  /// Background: 1st percentile of the 3×3 mean. Particle: median of the 3×3 mean above half-way to its 95th percentile.
  public static func levels(of raster: Raster) throws(NormalisationError) -> ScanLevels {
    guard !raster.values.isEmpty else { throw .empty }
    if let index = raster.values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(PixelPosition(row: index / raster.columns, column: index % raster.columns))
    }
    let smooth = MeanFilter.apply(raster, window: 3, border: .reflect).values
    let background = Double(Quantile.linear(of: smooth, 0.01))
    let threshold = background + 0.5 * (Double(Quantile.linear(of: smooth, 0.95)) - background)
    let particle = Double(Quantile.median(smooth.filter { Double($0) >= threshold }))
    // A span of a few units in the last place is a constant with rounding, not a film.
    let smallestSpan = max(1e-6 * max(abs(background), abs(particle)), Double(Float.leastNormalMagnitude))
    guard particle - background > smallestSpan, (particle - background).isFinite else {
      throw .noContrast(level: background)
    }
    return ScanLevels(background: background, particle: particle)
  }

  /// `(I - background) / (particle - background)`.
  public static func normalise(_ raster: Raster, levels: ScanLevels) throws(NormalisationError) -> Raster {
    guard levels.particle > levels.background else { throw .notRising(levels) }
    let span = levels.particle - levels.background
    return raster.map { Float((Double($0) - levels.background) / span) }
  }

  /// Distance of the levels over the rms of the two standard deviations within the levels, split half-way between them.
  ///
  /// About 5 on a fast scan of a film (100 electrons a pixel); nil when all pixels lie on one side.
  public static func signalToNoise(of raster: Raster, levels: ScanLevels) -> Double? {
    let threshold = (levels.background + levels.particle) / 2
    var low = Moments(origin: levels.background)
    var high = Moments(origin: levels.particle)
    for value in raster.values {
      if Double(value) < threshold { low.add(Double(value)) } else { high.add(Double(value)) }
    }
    guard let lowVariance = low.variance, let highVariance = high.variance else { return nil }
    let noise = (0.5 * (lowVariance + highVariance)).squareRoot()
    return noise > 0 ? (levels.particle - levels.background) / noise : .infinity
  }
}

/// Running sums about an origin near the mean, so that large offsets do not eat the variance.
private struct Moments {
  let origin: Double
  var count = 0.0
  var sum = 0.0
  var sumOfSquares = 0.0

  init(origin: Double) { self.origin = origin }

  mutating func add(_ value: Double) {
    count += 1
    sum += value - origin
    sumOfSquares += (value - origin) * (value - origin)
  }

  /// Population variance; nil without values.
  var variance: Double? {
    guard count > 0 else { return nil }
    return max(0, sumOfSquares / count - (sum / count) * (sum / count))
  }
}
