import NeuralNetworks
import SeededRandom
import Testing

@Suite("Gradients against central differences in double precision")
struct GradientTests {
  static let image = TensorShape(channels: 2, extents: [5, 6])
  static let signal = TensorShape(channels: 3, extents: [9])

  /// Small networks that together hold every layer.
  static let architectures: [(String, Architecture)] = [
    (
      "image to signal with cascade of last outputs",
      Architecture(
        input: image,
        encoder: [
          .convolution(name: "conv1", filters: 3, kernel: 3, dilation: 1), .leakyReLU(slope: 0.1),
          .convolution(name: "conv2", filters: 2, kernel: 3, dilation: 2), .leakyReLU(slope: 0.1),
          .dense(name: "fc", outputs: 4),
        ],
        decoder: [
          .dense(name: "fc", outputs: signal.count), .reshape(signal),
          .cascade(
            levels: (1...4).map {
              [.convolution(name: "dil\($0)", filters: 3, kernel: 3, dilation: $0), .leakyReLU(slope: 0.1)]
            }, summing: .lastOfEachLevel),
          .convolution(name: "out", filters: 1, kernel: 3, dilation: 1),
        ])
    ),
    (
      "signal to image with pooling, batch norm, up-sampling and cascade of every output",
      Architecture(
        input: TensorShape(channels: 1, extents: [11]),
        encoder: [
          .averagePool(window: 2), .convolution(name: "conv1", filters: 3, kernel: 3, dilation: 1),
          .leakyReLU(slope: 0.1), .batchNorm(name: "conv1.bn", epsilon: 1e-5), .dense(name: "fc", outputs: 3),
        ],
        decoder: [
          .dense(name: "fc", outputs: 2 * 3 * 2), .reshape(TensorShape(channels: 2, extents: [3, 2])),
          .convolution(name: "up1", filters: 2, kernel: 3, dilation: 1), .leakyReLU(slope: 0.1),
          .upsampleNearest(factor: 2),
          .cascade(
            levels: (1...2).map {
              [
                .convolution(name: "dil\($0)", filters: 2, kernel: 3, dilation: $0), .leakyReLU(slope: 0.1),
                .batchNorm(name: "dil\($0).bn", epsilon: 1e-5),
              ]
            }, summing: .everyLayer),
          .convolution(name: "out", filters: 1, kernel: 1, dilation: 1),
        ])
    ),
    (
      "image with pooling, to a signal with up-sampling",
      Architecture(
        input: TensorShape(channels: 1, extents: [5, 7]),
        encoder: [
          .averagePool(window: 2), .convolution(name: "conv1", filters: 3, kernel: 3, dilation: 1),
          .averagePool(window: 2), .dense(name: "fc", outputs: 3),
        ],
        decoder: [
          .dense(name: "fc", outputs: 6), .reshape(TensorShape(channels: 2, extents: [3])),
          .upsampleNearest(factor: 2), .convolution(name: "out", filters: 1, kernel: 1, dilation: 1),
        ])
    ),
    (
      "side input, standardised and joined",
      Architecture(
        input: image, sideCount: 3,
        encoder: [
          .convolution(name: "conv1", filters: 2, kernel: 3, dilation: 1), .leakyReLU(slope: 0.1),
          .joinSide(layers: [
            .standardise(name: "scale"), .dense(name: "context", outputs: 4), .leakyReLU(slope: 0.1),
          ]),
          .dense(name: "fc", outputs: 3),
        ],
        decoder: [.dense(name: "fc", outputs: 7)])
    ),
  ]

  @Test("every parameter of every layer", arguments: architectures.indices)
  func everyParameter(index: Int) throws {
    let plan = try NetworkPlan(Self.architectures[index].1)
    var generator = SeededGenerator(seed: 11 + UInt64(index))
    let count = 3
    func random(_ n: Int) -> [Double] { (0..<n).map { _ in generator.normal() } }
    var parameters = Initialisation.parameters(of: plan, seed: 5).map(Double.init)
    for parameter in plan.parameters where parameter.name.hasSuffix("scale.deviation") {
      for i in parameter.range { parameters[i] = 1.7 }
    }
    let input = random(count * plan.architecture.input.count)
    let side = random(count * plan.architecture.sideCount)
    let target = random(count * plan.output.count)
    // A fresh executor each time: batch norm moves its running statistics.
    func loss(_ parameters: [Double]) -> (loss: Double, gradient: [Double]) {
      NetworkExecutor(plan: plan, parameters: parameters, maximumBatch: count, training: true)
        .lossAndGradient(input, side: side, target: target, count: count)
    }
    let gradient = loss(parameters).gradient
    var checked = 0
    for parameter in plan.parameters {
      if case .fixed = parameter.role { continue }
      for i in parameter.range {
        let step = 1e-6
        var shifted = parameters
        shifted[i] += step
        let above = loss(shifted).loss
        shifted[i] -= 2 * step
        let numeric = (above - loss(shifted).loss) / (2 * step)
        #expect(
          abs(numeric - gradient[i]) < 1e-6 * max(1, abs(numeric)), "\(parameter.name)[\(i - parameter.offset)]")
        checked += 1
      }
    }
    #expect(checked > 50)
  }

  @Test("Adam on a network fits what the network can say, and repeats itself from its seed")
  func learns() throws {
    let architecture = Self.architectures[0].1
    let teacher = FloatNetwork(plan: try NetworkPlan(architecture), seed: 1)
    func train() throws -> (first: Float, last: Float, parameters: [Float]) {
      let student = FloatNetwork(plan: try NetworkPlan(architecture), seed: 2)
      let steps = 400
      let trainer = NetworkTrainer(
        student, maximumBatch: 16, schedule: .oneCycle(peak: 1e-2, warmUp: 0.15), steps: steps)
      let executor = teacher.executor(maximumBatch: 16)
      var generator = SeededGenerator(seed: 3)
      var losses: [Float] = []
      for _ in 0..<steps {
        let input = (0..<16 * architecture.input.count).map { _ in Float(generator.normal()) }
        losses.append(trainer.step(input, target: executor.run(input, count: 16), count: 16))
      }
      return (losses[0], losses[steps - 1], trainer.network.parameters)
    }
    let run = try train()
    #expect(run.last < run.first / 10)
    #expect(try train().parameters == run.parameters)
  }
}
