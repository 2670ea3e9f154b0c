// Twelve numbers a position about its surroundings: what a 24-nm tile cannot see.

import ImageProcessing
import Microscopy

/// Film coverage, brightness and edge distance around every pixel of a scan (METHOD section 9).
///
/// For scales s of 8, 16, 32 and 64 model pixels (12 to 96 nm): the share of film Cₛ and the mean clipped brightness Tₛ
/// under a Gaussian of that width, unknown pixels outside the scan left out; up to 32 also gₛ, the slope of Cₛ times s.
/// Last the signed distance d to the film's edge. All are invariant under rotation and reflection.
public struct ContextFeatures: Sendable {
  public static let count = 12
  public static let names = ["C8", "T8", "g8", "C16", "T16", "g16", "C32", "T32", "g32", "C64", "T64", "d"]

  /// The pixel that the scales and distances are counted in, nm.
  private static let unitNM = 1.5
  private static let scales = [8.0, 16, 32, 64]
  private static let slopeScales = 8.0...32
  private static let vacuumScale = 5.0
  private static let vacuumCoverage: Float = 0.30
  /// Distance written where the scan has no vacuum at all.
  private static let noVacuumDistance: Float = 99

  /// One raster a feature, in the order of `names`.
  private let maps: [Raster]

  /// Computes every map of a scan once.
  /// - Parameters:
  ///   - normalised: background 0, particle 1, finite.
  ///   - pixelSizeNM: of this raster; scales and distances are converted by it.
  public init(normalised: Raster, pixelSizeNM: Double = 1.5) {
    let pixelsPerUnit = Self.unitNM / pixelSizeNM
    let film = MeanFilter.apply(normalised, window: 3, border: .reflect).map { $0 > 0.5 ? 1 : 0 }
    let brightness = normalised.map { min(max($0, -0.2), 3) }
    let known = Raster(rows: normalised.rows, columns: normalised.columns, repeating: 1)
    var maps: [Raster] = []
    for scale in Self.scales {
      let sigma = scale * pixelsPerUnit
      let smooth = { (raster: Raster) in GaussianFilter.apply(raster, sigma: sigma, truncate: 3, border: .zero) }
      let weight = smooth(known)
      let coverage = Self.quotient(smooth(film), weight)
      maps += [coverage, Self.quotient(smooth(brightness), weight)]
      if Self.slopeScales.contains(scale) {
        maps.append(Gradient.magnitude(of: coverage).map { $0 * Float(sigma) })
      }
    }
    maps.append(Self.edgeDistance(film: film, pixelsPerUnit: pixelsPerUnit))
    self.maps = maps
  }

  /// (positions, 12), raw: the networks standardise them with their training mean and deviation.
  public func values(at positions: [PixelPosition]) -> [Float] {
    positions.flatMap { position in maps.map { $0[position] } }
  }

  private static func quotient(_ a: Raster, _ b: Raster) -> Raster {
    Raster(rows: a.rows, columns: a.columns, values: zip(a.values, b.values).map { $0 / $1 })
  }

  /// Positive in film, negative in vacuum: clip(distance to vacuum − distance to film, −40, 60) / 20.
  private static func edgeDistance(film: Raster, pixelsPerUnit: Double) -> Raster {
    let (rows, columns) = (film.rows, film.columns)
    let coverage = GaussianFilter.apply(film, sigma: vacuumScale * pixelsPerUnit, border: .nearest)
    let vacuum = coverage.values.map { $0 < vacuumCoverage }
    let toVacuum = DistanceTransform.euclidean(of: vacuum.map { !$0 }, rows: rows, columns: columns)
    let toFilm = DistanceTransform.euclidean(of: vacuum, rows: rows, columns: columns)
    let units = Float(pixelsPerUnit)
    let values = zip(toVacuum.values, toFilm.values).map { toVacuum, toFilm in
      let signed = (toVacuum.isFinite ? toVacuum / units : noVacuumDistance) - toFilm / units
      return min(max(signed, -40), 60) / 20
    }
    return Raster(rows: rows, columns: columns, values: values)
  }
}
