// Electron energy-loss spectra of a simulated film.

import LinearAlgebra
import Microscopy
import SeededRandom

/// The film has more particles than one eigenproblem can hold.
public struct FilmTooLargeError: Error, Equatable, CustomStringConvertible {
  public var particles: Int
  public var limit: Int
  public var description: String {
    "the film has \(particles) particles, spectra can be computed for at most \(limit): "
      + "choose a smaller view or margin, or larger particles"
  }
}

extension SimulatedFilm {
  /// Coupled dipoles need six square matrices of three dipoles a particle: 7 GB at this limit.
  static let maximumCoupledParticles = 4000
  /// Positions computed together; fixed, so that results do not depend on the number of workers.
  static let blockSize = 500

  /// Noise-free spectra.
  ///
  /// - Parameters:
  ///   - positions: pixels of the scan; the beam stands at pixel centres.
  ///   - workers: cores to use, at least 1. The result is the same for any number.
  /// - Returns: (positions, 128) mean counts a channel in 100 ms at 20 pA, energies as in `SimulatedSpectra.energyAxis`.
  /// - Throws: `FilmTooLargeError`; `LinearAlgebraError` when a particle's numbers are not finite.
  public func spectra(at positions: [PixelPosition], workers: Int = 1) async throws -> [Float] {
    guard particles.count <= Self.maximumCoupledParticles else {
      throw FilmTooLargeError(particles: particles.count, limit: Self.maximumCoupledParticles)
    }
    let grid = EnergyGrid()
    guard !positions.isEmpty, !particles.isEmpty else {
      return [Float](repeating: 0, count: positions.count * grid.channels)
    }
    let model = LossModel(
      modes: try ModeSpectra(particles, grid: grid), local: LocalModes(particles, grid: grid),
      points: positions.map(point))
    let starts = Array(stride(from: 0, to: positions.count, by: Self.blockSize))
    var blocks = [[Float]](repeating: [], count: starts.count)
    await withTaskGroup(of: (Int, [Float]).self) { group in
      var next = 0
      func startNext() {
        guard next < starts.count else { return }
        let block = next
        let range = starts[block]..<min(starts[block] + Self.blockSize, positions.count)
        group.addTask { (block, model.counts(range)) }
        next += 1
      }
      for _ in 0..<max(1, workers) { startNext() }
      for await (block, counts) in group {
        blocks[block] = counts
        startNext()
      }
    }
    return Array(blocks.joined())
  }

  /// A noise-free spectrum at every pixel.
  public func spectrumImage(workers: Int = 1) async throws -> SpectrumImage {
    let positions = (0..<settings.rows).flatMap { row in
      (0..<settings.columns).map { PixelPosition(row: row, column: $0) }
    }
    let frame = ScanFrame(
      rows: settings.rows, columns: settings.columns, pixelSizeNM: settings.pixelSizeNM, rotationRad: 0)
    return SpectrumImage(
      frame: frame, energyAxis: SimulatedSpectra.energyAxis,
      counts: try await spectra(at: positions, workers: workers))
  }

  /// Spectra as recorded: counting noise of signal and background, the mean background subtracted.
  /// - Parameter clean: (positions, 128) mean counts.
  public func noisySpectra(_ clean: [Float]) -> [Float] {
    var generator = Stream.spectra.generator(seed)
    return CountingNoise.apply(clean, using: &generator)
  }

  /// Pixels drawn at random, `border` or more from the first and more than `border` from the last row and column.
  public func randomPositions(count: Int, border: Int = 8) -> [PixelPosition] {
    guard settings.rows > 2 * border, settings.columns > 2 * border else { return [] }
    var generator = Stream.positions.generator(seed)
    return (0..<count).map { _ in
      PixelPosition(
        row: border + generator.index(below: settings.rows - 2 * border),
        column: border + generator.index(below: settings.columns - 2 * border))
    }
  }

  /// The centres of all tiles of 16×16 pixels on a grid, row by row.
  public func gridPositions(stride step: Int, border: Int = 8) -> [PixelPosition] {
    stride(from: border, through: settings.rows - border, by: step).flatMap { row in
      stride(from: border, through: settings.columns - border, by: step).map { PixelPosition(row: row, column: $0) }
    }
  }

  private func point(_ position: PixelPosition) -> Point {
    Point(
      x: (Double(position.column) + 0.5) * settings.pixelSizeNM, y: (Double(position.row) + 0.5) * settings.pixelSizeNM)
  }
}

/// Everything that a block of spectra needs.
private struct LossModel: Sendable {
  let modes: ModeSpectra
  let local: LocalModes
  let points: [Point]

  func counts(_ range: Range<Int>) -> [Float] {
    var probability = modes.probability(at: points[range])
    local.add(to: &probability, at: points[range])
    let countsPerProbability = Float(SimulatedSpectra.energyAxis.scale * Beam.electrons * Beam.collection)
    return probability.map { $0 * countsPerProbability }
  }
}
