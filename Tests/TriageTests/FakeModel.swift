// A model whose answers are simple functions of the tile, and films made of squares.

import Im2Spec
import Microscopy
import SeededRandom
import Triage

/// Answers by closed formulas; counts nothing, keeps nothing.
struct FakeModel: RoundTripModel {
  var id = "fakefakefake"
  var pixelSizeNM = 1.5
  var energyEV = (0..<8).map { 0.2 + 0.1 * Double($0) }
  var countsPerUnit: Double?
  var meanSquareSpectrum = 1.0
  var usesContext = false
  var bank = ReferenceBank(count: 0, latentCount: 3, latents: [], tiles: [])
  var calibration: ScoreCalibration?
  /// Of the tile's 256 values.
  var ensembleVariance: @Sendable ([Float]) -> Float = { 1e-4 * (1 + abs(FakeModel.centre($0))) }
  var roundTripError: @Sendable ([Float]) -> Float = { 0.05 + 0.01 * abs(FakeModel.centre($0)) }
  var spectrumOffset: Float = 0

  func roundTrip(_ batch: TileBatch) -> RoundTripBatch {
    let tiles = (0..<batch.count).map { Array(batch.tiles[$0 * 256..<($0 + 1) * 256]) }
    return RoundTripBatch(
      count: batch.count, latents: tiles.flatMap(Self.latents),
      spectra: tiles.flatMap { tile in (0..<energyEV.count).map { Self.mean(tile) * Float($0) + spectrumOffset } },
      ensembleVariance: tiles.map(ensembleVariance), tiles: tiles.flatMap { $0.map { $0 * 0.5 } },
      roundTripError: tiles.map(roundTripError))
  }

  static func latents(_ tile: [Float]) -> [Float] {
    let top = tile[..<128].reduce(0, +) / 128
    let bottom = tile[128...].reduce(0, +) / 128
    return [(top + bottom) / 2, top - bottom, centre(tile)]
  }

  static func mean(_ tile: [Float]) -> Float { tile.reduce(0, +) / 256 }

  /// Mean of the four pixels around the tile's position (row 8, column 8).
  static func centre(_ tile: [Float]) -> Float { (tile[119] + tile[120] + tile[135] + tile[136]) / 4 }
}

/// Square particles of 12 nm on a 15-nm lattice, vacuum to the left, white noise.
enum SquareFilm {
  static func scan(
    rows: Int = 160, columns: Int = 160, pixelSizeNM: Double? = 1.5, noise: Double = 0.12, vacuumNM: Double = 45,
    gain: Float = 1, offset: Float = 0, seed: UInt64 = 1, pitchNM: Double = 15
  ) -> Scan {
    var generator = SeededGenerator(seed: seed)
    let size = pixelSizeNM ?? 1.5
    var image = Raster(rows: rows, columns: columns, repeating: 0)
    for row in 0..<rows {
      for column in 0..<columns {
        let (y, x) = ((Double(row) + 0.5) * size, (Double(column) + 0.5) * size)
        let inside =
          y.truncatingRemainder(dividingBy: pitchNM) < 0.8 * pitchNM
          && x.truncatingRemainder(dividingBy: pitchNM) < 0.8 * pitchNM && x > vacuumNM
        image[row, column] = gain * (Float(inside ? 1 : 0) + Float(noise * generator.normal())) + offset
      }
    }
    return Scan(image: image, pixelSizeNM: pixelSizeNM)
  }

  /// Adds `value` (in particle levels) to a square of 6 pixels around a place.
  static func withSpot(_ scan: Scan, row: Int, column: Int, value: Float) -> Scan {
    var scan = scan
    for r in row - 3..<row + 3 { for c in column - 3..<column + 3 { scan.image[r, c] += value } }
    return scan
  }
}

extension FakeModel {
  /// The model with a bank and a calibration from square films.
  func calibrated(positions count: Int = 600) throws -> FakeModel {
    var model = self
    let film = SquareFilm.scan(seed: 77)
    let normalised = try ScanNormalisation.normalise(film.image, levels: ScanNormalisation.levels(of: film.image))
    var generator = SeededGenerator(seed: 78)
    let positions = (0..<count).map { _ in
      PixelPosition(row: 8 + Int(generator.uniform() * 144), column: 8 + Int(generator.uniform() * 144))
    }
    let tiles = positions.flatMap { position in
      (0..<256).map { normalised[position.row - 8 + $0 / 16, position.column - 8 + $0 % 16] }
    }
    let context = ContextFeatures(normalised: normalised).values(at: positions)
    let batch = TileBatch(count: count, tiles: tiles, context: context)
    let answer = roundTrip(batch)
    model.bank = ReferenceBank(count: count, latentCount: 3, latents: answer.latents, tiles: tiles)
    let sample = CalibrationSample(
      tiles: batch, roundTrip: answer, error: (0..<count).map { _ in 0.002 + 0.02 * generator.uniform() })
    model.calibration = try CalibrationFit.fit(
      samples: [sample], bank: model.bank, trainingContext: usesContext ? context : [], pitches: [10, 10, 10])
    return model
  }
}

/// Numbers in 0..<1 that Python makes alike (integer arithmetic only).
///
///     v = (i*7919 + seed*104729 + 13) % 2**32; v = v*2654435761 % 2**32; v ^= v >> 15
///     v = v*2246822519 % 2**32; v ^= v >> 13; float32(v / 2**32)
func hashedNumbers(_ count: Int, seed: UInt32) -> [Float] {
  (0..<UInt32(count)).map { index in
    var v = index &* 7919 &+ seed &* 104_729 &+ 13
    v = v &* 2_654_435_761
    v ^= v >> 15
    v = v &* 2_246_822_519
    v ^= v >> 13
    return Float(Double(v) / 4_294_967_296)
  }
}
