// How long and how to train, and a whole training in one call.

import NeuralNetworks

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
  /// Epochs without a lower validation loss after which training ends; nil takes every step.
  public var patience: Int?

  public init(
    steps: Int = 3000, batch: Int = 64, schedule: LearningRateSchedule = .oneCycle(peak: 2e-3, warmUp: 0.15),
    seed: UInt64 = 0, dose: ClosedRange<Double>? = 50...300, orientations: Bool = true, patience: Int? = nil
  ) {
    self.steps = steps
    self.batch = batch
    self.schedule = schedule
    self.seed = seed
    self.dose = dose
    self.orientations = orientations
    self.patience = patience
  }
}

/// Trains im2spec and spec2im from beginning to end.
public enum NetworkTraining {
  /// Image (and context) → spectrum.
  /// - Parameter progress: called after each step with the step's number (from 1) and its loss.
  public static func im2spec(
    _ architecture: Architecture, on set: TrainingSet, scaler: SpectrumScaler, settings: TrainingSettings,
    progress: (Int, Float) -> Void = { _, _ in }
  ) throws -> FloatNetwork {
    finish(try TrainingRun(.im2spec, architecture, on: set, scaler: scaler, settings: settings), progress)
  }

  /// Spectrum → image; the target is the noise-free tile.
  public static func spec2im(
    _ architecture: Architecture, on set: TrainingSet, scaler: SpectrumScaler, settings: TrainingSettings,
    progress: (Int, Float) -> Void = { _, _ in }
  ) throws -> FloatNetwork {
    finish(try TrainingRun(.spec2im, architecture, on: set, scaler: scaler, settings: settings), progress)
  }

  private static func finish(_ run: TrainingRun, _ progress: (Int, Float) -> Void) -> FloatNetwork {
    while !run.isFinished { run.epoch(progress: progress) }
    return run.network
  }
}
