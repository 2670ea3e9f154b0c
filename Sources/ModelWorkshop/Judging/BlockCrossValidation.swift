// What networks predict at places they have not seen: one image, cut into blocks, each tested once.

import Im2Spec
import NeuralNetworks

/// Predictions at every position of a set, each by networks whose training kept off its neighbourhood.
public struct OutOfFold: Sendable {
  public var latents: Int
  /// (positions, channels), in the scaler's units: mean over the members.
  public var spectra: [Float]
  /// (positions, 16, 16): spec2im of the measured spectra; background 0, particle 1.
  public var tiles: [Float]
  /// Fold of each position.
  public var fold: [Int]
  /// Mean training spectrum (positions, channels) of each position's fold: the baseline.
  public var meanSpectra: [Float]
  /// Mean training tile (positions, 16, 16) of each position's fold.
  public var meanTiles: [Float]
  public var scaler: SpectrumScaler
}

/// Trains on all folds but one and predicts that one, for several numbers of latents side by side.
public struct BlockCrossValidation: Sendable {
  public var folds: Int
  /// Pixels that training keeps off a tested block.
  public var guardBand: Int
  public var settings: EnsembleSettings
  /// Folds drawn at random, whose tiles overlap those of training: too good to be true, for comparison only.
  public var isRandom: Bool

  public init(
    folds: Int = 4, guardBand: Int = TileBatch.tileEdge, settings: EnsembleSettings, isRandom: Bool = false
  ) {
    self.folds = folds
    self.guardBand = guardBand
    self.settings = settings
    self.isRandom = isRandom
  }

  /// - Parameter latents: numbers of latents, one result each.
  /// - Throws: `WorkshopError` when a fold leaves too few pairs to train on.
  public func predict(
    _ set: SpectrumSet, latents: [Int], progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) async throws -> [OutOfFold] {
    let all = try SpectrumSet.trainingSet([set.seen(in: set.image)])
    let splits =
      isRandom
      ? SpatialBlocks.random(count: set.positions.count, folds: folds, seed: settings.seed)
      : SpatialBlocks.folds(set.positions, folds: folds, guardBand: guardBand)
    let scaler = SpectrumScaler(fitting: all.counts, clean: set.cleanCounts, channels: all.channels)
    var jobs: [NetworkJob] = []
    for (number, split) in splits.enumerated() {
      guard split.training.count >= ModelBuilder.fewestPairs else {
        throw WorkshopError(
          "\(set.name): with \(splits.count) folds and a guard band of \(guardBand) pixels, fold \(number) leaves "
            + "\(split.training.count) pairs to train on; \(ModelBuilder.fewestPairs) are needed. Use more folds, "
            + "or a larger image")
      }
      let pairs = try SpectrumSet.trainingSet([set.subset(split.training)])
      for count in latents {
        var settings = settings
        settings.latents = count
        jobs += EnsembleTraining.jobs(
          pairs, scaler: scaler, settings: settings, name: "fold \(number + 1) of \(splits.count), \(count) latents, ")
      }
    }
    let networks = try await TrainingPool.train(jobs, workers: settings.workers, progress: progress)
    let size = settings.members + 1
    return latents.indices.map { column in
      var result = OutOfFold(all, scaler: scaler, latents: latents[column])
      for (number, split) in splits.enumerated() {
        let first = (number * latents.count + column) * size
        result.fill(split, fold: number, from: all, networks: Array(networks[first..<first + size]))
      }
      return result
    }
  }
}

extension OutOfFold {
  init(_ pairs: TrainingSet, scaler: SpectrumScaler, latents: Int) {
    let spectra = [Float](repeating: 0, count: pairs.count * pairs.channels)
    let tiles = [Float](repeating: 0, count: pairs.count * TileBatch.tilePixels)
    self.init(
      latents: latents, spectra: spectra, tiles: tiles, fold: [Int](repeating: 0, count: pairs.count),
      meanSpectra: spectra, meanTiles: tiles, scaler: scaler)
  }

  /// Predicts one fold's test positions with the networks trained without them: members first, the way back last.
  fileprivate mutating func fill(
    _ split: SpatialSplit, fold number: Int, from pairs: TrainingSet, networks: [FloatNetwork]
  ) {
    let members = networks.dropLast()
    let usesContext = networks[0].plan.architecture.sideCount > 0
    let blockSize = 64
    let forward = members.map { $0.executor(maximumBatch: blockSize) }
    let back = networks[networks.count - 1].executor(maximumBatch: blockSize)
    let channels = pairs.channels
    let trainingMean = Self.mean(pairs.spectra(split.training, scaler), size: channels)
    let trainingTile = Self.mean(pairs.batch(split.training, context: false).tiles, size: TileBatch.tilePixels)
    for start in stride(from: 0, to: split.test.count, by: blockSize) {
      let indices = Array(split.test[start..<min(start + blockSize, split.test.count)])
      let batch = pairs.batch(indices, context: usesContext)
      let answers = forward.map { $0.run(batch.tiles, side: batch.context, count: indices.count) }
      let images = back.run(pairs.spectra(indices, scaler), count: indices.count)
      for (row, index) in indices.enumerated() {
        fold[index] = number
        for channel in 0..<channels {
          spectra[index * channels + channel] =
            answers.map { $0[row * channels + channel] }.reduce(0, +) / Float(answers.count)
          meanSpectra[index * channels + channel] = trainingMean[channel]
        }
        for pixel in 0..<TileBatch.tilePixels {
          tiles[index * TileBatch.tilePixels + pixel] = images[row * TileBatch.tilePixels + pixel]
          meanTiles[index * TileBatch.tilePixels + pixel] = trainingTile[pixel]
        }
      }
    }
  }

  /// Mean row of an (n, size) array.
  private static func mean(_ values: [Float], size: Int) -> [Float] {
    var sum = [Double](repeating: 0, count: size)
    for i in values.indices { sum[i % size] += Double(values[i]) }
    let count = Double(max(1, values.count / size))
    return sum.map { Float($0 / count) }
  }
}
