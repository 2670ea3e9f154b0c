// The training of one network, epoch by epoch; it can be put down and taken up again.

import NeuralNetworks
import SeededRandom

/// Which of the two networks is trained.
public enum TrainingDirection: String, Sendable {
  /// Image (and context) → spectrum.
  case im2spec
  /// Spectrum → image; the target is the noise-free tile.
  case spec2im
}

/// Trains one network. Deterministic: the same set, settings and processor give the same weights, whatever the number of
/// threads and whether the run was interrupted between epochs or not.
public final class TrainingRun {
  /// What the next epoch depends on besides set and settings.
  public struct State: Sendable {
    public var trainer: NetworkTrainer.State
    /// Memory of the generator of order and noise.
    public var generator: [UInt64]
    /// Weights of the epoch with the least validation loss; nil where nothing is validated.
    public var best: [Float]?
    public var bestLoss: Float
    /// Epochs since the best one.
    public var epochsSinceBest: Int

    public init(
      trainer: NetworkTrainer.State, generator: [UInt64], best: [Float]?, bestLoss: Float, epochsSinceBest: Int
    ) {
      self.trainer = trainer
      self.generator = generator
      self.best = best
      self.bestLoss = bestLoss
      self.epochsSinceBest = epochsSinceBest
    }
  }

  private let direction: TrainingDirection
  private let set: TrainingSet
  private let scaler: SpectrumScaler
  private let settings: TrainingSettings
  private let validation: TrainingSet?
  private let pairs: [Int]
  private let batch: Int
  private let trainer: NetworkTrainer
  private var generator: SeededGenerator
  private var contextDeviation: [Float] = []
  private var best: [Float]?
  private var bestLoss = Float.infinity
  private var epochsSinceBest = 0
  public private(set) var stepsDone = 0

  /// Noise on the context features during training, in standard deviations.
  private static let contextNoise = 0.03
  /// Keeps a constant feature from dividing by zero.
  private static let smallestDeviation: Float = 1e-4
  /// An epoch counts as better when its validation loss falls by at least this share.
  private static let smallestGain: Float = 1e-3

  /// - Parameters:
  ///   - validation: pairs apart from `set`; where `settings.patience` is set, training ends when the loss on them no
  ///     longer falls, and the best epoch's weights are kept.
  ///   - state: of an interrupted run with the same set and settings.
  /// - Throws: `ArchitectureError` when the architecture does not fit the set.
  public init(
    _ direction: TrainingDirection, _ architecture: Architecture, on set: TrainingSet, scaler: SpectrumScaler,
    settings: TrainingSettings, validation: TrainingSet? = nil, resuming state: State? = nil
  ) throws {
    self.direction = direction
    self.set = set
    self.scaler = scaler
    self.settings = settings
    self.validation = settings.patience == nil ? nil : validation
    var network = FloatNetwork(plan: try NetworkPlan(architecture), seed: settings.seed &* 2)
    if architecture.sideCount > 0 {
      let statistics = ColumnStatistics(set.context, columns: architecture.sideCount)
      contextDeviation = statistics.deviation.map { $0 + Self.smallestDeviation }
      try network.set("enc.context_scale.mean", to: statistics.mean)
      try network.set("enc.context_scale.deviation", to: contextDeviation)
    }
    pairs = direction == .im2spec ? Array(0..<set.count) : set.slowScanIndices
    batch = max(1, min(settings.batch, pairs.count))
    generator = SeededGenerator(seed: settings.seed &* 2 &+ 1)
    trainer = NetworkTrainer(network, maximumBatch: batch, schedule: settings.schedule, steps: settings.steps)
    if let state { resume(state) }
  }

  private func resume(_ state: State) {
    guard state.trainer.parameters.count == trainer.network.plan.parameterCount,
      let generator = SeededGenerator(memory: state.generator)
    else { return }
    trainer.state = state.trainer
    self.generator = generator
    stepsDone = state.trainer.step
    best = state.best
    bestLoss = state.bestLoss
    epochsSinceBest = state.epochsSinceBest
  }

