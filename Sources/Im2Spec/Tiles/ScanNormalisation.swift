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
  ///
  /// The image is gone through a few times, a band of rows at a time.
  /// - Throws: `NormalisationError`; what reading the image throws.
  public static func levels(of image: any RasterSource) throws -> ScanLevels {
    guard image.rows > 0, image.columns > 0 else { throw NormalisationError.empty }
    let smooth = try StreamedOrder { visit in
      for first in stride(from: 0, to: image.rows, by: bandRows) {
        let band = first..<min(first + bandRows, image.rows)
        visit(try MeanFilter.band(band, of: image, window: 3, border: .reflect).values)
      }
    }
    if smooth.holdsNonFinite { try checkFinite(image) }
    let ends = try smooth.quantiles([0.01, 0.95])
    let background = Double(ends[0])
    let threshold = background + 0.5 * (Double(ends[1]) - background)
    let below = try smooth.count(below: threshold)
    // Half-way to the 95th percentile there is always something above.
    let particle = Double(try smooth.quantiles([0.5], from: min(below, smooth.count - 1))[0])
    // A span of a few units in the last place is a constant with rounding, not a film.
    let smallestSpan = max(1e-6 * max(abs(background), abs(particle)), Double(Float.leastNormalMagnitude))
    guard particle - background > smallestSpan, (particle - background).isFinite else {
      throw NormalisationError.noContrast(level: background)
    }
    return ScanLevels(background: background, particle: particle)
  }

  /// Throws `NormalisationError` for the first value that is not finite; what reading the image throws.
  public static func checkFinite(_ image: any RasterSource) throws {
    try image.forEachBand { band, first in
      guard let index = band.values.firstIndex(where: { !$0.isFinite }) else { return }
      throw NormalisationError.notFinite(
        PixelPosition(row: first + index / band.columns, column: index % band.columns))
    }
  }

  /// Rows gone through at a time.
  private static let bandRows = 64

  /// `(I - background) / (particle - background)`.
  public static func normalise(_ raster: Raster, levels: ScanLevels) throws(NormalisationError) -> Raster {
    try NormalisedImage(raster, levels: levels).normalise(raster)
  }

  /// Distance of the levels over the rms of the two standard deviations within the levels, split half-way between them.
  ///
  /// About 5 on a fast scan of a film (100 electrons a pixel); nil when all pixels lie on one side.
  public static func signalToNoise(of image: any RasterSource, levels: ScanLevels) throws -> Double? {
    let threshold = (levels.background + levels.particle) / 2
    var low = Moments(origin: levels.background)
    var high = Moments(origin: levels.particle)
    try image.forEachBand { band, _ in
      for value in band.values {
        if Double(value) < threshold { low.add(Double(value)) } else { high.add(Double(value)) }
      }
    }
    guard let lowVariance = low.variance, let highVariance = high.variance else { return nil }
    let noise = (0.5 * (lowVariance + highVariance)).squareRoot()
    return noise > 0 ? (levels.particle - levels.background) / noise : .infinity
  }
}

/// An image on the scale of background 0 and particles 1, computed piece by piece.
public struct NormalisedImage: RasterSource {
  private let source: any RasterSource
  private let background: Double
  private let span: Double

  public var rows: Int { source.rows }
  public var columns: Int { source.columns }
  public var heldBytes: Int { source.heldBytes }

  public init(_ source: any RasterSource, levels: ScanLevels) throws(NormalisationError) {
    guard levels.particle > levels.background else { throw .notRising(levels) }
    self.source = source
    background = levels.background
    span = levels.particle - levels.background
  }

  public func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    normalise(try source.piece(rows: rows, columns: columns))
  }

  func normalise(_ raster: Raster) -> Raster { raster.map { Float((Double($0) - background) / span) } }
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
