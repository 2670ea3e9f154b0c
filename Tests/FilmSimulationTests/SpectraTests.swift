// Positions, reproducibility and counting noise of spectra.

import FilmSimulation
import Foundation
import Microscopy
import Testing

@Suite struct SpectraTests {
  /// A small film, so that tests are quick.
  static func smallFilm(seed: UInt64 = 5, _ plan: AnomalyPlan = .none) throws -> SimulatedFilm {
    var settings = FilmSettings()
    settings.rows = 80
    settings.columns = 72
    settings.marginNM = 20
    settings.anomalies = plan
    return try SimulatedFilm(seed: seed, settings: settings)
  }

  @Test func theNumberOfWorkersChangesNothing() async throws {
    let film = try Self.smallFilm(.listed([.overlap]))
    let positions = film.randomPositions(count: 1300)
    let one = try await film.spectra(at: positions, workers: 1)
    let two = try await film.spectra(at: positions, workers: 2)
    #expect(one == two && one.count == 1300 * 128)
    #expect(one.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  @Test func moreSpectraChangeNeitherImageNorEarlierOnes() async throws {
    let film = try Self.smallFilm()
    let scan = film.fastScan()
    let few = film.randomPositions(count: 20)
    let many = film.randomPositions(count: 40)
    #expect(Array(many[..<20]) == few)
    let clean = try await film.spectra(at: many)
    let noisy = film.noisySpectra(clean)
    #expect(film.noisySpectra(Array(clean[..<(20 * 128)])) == Array(noisy[..<(20 * 128)]))
    #expect(film.fastScan() == scan)
  }

  @Test func positionsAreThoseOfTiles() throws {
    let film = try SimulatedFilm(seed: 1)
    let grid = film.gridPositions(stride: 2)
    #expect(grid.count == 73 * 73)
    #expect(grid.first == PixelPosition(row: 8, column: 8) && grid.last == PixelPosition(row: 152, column: 152))
    let random = film.randomPositions(count: 20_000)
    #expect(Set(random.map(\.row)) == Set(8...151) && Set(random.map(\.column)) == Set(8...151))
  }

  @Test func aSpectrumImageHoldsTheSpectraOfItsPixels() async throws {
    var settings = FilmSettings()
    settings.rows = 20
    settings.columns = 24
    settings.marginNM = 10
    let film = try SimulatedFilm(seed: 2, settings: settings)
    let image = try await film.spectrumImage(workers: 2)
    let position = PixelPosition(row: 13, column: 5)
    let alone = try await film.spectra(at: [position]).map(Double.init)
    let found = image.spectrum(at: position).map(Double.init)
    let scale = alone.reduce(0, max)
    #expect(zip(found, alone).allSatisfy { abs($0 - $1) < 1e-5 * scale })
    #expect(image.energyAxis.value(at: 0) == 0.2 && abs(image.energyAxis.value(at: 127) - 1.2) < 1e-12)
  }

  @Test func countingNoiseIsPoissonAboutSignalAndBackground() throws {
    let film = try Self.smallFilm()
    let repeats = 4000
    let signal = (0..<128).map { Float($0) * 4 }
    let noisy = film.noisySpectra((0..<repeats).flatMap { _ in signal })
    for channel in [0, 3, 40, 127] {
      let values = (0..<repeats).map { Double(noisy[$0 * 128 + channel]) }
      let background = 60 * exp(-Double(channel) / 127 / 0.08) + 15
      let variance = Double(signal[channel]) + background
      #expect(abs(mean(values) - Double(signal[channel])) < 4 * (variance / Double(repeats)).squareRoot())
      #expect(abs(deviation(values) * deviation(values) / variance - 1) < 0.1)
    }
  }

  @Test func aFilmTooLargeForSpectraSaysSo() async throws {
    var settings = FilmSettings()
    settings.marginNM = 600
    settings.edge = .never
    let film = try SimulatedFilm(seed: 1, settings: settings)
    let error = await #expect(throws: FilmTooLargeError.self) {
      try await film.spectra(at: [PixelPosition(row: 8, column: 8)])
    }
    #expect(error?.particles == film.particles.count && error?.limit == 4000)
  }
}