  public var state: State {
    State(
      trainer: trainer.state, generator: generator.memory, best: best, bestLoss: bestLoss,
      epochsSinceBest: epochsSinceBest)
  }

  /// Threads that share a step, the calling one included.
  public var threads: Int {
    get { trainer.threads }
    set { trainer.threads = newValue }
  }

  public var stepsAnEpoch: Int { max(1, pairs.count / batch) }
  public var epochs: Int { (settings.steps + stepsAnEpoch - 1) / stepsAnEpoch }
  public var epochsDone: Int { (stepsDone + stepsAnEpoch - 1) / stepsAnEpoch }
  /// All steps are done, or the validation loss has stopped to fall.
  public var isFinished: Bool {
    pairs.isEmpty || stepsDone >= max(1, settings.steps)
      || settings.patience.map { epochsSinceBest >= $0 } ?? false
  }

  /// The network as trained so far: the best epoch's where one was chosen.
  public var network: FloatNetwork {
    best.map { FloatNetwork(plan: trainer.network.plan, parameters: $0) } ?? trainer.network
  }

  /// Losses of one epoch.
  public struct Epoch: Sendable {
    /// Mean over the epoch's steps.
    public var loss: Float
    /// Of the pairs apart; nil where nothing is validated.
    public var validation: Float?
  }

  /// One pass over the pairs, in random order; a last batch that is not full is left out.
  /// - Parameter progress: called after each step with the step's number (from 1) and its loss.
  @discardableResult
  public func epoch(progress: (Int, Float) -> Void = { _, _ in }) -> Epoch {
    let order = generator.permutation(pairs.count)
    var sum: Float = 0
    var steps = 0
    for start in stride(from: 0, through: order.count - batch, by: batch) where stepsDone < max(1, settings.steps) {
      let loss = step(order[start..<start + batch].map { pairs[$0] })
      stepsDone += 1
      steps += 1
      sum += loss
      progress(stepsDone, loss)
    }
    return Epoch(loss: sum / Float(max(1, steps)), validation: validate())
  }

  private func step(_ indices: [Int]) -> Float {
    let orientation = settings.orientations ? generator.index(below: 8) : 0
    var tiles = set.tiles(indices, orientation: orientation)
    let spectra = set.spectra(indices, scaler)
    guard direction == .im2spec else { return trainer.step(spectra, target: tiles, count: indices.count) }
    if let dose = settings.dose {
      TileAugmentation.addNoise(to: &tiles, dose: dose, generator: &generator) { set.isFastScan[indices[$0]] }
    }
    let features = contextDeviation.count
    var context: [Float] = []
    for index in features > 0 ? indices : [] {
      for feature in 0..<features {
        let noise = Float(generator.normal() * Self.contextNoise) * contextDeviation[feature]
        context.append(set.context[index * features + feature] + noise)
      }
    }
    return trainer.step(tiles, side: context, target: spectra, count: indices.count)
  }

  private func validate() -> Float? {
    guard let validation, validation.count > 0 else { return nil }
    let executor = trainer.network.executor(maximumBatch: Self.validationBatch)
    var sum: Float = 0
    for start in stride(from: 0, to: validation.count, by: Self.validationBatch) {
      let indices = Array(start..<min(start + Self.validationBatch, validation.count))
      let tiles = validation.batch(indices, context: !contextDeviation.isEmpty)
      let spectra = validation.spectra(indices, scaler)
      let (answer, target) =
        direction == .im2spec
        ? (executor.run(tiles.tiles, side: tiles.context, count: indices.count), spectra)
        : (executor.run(spectra, count: indices.count), tiles.tiles)
      for i in answer.indices { sum += (answer[i] - target[i]) * (answer[i] - target[i]) }
    }
    let size = direction == .im2spec ? validation.channels : TileBatch.tilePixels
    let loss = sum / Float(validation.count * size)
    if loss < bestLoss * (1 - Self.smallestGain) {
      bestLoss = loss
      best = trainer.network.parameters
      epochsSinceBest = 0
    } else {
      epochsSinceBest += 1
    }
    return loss
  }

  private static let validationBatch = 64
}
