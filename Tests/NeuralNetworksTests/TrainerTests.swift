// A training beside the same one in double precision, written out from the paper.

import Foundation
import NeuralNetworks
import SeededRandom
import Testing

@Suite("Training beside double precision")
struct TrainerTests {
  /// Adam (Kingma and Ba, ICLR 2015, algorithm 1) with a constant rate on the plain executor.
  private struct DoubleAdam {
    let plan: NetworkPlan
    var parameters: [Double]
    private var first: [Double]
    private var second: [Double]
    private var step = 0.0

    init(_ network: FloatNetwork) {
      plan = network.plan
      parameters = network.parameters.map(Double.init)
      first = [Double](repeating: 0, count: parameters.count)
      second = first
    }

    mutating func take(_ batch: (input: [Float], side: [Float], target: [Float]), count: Int, rate: Double) -> Double {
      let executor = NetworkExecutor(plan: plan, parameters: parameters, maximumBatch: count, training: true)
      let (loss, gradient) = executor.lossAndGradient(
        batch.input.map(Double.init), side: batch.side.map(Double.init), target: batch.target.map(Double.init),
        count: count)
      // Batch norm has moved its running statistics.
      parameters = executor.parameters
      step += 1
      for parameter in plan.parameters {
        if case .fixed = parameter.role { continue }
        for i in parameter.range {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i]
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i]
          let (mean, square) = (first[i] / (1 - pow(0.9, step)), second[i] / (1 - pow(0.999, step)))
          parameters[i] -= rate * mean / (square.squareRoot() + 1e-8)
        }
      }
      return loss
    }
  }

  @Test("losses follow it, step by step", arguments: BatchGradientTests.architectures.indices)
  func follows(index: Int) throws {
    let architecture = BatchGradientTests.architectures[index].1
    let plan = try NetworkPlan(architecture)
    let (teacher, student) = (FloatNetwork(plan: plan, seed: 1), FloatNetwork(plan: plan, seed: 2))
    let (count, steps, rate) = (20, 12, 2e-3)
    let trainer = NetworkTrainer(student, maximumBatch: count, schedule: .constant(rate), steps: steps)
    trainer.threads = 2
    var reference = DoubleAdam(student)
    let executor = teacher.executor(maximumBatch: count)
    var generator = SeededGenerator(seed: 3)
    func random(_ n: Int) -> [Float] { (0..<n).map { _ in Float(generator.normal()) } }
    for step in 0..<steps {
      let (input, side) = (random(count * architecture.input.count), random(count * architecture.sideCount))
      let target = executor.run(input, side: side, count: count)
      let expected = reference.take((input, side, target), count: count, rate: rate)
      let loss = Double(trainer.step(input, side: side, target: target, count: count))
      #expect(abs(loss - expected) < 1e-3 * expected, "step \(step)")
    }
  }
}
