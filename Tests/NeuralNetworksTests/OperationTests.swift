import Foundation
import NeuralNetworks
import SeededRandom
import Testing

/// Layers against loops that follow the definition, in double precision.
@Suite("Layers against their definition")
struct OperationTests {
  /// Zero-padded dilated cross-correlation (PyTorch's convolution), by its definition.
  static func convolve(
    _ x: [Double], inputs: Int, height: Int, width: Int, weight: [Double], bias: [Double], kernel: (Int, Int),
    dilation: Int
  ) -> [Double] {
    var y: [Double] = []
    for filter in bias.indices {
      for row in 0..<height {
        for column in 0..<width {
          var sum = bias[filter]
          for channel in 0..<inputs {
            for ky in 0..<kernel.0 {
              for kx in 0..<kernel.1 {
                let (r, c) = (row + (ky - kernel.0 / 2) * dilation, column + (kx - kernel.1 / 2) * dilation)
                guard r >= 0, r < height, c >= 0, c < width else { continue }
                sum +=
                  weight[((filter * inputs + channel) * kernel.0 + ky) * kernel.1 + kx]
                  * x[(channel * height + r) * width + c]
              }
            }
          }
          y.append(sum)
        }
      }
    }
    return y
  }

  @Test(
    "convolutions of images and signals, any dilation", arguments: [1, 2, 3, 4, 7],
    [[6, 5], [1, 1], [3, 16], [13], [2]])
  func convolution(dilation: Int, extents: [Int]) throws {
    let (inputs, filters) = (3, 4)
    let plan = try NetworkPlan(
      Architecture(
        input: TensorShape(channels: inputs, extents: extents),
        encoder: [
          .convolution(name: "conv", filters: filters, kernel: 3, dilation: dilation), .dense(name: "fc", outputs: 1),
        ], decoder: [.dense(name: "fc", outputs: 1)]))
    var generator = SeededGenerator(seed: UInt64(dilation * 100 + extents.count))
    var parameters = (0..<plan.parameterCount).map { _ in generator.normal() }
    // The dense layers pass one value of the convolution through, each in turn.
    let dense = plan.parameters.filter { $0.name.contains("fc") }
    for parameter in dense { for i in parameter.range { parameters[i] = 0 } }
    parameters[dense[2].offset] = 1
    let x = (0..<inputs * extents.reduce(1, *)).map { _ in generator.normal() }
    let weight = Array(parameters[plan.parameters[0].range])
    let bias = Array(parameters[plan.parameters[1].range])
    let expected = Self.convolve(
      x, inputs: inputs, height: extents.count == 2 ? extents[0] : 1, width: extents[extents.count - 1], weight: weight,
      bias: bias, kernel: (extents.count == 2 ? 3 : 1, 3), dilation: dilation)
    for (index, value) in expected.enumerated() {
      var probe = parameters
      probe[dense[0].offset + index] = 1
      let result = NetworkExecutor(plan: plan, parameters: probe, maximumBatch: 1).run(x, count: 1)
      #expect(abs(result[0] - value) < 1e-12)
    }
  }

  @Test("pooling an image takes means of whole windows, and drops the incomplete ones")
  func imagePooling() throws {
    // (2, 3, 5) pooled by 2 → (2, 1, 2); dense weights 1, 10, 100, 1000 read the four means off one number.
    let plan = try NetworkPlan(
      Architecture(
        input: TensorShape(channels: 2, extents: [3, 5]),
        encoder: [.averagePool(window: 2), .dense(name: "fc", outputs: 1)], decoder: [.dense(name: "fc", outputs: 1)]))
    let x = (0..<30).map(Double.init)
    // Means of {0,1,5,6}, {2,3,7,8}, and 15 more in the second channel.
    let expected = 3.0 + 10 * 5.0 + 100 * 18.0 + 1000 * 20.0
    let parameters = [1.0, 10, 100, 1000, 0, 1, 0]
    let result = NetworkExecutor(plan: plan, parameters: parameters, maximumBatch: 1).run(x, count: 1)
    #expect(result == [expected])
  }

  @Test("a batch gives what its samples give one by one, whatever the batch size")
  func batches() throws {
    let network = FloatNetwork(plan: try NetworkPlan(GradientTests.architectures[0].1), seed: 4)
    var generator = SeededGenerator(seed: 9)
    let size = network.plan.architecture.input.count
    let x = (0..<7 * size).map { _ in Float(generator.normal()) }
    let together = network.executor(maximumBatch: 7).run(x, count: 7)
    let executor = network.executor(maximumBatch: 2)
    for sample in 0..<7 {
      let alone = executor.run(Array(x[sample * size..<(sample + 1) * size]), count: 1)
      for (a, b) in zip(alone, together[sample * alone.count..<(sample + 1) * alone.count]) {
        #expect(abs(a - b) < 1e-5)
      }
    }
  }

  @Test("encoder and decoder alone give what the whole network gives")
  func stages() throws {
    let network = FloatNetwork(plan: try NetworkPlan(GradientTests.architectures[0].1), seed: 4)
    let x = (0..<2 * network.plan.architecture.input.count).map { Float($0 % 7) / 7 }
    let executor = network.executor(maximumBatch: 2)
    let whole = executor.run(x, count: 2)
    let latents = executor.encode(x, count: 2)
    #expect(latents.count == 2 * 4)
    #expect(executor.decode(latents, count: 2) == whole)
  }

  @Test(
    "architectures survive JSON; layers that do not fit are refused",
    arguments: GradientTests.architectures.indices)
  func json(index: Int) throws {
    let architecture = GradientTests.architectures[index].1
    #expect(try Architecture(json: architecture.json) == architecture)
    var broken = architecture
    broken.encoder.insert(.averagePool(window: 1000), at: 0)
    #expect(throws: ArchitectureError.self) { try NetworkPlan(broken) }
  }

  @Test("the one-cycle schedule is PyTorch's")
  func schedule() {
    // torch.optim.lr_scheduler.OneCycleLR(opt, 2e-3, total_steps=100, pct_start=.15): its documented formula, by hand:
    // step 0: peak/25; step 14 (= 0.15*100-1): peak; step 99: peak/25/1e4; half way down: (peak + final)/2.
    let schedule = LearningRateSchedule.oneCycle(peak: 2e-3, warmUp: 0.15)
    #expect(abs(schedule.values(step: 0, of: 100).rate - 8e-5) < 1e-12)
    #expect(abs(schedule.values(step: 14, of: 100).rate - 2e-3) < 1e-12)
    #expect(abs(schedule.values(step: 99, of: 100).rate - 8e-9) < 1e-12)
    #expect(abs(schedule.values(step: 7, of: 100).rate - (8e-5 + 2e-3) / 2) < 1e-12)
    #expect(abs(schedule.values(step: 14, of: 100).momentum - 0.85) < 1e-12)
    #expect(abs(schedule.values(step: 99, of: 100).momentum - 0.95) < 1e-12)
  }
}
