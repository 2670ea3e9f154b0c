// The line protocol by which benchmarks drive training beside other programs.

import Foundation
import Im2Spec
import MicroscopeFiles
import NeuralNetworks
import StrictJSON
import SystemPackage

/// Answers batch sizes with seconds a sample of one training step.
public final class TrainingBenchServer {
  private let network: FloatNetwork
  private let pairs: Pairs
  private let threads: Int
  private let startedAt: ContinuousClock.Instant

  /// Samples as rows of arrays.
  private struct Pairs {
    var input: [Float]
    var side: [Float]
    var target: [Float]
    var count: Int
  }

  /// Steps whose losses the ready line tells, so that others can show that they train alike.
  private static let shownSteps = 20
  private static let shownBatch = 64
  private static let rate = 1e-3

  /// - Parameters:
  ///   - weights: a bundle (its first member is trained) or a plain pair.
  ///   - input, target: NPY of (N, …) rows that fit the network.
  ///   - side: NPY of (N, 12), for networks that see context.
  public init(
    weights: String, direction: TrainingDirection, input: String, target: String, side: String?, threads: Int,
    startedAt: ContinuousClock.Instant
  ) throws {
    let pair = try NetworkPair(contentsOf: weights)
    network = direction == .im2spec ? pair.im2spec : pair.spec2im
    self.threads = threads
    self.startedAt = startedAt
    func rows(_ path: String, of size: Int) throws -> (values: [Float], count: Int) {
      let array = try NPYArray.read(FilePath(path))
      guard let count = array.shape.first, count > 0, array.values.count == count * size else {
        throw WorkshopError("\(path): shape \(array.shape) is not (N, …) with \(size) values each")
      }
      return (array.values, count)
    }
    let plan = network.plan
    let (x, y) = (try rows(input, of: plan.architecture.input.count), try rows(target, of: plan.output.count))
    var sides: [Float] = []
    if plan.architecture.sideCount > 0 {
      guard let side else { throw WorkshopError("\(weights): this network sees context; give --side X.npy") }
      sides = try rows(side, of: plan.architecture.sideCount).values
    }
    guard x.count == y.count, sides.count == (sides.isEmpty ? 0 : x.count * plan.architecture.sideCount) else {
      throw WorkshopError("\(input), \(target): different numbers of samples")
    }
    pairs = Pairs(input: x.values, side: sides, target: y.values, count: x.count)
  }

  /// Start-up time and the losses of the first steps on the first rows.
  public func readyLine() -> String {
    let (trainer, batch) = (trainer(Self.shownBatch), batch(Self.shownBatch))
    let losses = (0..<Self.shownSteps).map { _ in step(trainer, batch) }
    return
      ([
        "start_s": .double((ContinuousClock.now - startedAt) / .seconds(1)), "threads": .int(threads),
        "losses": JSONValue(losses.map(Double.init)),
      ] as JSONValue).text
  }

  /// The answer to one line of input; nil for a line that is no batch size.
  public func answer(_ line: String) async -> String? {
    guard let count = BenchAnswer.batch(line) else { return nil }
    let (trainer, batch) = (trainer(count), batch(count))
    return await BenchAnswer.line(batch: count) { _ = step(trainer, batch) }
  }

  private func trainer(_ batch: Int) -> NetworkTrainer {
    let trainer = NetworkTrainer(network, maximumBatch: batch, schedule: .constant(Self.rate), steps: 1)
    trainer.threads = threads
    return trainer
  }

  /// The file's rows over and over.
  private func batch(_ count: Int) -> Pairs {
    func rows(_ values: [Float]) -> [Float] {
      let size = values.count / pairs.count
      return (0..<count).flatMap { values[$0 % pairs.count * size..<($0 % pairs.count + 1) * size] }
    }
    return Pairs(input: rows(pairs.input), side: rows(pairs.side), target: rows(pairs.target), count: count)
  }

  private func step(_ trainer: NetworkTrainer, _ batch: Pairs) -> Float {
    trainer.step(batch.input, side: batch.side, target: batch.target, count: batch.count)
  }
}
