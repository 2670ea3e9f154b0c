// The films that the shipped model is made from.

import FilmSimulation
import Microscopy

/// Simulated, anomaly-free films for training and calibration, and how many of each.
public struct FilmRecipe: Equatable, Sendable {
  public var trainingFilms = 20
  public var calibrationFilms = 4
  public var positionsPerFilm = 2000
  public var seed: UInt64 = 1
  public var workers = 2

  public init() {}

  /// Simulates the films: interior, free edge, holes and cracks as they come, 150 nm of film beyond the view.
  /// - Parameter progress: called with the number of films done.
  public func films(progress: (Int) -> Void = { _ in }) async throws -> (
    training: [SpectrumSet], calibration: [SpectrumSet]
  ) {
    var sets: [SpectrumSet] = []
    for index in 0..<trainingFilms + calibrationFilms {
      let film = try SimulatedFilm(seed: seed &* 1000 &+ UInt64(index))
      sets.append(try await Self.set(film, name: "film\(index)", positions: positionsPerFilm, workers: workers))
      progress(index + 1)
    }
    return (Array(sets.prefix(trainingFilms)), Array(sets.suffix(calibrationFilms)))
  }

  /// One film's slow scan with noisy and clean spectra at random positions.
  static func set(_ film: SimulatedFilm, name: String, positions count: Int, workers: Int) async throws -> SpectrumSet {
    let positions = film.randomPositions(count: count)
    let clean = try await film.spectra(at: positions, workers: workers)
    var set = SpectrumSet(
      name: name, image: film.slowScan().image, pixelSizeNM: film.settings.pixelSizeNM,
      energyEV: SimulatedSpectra.energyAxis.values, positions: positions, counts: film.noisySpectra(clean),
      cleanCounts: clean)
    set.fastScans = try fastScans(of: film)
    return set
  }

  /// Scans with noise, drift, gain and offset of their own: the first at the usual dose, the others around it.
  private static func fastScans(of film: SimulatedFilm) throws -> [Raster] {
    try doses.enumerated().map { index, dose in
      let again = try SimulatedFilm(
        particles: film.particles, seed: film.seed &* 31 &+ UInt64(index + 1), settings: film.settings)
      var conditions = ScanConditions.fast
      conditions.dose = dose
      return again.fastScan(conditions).image
    }
  }

  /// Electrons a pixel on a particle.
  private static let doses = [100.0, 60, 100, 200]
}
