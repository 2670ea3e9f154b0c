// A film of nanocrystals that can be imaged and probed.

import LinearAlgebra
import Microscopy
import SeededRandom

/// A simulated self-assembled film; everything about it follows from its seed and settings.
///
/// Geometry, anomalies, noise of scans, choice of positions and noise of spectra draw from independent streams:
/// asking for more spectra does not change the image.
public struct SimulatedFilm: Sendable {
  public let settings: FilmSettings
  public let seed: UInt64
  /// In the view and in the margin around it.
  public let particles: [Particle]
  public let truth: FilmTruth

  /// Draws a film.
  /// - Throws: `FilmSettingsError` naming the setting that is out of range.
  public init(seed: UInt64, settings: FilmSettings = FilmSettings()) throws(FilmSettingsError) {
    try settings.validate()
    var geometry = Stream.geometry.generator(seed)
    let planting = AnomalyPlanting(
      FilmAssembly.particles(settings, using: &geometry), settings: settings,
      generator: Stream.anomalies.generator(seed))
    self.settings = settings
    self.seed = seed
    particles = planting.particles
    truth = FilmTruth(anomalies: planting.anomalies, settings: settings)
  }

  /// A film of particles placed by the caller; the view and the noise streams come from settings and seed.
  package init(particles: [Particle], seed: UInt64, settings: FilmSettings) throws(FilmSettingsError) {
    try settings.validate()
    self.settings = settings
    self.seed = seed
    self.particles = particles
    truth = FilmTruth(anomalies: [], settings: settings)
  }
}

/// Independent streams of random numbers of one seed.
enum Stream: Int, CaseIterable {
  case geometry, anomalies, fastScan, slowScan, positions, spectra

  func generator(_ seed: UInt64) -> SeededGenerator {
    var root = SeededGenerator(seed: seed)
    let seeds = Self.allCases.map { _ in root.next() }
    return SeededGenerator(seed: seeds[rawValue])
  }
}
