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
  /// Distance where there is no vacuum at all.
  private static let noVacuumDistance: Float = 99
  /// Distances in film are cut off here.
  private static let longestDistance = 60.0

  /// (rows, columns, 12)
  private let values: [Float]
  private let columns: Int

  /// Computes the features of every pixel of a scan.
  /// - Parameters:
  ///   - normalised: background 0, particle 1, finite.
  ///   - pixelSizeNM: of this raster; scales and distances are converted by it.
  public init(normalised: Raster, pixelSizeNM: Double = 1.5) {
    columns = normalised.columns
    values = Self.values(
      on: normalised, rows: EvenIndices(0..<normalised.rows), columns: EvenIndices(0..<normalised.columns),
      pixelSizeNM: pixelSizeNM)
  }

  /// (positions, 12), raw: the networks standardise them with their training mean and deviation.
  public func values(at positions: [PixelPosition]) -> [Float] {
    positions.flatMap { position in
      let start = (position.row * columns + position.column) * Self.count
      return values[start..<start + Self.count]
    }
  }

  /// How far a position's features look, pixels.
  public static func reach(pixelSizeNM: Double) -> Int {
    let pixelsPerUnit = unitNM / pixelSizeNM
    let widest = scales.map { kernel($0 * pixelsPerUnit).radius }.max() ?? 0
    let edge = Self.edgeReach(pixelsPerUnit) + GaussianKernel(sigma: vacuumScale * pixelsPerUnit).radius
    // One more for the slope, one for the mean that tells film from vacuum.
    return max(widest, edge) + 2
  }

  /// (rows · columns, 12) raw features at the crossings of `rows` and `columns` of an image, or of a piece of one that
  /// holds all that lies within `reach` of them: the numbers are the same.
  public static func values(
    on normalised: Raster, rows: EvenIndices, columns: EvenIndices, pixelSizeNM: Double
  ) -> [Float] {
    let pixelsPerUnit = unitNM / pixelSizeNM
    let film = SmoothableImage(
      MeanFilter.apply(normalised, window: 3, border: .reflect).map { $0 > 0.5 ? 1 : 0 })
    let surroundings = Surroundings(
      film: film, brightness: SmoothableImage(normalised.map { min(max($0, -0.2), 3) }), rows: rows, columns: columns)
    var maps: [Raster] = []
    for scale in scales {
      maps += surroundings.maps(sigma: scale * pixelsPerUnit, withSlope: slopeScales.contains(scale))
    }
    maps.append(edgeDistance(film, rows: rows, columns: columns, pixelsPerUnit: pixelsPerUnit))
    var values = [Float](repeating: 0, count: rows.count * columns.count * count)
    for (feature, map) in maps.enumerated() {
      for position in 0..<map.values.count { values[position &* count &+ feature] = map.values[position] }
    }
    return values
  }

  fileprivate static func kernel(_ sigma: Double) -> GaussianKernel { GaussianKernel(sigma: sigma, truncate: 3) }

  /// Beyond this many pixels a distance is cut off.
  private static func edgeReach(_ pixelsPerUnit: Double) -> Int {
    Int((longestDistance * pixelsPerUnit).rounded(.up)) + 1
  }

  /// Positive in film, negative in vacuum: clip(distance to vacuum − distance to film, −40, 60) / 20.
  private static func edgeDistance(
    _ film: SmoothableImage, rows: EvenIndices, columns: EvenIndices, pixelsPerUnit: Double
  ) -> Raster {
    // What lies beyond the cut-off changes nothing.
    let reach = edgeReach(pixelsPerUnit)
    let window = (
      rows: max(rows.span.lowerBound - reach, 0)..<min(rows.span.upperBound + reach, film.rows),
      columns: max(columns.span.lowerBound - reach, 0)..<min(columns.span.upperBound + reach, film.columns)
    )
    let coverage = film.smoothed(
      GaussianKernel(sigma: vacuumScale * pixelsPerUnit), border: .nearest, rows: Array(window.rows),
      columns: EvenIndices(window.columns))
    let vacuum = coverage.values.map { $0 < vacuumCoverage }
    let wanted = rows.relative(to: window.rows.lowerBound)
    let toVacuum = DistanceTransform.euclidean(
      of: vacuum.map { !$0 }, rows: coverage.rows, columns: coverage.columns, at: wanted)
    let toFilm = DistanceTransform.euclidean(of: vacuum, rows: coverage.rows, columns: coverage.columns, at: wanted)
    let places = columns.relative(to: window.columns.lowerBound)
    let units = Float(pixelsPerUnit)
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns.count)
    for row in 0..<rows.count {
      for place in 0..<places.count {
        let (toVacuum, toFilm) = (toVacuum[row, places[place]], toFilm[row, places[place]])
        let signed = (toVacuum.isFinite ? toVacuum / units : noVacuumDistance) - toFilm / units
        values.append(min(max(signed, -40), Float(longestDistance)) / 20)
      }
    }
    return Raster(rows: rows.count, columns: columns.count, values: values)
  }
}

/// Film and brightness around the places that are wanted.
private struct Surroundings {
  let film: SmoothableImage
  let brightness: SmoothableImage
  let rows: EvenIndices
  let columns: EvenIndices

  /// Coverage and brightness under a Gaussian, and on request the slope of the coverage times its width.
  func maps(sigma: Double, withSlope: Bool) -> [Raster] {
    let kernel = ContextFeatures.kernel(sigma)
    func share(_ image: SmoothableImage, _ rows: [Int], _ columns: EvenIndices) -> Raster {
      let sum = image.smoothed(kernel, border: .zero, rows: rows, columns: columns)
      let weight = SmoothableImage.knownWeight(
        kernel, imageRows: film.rows, imageColumns: film.columns, rows: rows, columns: columns)
      return Raster(rows: sum.rows, columns: sum.columns, values: zip(sum.values, weight.values).map { $0 / $1 })
    }
    let mean = share(brightness, rows.values, columns)
    guard withSlope else { return [share(film, rows.values, columns), mean] }
    let atHand = Gradient.neighbours(of: rows, imageRows: film.rows)
    let around = max(columns.span.lowerBound - 1, 0)..<min(columns.span.upperBound + 1, film.columns)
    let coverage = share(film, atHand, EvenIndices(around))
    let places = columns.relative(to: around.lowerBound)
    let slope = Gradient.magnitude(
      of: coverage, rowsAtHand: atHand, imageRows: film.rows, rows: rows, columns: places)
    return [Self.sampled(coverage, atHand, rows, places), mean, slope.map { $0 * Float(sigma) }]
  }

  private static func sampled(_ raster: Raster, _ atHand: [Int], _ rows: EvenIndices, _ columns: EvenIndices) -> Raster
  {
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns.count)
    var here = 0
    for row in 0..<rows.count {
      while atHand[here] < rows[row] { here += 1 }
      for column in 0..<columns.count { values.append(raster[here, columns[column]]) }
    }
    return Raster(rows: rows.count, columns: columns.count, values: values)
  }
}
