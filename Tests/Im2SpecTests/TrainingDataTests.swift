import Im2Spec
import Microscopy
import SeededRandom
import Testing

@Suite("What training sees")
struct TrainingDataTests {
  /// A window whose values name their place: 100·row + column.
  static let window = (0..<17 * 17).map { (index: Int) -> Float in
    let (row, column) = (index / 17, index % 17)
    return Float(100 * row + column)
  }

  static func tile(_ orientation: Int) -> [Float] {
    var tile: [Float] = []
    TileAugmentation.appendTile(of: window, index: 0, orientation: orientation, to: &tile)
    return tile
  }

  @Test("every orientation keeps the centre at (8, 8) and no two are alike", arguments: 0..<8)
  func centre(orientation: Int) {
    #expect(Self.tile(orientation)[8 * 16 + 8] == 808)
    for other in 0..<8 where other != orientation { #expect(Self.tile(other) != Self.tile(orientation)) }
  }

  @Test("orientations are NumPy's: rot90 after a flip of the columns from the fourth on")
  func rotation() {
    // np.rot90(w)[0, 0] = w[0, 16]; np.rot90(w[:, ::-1])[0, 0] = w[0, 0]; np.rot90(w, 2)[0, 0] = w[16, 16].
    #expect(Self.tile(0)[0] == 0)
    #expect(Self.tile(1)[0] == 16)
    #expect(Self.tile(2)[0] == 1616)
    #expect(Self.tile(3)[0] == 1600)
    #expect(Self.tile(4)[0] == 16)
    #expect(Self.tile(5)[0] == 0)
    // np.rot90(w)[i, j] = w[j, 16 - i].
    #expect(Self.tile(1)[3 * 16 + 5] == 513)
  }

  @Test("noise has the variance of the recipe and repeats from its seed")
  func noise() {
    func noisy(seed: UInt64) -> [Float] {
      var tiles = [Float](repeating: 1, count: 256 * 4000)
      var generator = SeededGenerator(seed: seed)
      TileAugmentation.addNoise(to: &tiles, dose: 100...100.0001, generator: &generator)
      return tiles
    }
    let values = noisy(seed: 5)
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    // (1 + 0.0857)/100 + 1e-4 shot, 0.015² line, 0.03² gain, 0.01² offset; products of noises are smaller.
    let expected = 0.010857 + 1e-4 + 0.015 * 0.015 + 0.03 * 0.03 + 0.01 * 0.01
    #expect(abs(mean - 1) < 0.003)
    #expect(abs(variance / expected - 1) < 0.03)
    #expect(noisy(seed: 5) == values)
    #expect(noisy(seed: 6) != values)
  }

  @Test("a window is the image around its position, the far edge repeated")
  func windows() throws {
    let values = (0..<480).map { (index: Int) -> Float in index % 24 < 12 ? 0.1 : 1.1 + Float(index) * 1e-3 }
    let image = Raster(rows: 20, columns: 24, values: values)
    let levels = try ScanNormalisation.levels(of: image)
    let normal = try ScanNormalisation.normalise(image, levels: levels)
    var set = TrainingSet(channels: 2)
    try set.add(
      image: image, pixelSizeNM: 1.5, positions: [PixelPosition(row: 12, column: 16)], spectra: [1, 2])
    #expect(set.count == 1 && set.windows.count == 289 && set.context.count == 12)
    #expect(set.windows[0] == normal[4, 8])
    #expect(set.windows[8 * 17 + 8] == normal[12, 16])
    #expect(set.windows[16 * 17 + 16] == normal[19, 23])
    #expect(Array(set.batch([0], context: false).tiles.prefix(16)) == (8..<24).map { normal[4, $0] })
  }

  @Test("no training tile shares a pixel with a test tile", arguments: [1, 2, 3] as [UInt64])
  func split(seed: UInt64) {
    let positions = TrainingSet.positions(rows: 62, columns: 75)
    #expect(positions.count == 47 * 60)
    let split = SpatialSplit(positions, seed: seed)
    #expect(split.test.count > positions.count / 6 && split.training.count > positions.count / 3)
    for test in stride(from: 0, to: split.test.count, by: 7) {
      for training in split.training {
        #expect(positions[split.test[test]].chebyshevDistance(to: positions[training]) >= 16)
      }
    }
  }

  @Test(
    "every position is tested in one block, and training keeps off it", arguments: [(4, 16), (2, 16), (3, 10), (6, 12)])
  func blocks(folds: Int, guardBand: Int) {
    let positions = TrainingSet.positions(rows: 61, columns: 74)
    let splits = SpatialBlocks.folds(positions, folds: folds, guardBand: guardBand)
    #expect(splits.count == folds)
    #expect(splits.flatMap(\.test).sorted() == Array(positions.indices))
    for split in splits {
      #expect(!split.training.isEmpty)
      for test in stride(from: 0, to: split.test.count, by: 5) {
        for training in split.training {
          let distance = positions[split.test[test]].chebyshevDistance(to: positions[training])
          if distance < guardBand { Issue.record("\(distance) pixels between training and test") }
        }
      }
    }
    // What the guard band alone excludes: no fold trains on everything but its block.
    #expect(splits.allSatisfy { $0.training.count + $0.test.count < positions.count })
  }

  @Test("random folds share the positions out, without a guard band")
  func randomFolds() {
    let splits = SpatialBlocks.random(count: 103, folds: 4, seed: 9)
    #expect(splits.flatMap(\.test).sorted() == Array(0..<103))
    #expect(splits.allSatisfy { $0.training.count + $0.test.count == 103 && $0.training == $0.training.sorted() })
    #expect(splits[0].test != SpatialBlocks.random(count: 103, folds: 4, seed: 10)[0].test)
  }

  @Test("measures of a known error, and the baseline of the mean spectrum")
  func measures() {
    // p = (1, 3), t = (2, 2) twice, by hand: Σ(p-t)² = 4, Σ(p+t)² = 68, Σt² = 16.
    let measures = SpectralMeasures(predicted: [1, 3, 1, 3], reference: [2, 2, 2, 2], size: 2)
    #expect(abs(measures.paperError - (4.0 / 68).squareRoot()) < 1e-12)
    #expect(abs(measures.nmse - 0.25) < 1e-12)
    #expect(abs(measures.meanSquaredError - 1) < 1e-12)
    let baseline = SpectralMeasures.meanBaseline(training: [0, 1, 2, 3], reference: [0, 1, 2, 3], size: 2)
    #expect(abs(baseline.unexplainedVariance - 1) < 1e-12)
    #expect(abs(baseline.nmse - 4.0 / 14) < 1e-12)
  }

  @Test("the scaler is the study's rule")
  func scaler() {
    // 100 spectra of 32 channels: spectrum k is k in its second block and 0 in its first; percentile 99 of 0…99 is 98.01.
    let spectra = (0..<100).flatMap { (k: Int) -> [Float] in
      [Float](repeating: 0, count: 16) + [Float](repeating: Float(k), count: 16)
    }
    let scaler = SpectrumScaler(fitting: spectra, channels: 32)
    #expect(abs(scaler.countsPerUnit - 98.01) < 1e-4)
    let sumOfSquares: Double = 328_350  // 0² + 1² + … + 99²
    let meanSquare = sumOfSquares / 200 / (98.01 * 98.01)
    #expect(abs(scaler.meanSquare / meanSquare - 1) < 1e-5)
  }
}
