// Training of one network on a training set: what a step sees.

import NeuralNetworks
import SeededRandom

/// How long and how to train.
public struct TrainingSettings: Equatable, Sendable {
  public var steps: Int
  public var batch: Int
  public var schedule: LearningRateSchedule
  public var seed: UInt64
  /// Range of electron doses that tiles are noised to; nil trains on tiles as they stand.
  public var dose: ClosedRange<Double>?
  /// All eight orientations of a tile, or only its own.
  public var orientations: Bool

  public init(
    steps: Int = 3000, batch: Int = 64, schedule: LearningRateSchedule = .oneCycle(peak: 2e-3, warmUp: 0.15),
    seed: UInt64 = 0, dose: ClosedRange<Double>? = 50...300, orientations: Bool = true
  ) {
    self.steps = steps
    self.batch = batch
    self.schedule = schedule
    self.seed = seed
    self.dose = dose
    self.orientations = orientations
  }
}

/// Trains im2spec and spec2im. Deterministic: the same set, settings and processor give the same weights.
public enum NetworkTraining {
  /// Noise on the context features during training, in standard deviations.
  private static let contextNoise = 0.03
  /// Keeps a constant feature from dividing by zero.
  private static let smallestDeviation: Float = 1e-4

  /// Image (and context) → spectrum.
  /// - Parameter progress: called after each step with the step's number (from 1) and its loss.
  public static func im2spec(
    _ architecture: Architecture, on set: TrainingSet, scaler: SpectrumScaler, settings: TrainingSettings,
    progress: (Int, Float) -> Void = { _, _ in }
  ) throws -> FloatNetwork {
    var network = FloatNetwork(plan: try NetworkPlan(architecture), seed: settings.seed &* 2)
    let features = architecture.sideCount
    var deviations: [Float] = []
    if features > 0 {
      let statistics = columnStatistics(set.context, columns: features)
      deviations = statistics.deviation.map { $0 + smallestDeviation }
      try network.set("enc.context_scale.mean", to: statistics.mean)
      try network.set("enc.context_scale.deviation", to: deviations)
    }
    return train(network, on: Array(0..<set.count), settings: settings, progress: progress) {
      trainer, indices, generator in
      let orientation = settings.orientations ? generator.index(below: 8) : 0
      var tiles = Self.tiles(set, indices, orientation: orientation)
      if let dose = settings.dose {
        TileAugmentation.addNoise(to: &tiles, dose: dose, generator: &generator) { set.isFastScan[indices[$0]] }
      }
      var context: [Float] = []
      for index in features > 0 ? indices : [] {
        for feature in 0..<features {
          let noise = Float(generator.normal() * contextNoise) * deviations[feature]
          context.append(set.context[index * features + feature] + noise)
        }
      }
      return trainer.step(tiles, side: context, target: spectra(set, indices, scaler), count: indices.count)
    }
  }

  /// Spectrum → image; the target is the noise-free tile.
  public static func spec2im(
    _ architecture: Architecture, on set: TrainingSet, scaler: SpectrumScaler, settings: TrainingSettings,
    progress: (Int, Float) -> Void = { _, _ in }
  ) throws -> FloatNetwork {
    let network = FloatNetwork(plan: try NetworkPlan(architecture), seed: settings.seed &* 2)
    return train(network, on: set.slowScanIndices, settings: settings, progress: progress) {
      trainer, indices, generator in
      let orientation = settings.orientations ? generator.index(below: 8) : 0
      return trainer.step(
        spectra(set, indices, scaler), target: tiles(set, indices, orientation: orientation), count: indices.count)
    }
  }

  private static func train(
    _ network: FloatNetwork, on pairs: [Int], settings: TrainingSettings, progress: (Int, Float) -> Void,
    step: (NetworkTrainer, [Int], inout SeededGenerator) -> Float
  ) -> FloatNetwork {
    var generator = SeededGenerator(seed: settings.seed &* 2 &+ 1)
    let batch = min(settings.batch, pairs.count)
    let trainer = NetworkTrainer(
      network, maximumBatch: batch, schedule: settings.schedule, steps: settings.steps)
    var order = generator.permutation(pairs.count)
    var next = 0
    for number in 1...max(1, settings.steps) {
      if next + batch > order.count {
        order = generator.permutation(pairs.count)
        next = 0
      }
      let indices = order[next..<next + batch].map { pairs[$0] }
      next += batch
      progress(number, step(trainer, indices, &generator))
    }
    return trainer.network
  }

  private static func tiles(_ set: TrainingSet, _ indices: [Int], orientation: Int) -> [Float] {
    var tiles: [Float] = []
    tiles.reserveCapacity(indices.count * TileBatch.tilePixels)
    for index in indices {
      TileAugmentation.appendTile(of: set.windows, index: index, orientation: orientation, to: &tiles)
    }
    return tiles
  }

  private static func spectra(_ set: TrainingSet, _ indices: [Int], _ scaler: SpectrumScaler) -> [Float] {
    let factor = Float(1 / scaler.countsPerUnit)
    var values: [Float] = []
    values.reserveCapacity(indices.count * set.channels)
    for index in indices {
      for i in index * set.channels..<(index + 1) * set.channels { values.append(set.counts[i] * factor) }
    }
    return values
  }

  /// Mean and standard deviation of each column of an (n, columns) array.
  static func columnStatistics(_ values: [Float], columns: Int) -> (mean: [Float], deviation: [Float]) {
    let rows = values.count / columns
    var mean = [Double](repeating: 0, count: columns)
    var square = mean
    for row in 0..<rows {
      for column in 0..<columns {
        let value = Double(values[row * columns + column])
        mean[column] += value
        square[column] += value * value
      }
    }
    let n = Double(max(1, rows))
    return (
      mean.map { Float($0 / n) },
      zip(mean, square).map { Float(max(0, $1 / n - ($0 / n) * ($0 / n)).squareRoot()) }
    )
  }
}
