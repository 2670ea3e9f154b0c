// A training that is put down, taken up, stopped early.

import Im2Spec
import Microscopy
import NeuralNetworks
import SeededRandom
import Testing

@Suite("Training runs")
struct TrainingRunTests {
  private static let channels = 32

  /// A checkerboard of soft squares whose spectra are a peak that moves with the brightness in the middle of the tile.
  private static func pairs(seed: UInt64, noise: Double = 0) throws -> TrainingSet {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<48 * 52).map { (index: Int) -> Float in
      let (row, column) = (index / 52, index % 52)
      return ((row / 5 + column / 5) % 2 == 0 ? 1 : 0) + Float(generator.normal() * 0.05)
    }
    let image = Raster(rows: 48, columns: 52, values: values)
    let positions = TrainingSet.positions(rows: 48, columns: 52, step: 2)
    let spectra = positions.flatMap { position -> [Float] in
      let brightness = image[position]
      return (0..<channels).map { channel in
        100 * (1 + brightness) / (1 + Float((channel - 12) * (channel - 12)) / 16) + Float(generator.normal() * noise)
      }
    }
    var set = TrainingSet(channels: channels)
    try set.add(image: image, pixelSizeNM: 1.5, positions: positions, spectra: spectra)
    return set
  }

  private static let scaler = SpectrumScaler(countsPerUnit: 200, meanSquare: 0.1)

  private static func run(
    _ direction: TrainingDirection, settings: TrainingSettings, validation: TrainingSet? = nil,
    resuming: TrainingRun.State? = nil
  ) throws -> TrainingRun {
    let architecture =
      direction == .im2spec
      ? CompactFamily.im2spec(latents: 2, channels: channels, context: true)
      : CompactFamily.spec2im(latents: 2, channels: channels)
    return try TrainingRun(
      direction, architecture, on: pairs(seed: 1), scaler: scaler, settings: settings, validation: validation,
      resuming: resuming)
  }

  @Test("an interruption after any epoch changes nothing", arguments: [TrainingDirection.im2spec, .spec2im])
  func resuming(direction: TrainingDirection) throws {
    let settings = TrainingSettings(steps: 20, batch: 32, seed: 5)
    let whole = try Self.run(direction, settings: settings)
    while !whole.isFinished { whole.epoch() }
    #expect(whole.stepsDone == 20 && whole.epochsDone == whole.epochs && whole.epochs > 1)

    var run = try Self.run(direction, settings: settings)
    while !run.isFinished {
      run.epoch()
      run = try Self.run(direction, settings: settings, resuming: run.state)
    }
    #expect(run.network.parameters == whole.network.parameters)

    let other = try Self.run(direction, settings: TrainingSettings(steps: 20, batch: 32, seed: 6))
    while !other.isFinished { other.epoch() }
    #expect(other.network.parameters != whole.network.parameters)
  }

  @Test("training stops when pairs apart are predicted no better, and keeps the best epoch's weights")
  func earlyStop() throws {
    // Nothing can be learned about these: their spectra belong to other tiles.
    var strangers = TrainingSet(channels: Self.channels)
    var generator = SeededGenerator(seed: 3)
    let image = Raster(rows: 40, columns: 40, values: (0..<1600).map { _ in Float(generator.uniform()) })
    let positions = TrainingSet.positions(rows: 40, columns: 40, step: 3)
    try strangers.add(
      image: image, pixelSizeNM: 1.5, positions: positions,
      spectra: (0..<positions.count * Self.channels).map { _ in Float(generator.uniform(-200, 200)) })
    let settings = TrainingSettings(steps: 4000, batch: 32, schedule: .constant(1e-3), seed: 2, patience: 3)
    let run = try Self.run(.im2spec, settings: settings, validation: strangers)
    var losses: [Float] = []
    var weights: [[Float]] = []
    while !run.isFinished {
      losses.append(try #require(run.epoch().validation))
      weights.append(run.state.trainer.parameters)
    }
    #expect(run.stepsDone < 4000)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(losses.count - 1 - best >= 3 || losses.count < 8)
    #expect(weights.contains(run.network.parameters))
    #expect(run.network.parameters != weights[weights.count - 1])
  }

  @Test("without pairs apart every step is taken")
  func noValidation() throws {
    let run = try Self.run(.spec2im, settings: TrainingSettings(steps: 30, batch: 32, seed: 2, patience: 1))
    while !run.isFinished { #expect(run.epoch().validation == nil) }
    #expect(run.stepsDone == 30)
  }
}
