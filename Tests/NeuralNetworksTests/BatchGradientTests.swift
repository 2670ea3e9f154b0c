// The fast gradient against the plain one in double precision, whose own is held against central differences.

import NeuralNetworks
import SeededRandom
import Testing

@Suite("Gradients of a batch, by the fast loops")
struct BatchGradientTests {
  /// Shapes of both families, and awkward ones: odd sizes, channels that fill no vector, kernels of 1 and 5, layers whose
  /// samples have to be rearranged.
  static let architectures: [(String, Architecture)] =
    GradientTests.architectures + [
      ("AtomAI's image to signal", atomAI(filters: 24, from: [8, 8], to: [19])),
      ("tiles of Winograd's filtering, whole and cut", wide(filters: 48, image: [11, 14], signal: 45)),
      ("AtomAI's with one filter", atomAI(filters: 1, from: [5, 7], to: [6])),
      (
        "kernels of 1 and 5, far dilations, 13 channels",
        Architecture(
          input: TensorShape(channels: 3, extents: [9, 7]),
          encoder: [
            .convolution(name: "wide", filters: 13, kernel: 5, dilation: 3), .leakyReLU(slope: 0),
            .convolution(name: "point", filters: 21, kernel: 1, dilation: 1), .leakyReLU(slope: 1),
            .convolution(name: "far", filters: 40, kernel: 3, dilation: 8), .dense(name: "fc", outputs: 3),
          ],
          decoder: [
            .dense(name: "fc", outputs: 3 * 5), .leakyReLU(slope: 0.2),
            .reshape(TensorShape(channels: 3, extents: [5])),
            .convolution(name: "out", filters: 2, kernel: 5, dilation: 1),
          ])
      ),
      (
        "values read in two shapes, activation on the input, batch norm on batch norm",
        Architecture(
          input: TensorShape(channels: 2, extents: [6]),
          encoder: [
            .leakyReLU(slope: 0.3), .convolution(name: "conv1", filters: 4, kernel: 3, dilation: 1),
            .reshape(TensorShape(channels: 3, extents: [4, 2])),
            .convolution(name: "conv2", filters: 5, kernel: 3, dilation: 1),
            .batchNorm(name: "bn1", epsilon: 1e-5), .batchNorm(name: "bn2", epsilon: 1e-3), .standardise(name: "scale"),
            .dense(name: "fc", outputs: 2),
          ],
          decoder: [
            .dense(name: "fc", outputs: 12), .reshape(TensorShape(channels: 3, extents: [2, 2])),
            .upsampleNearest(factor: 3), .averagePool(window: 2),
            .cascade(
              levels: [
                [
                  .leakyReLU(slope: 0.1),
                  .cascade(levels: [[.leakyReLU(slope: 0.5)], [.leakyReLU(slope: 0.4)]], summing: .everyLayer),
                ],
                [.convolution(name: "last", filters: 3, kernel: 3, dilation: 1)],
              ], summing: .everyLayer),
          ])
      ),
    ]

  /// Wide enough that minimal filtering pays; dilations whose phases are cut, of one pixel, and empty.
  private static func wide(filters: Int, image: [Int], signal: Int) -> Architecture {
    func level(_ dilation: Int) -> [Layer] {
      [.convolution(name: "dil\(dilation)", filters: filters, kernel: 3, dilation: dilation), .leakyReLU(slope: 0.1)]
    }
    let shape = TensorShape(channels: filters, extents: [signal])
    return Architecture(
      input: TensorShape(channels: filters, extents: image),
      encoder: [
        .cascade(levels: [1, 2, 6, 12, 20].map(level), summing: .lastOfEachLevel), .dense(name: "fc", outputs: 3),
      ],
      decoder: [
        .dense(name: "fc", outputs: shape.count), .reshape(shape),
        .cascade(levels: [1, 3, 50].map(level), summing: .everyLayer),
        .convolution(name: "out", filters: 1, kernel: 3, dilation: 1),
      ])
  }

  static func atomAI(filters: Int, from input: [Int], to output: [Int]) -> Architecture {
    func block(_ name: String, _ filters: Int, _ dilation: Int = 1) -> [Layer] {
      [
        .convolution(name: name, filters: filters, kernel: 3, dilation: dilation), .leakyReLU(slope: 0.1),
        .batchNorm(name: "\(name).bn", epsilon: 1e-5),
      ]
    }
    let shape = TensorShape(channels: filters, extents: output)
    return Architecture(
      input: TensorShape(channels: 1, extents: input),
      encoder: block("conv1", filters) + block("conv2", filters) + [.dense(name: "fc", outputs: 4)],
      decoder: [
        .dense(name: "fc", outputs: shape.count), .reshape(shape),
        .cascade(levels: (1...4).map { block("dil\($0)", filters, $0) }, summing: .everyLayer),
      ] + block("conv", 1) + [.convolution(name: "out", filters: 1, kernel: 1, dilation: 1)])
  }

  struct Batch {
    let plan: NetworkPlan
    var parameters: [Float]
    let input: [Float]
    let side: [Float]
    let target: [Float]
    let count: Int

    init(_ architecture: Architecture, count: Int, seed: UInt64) throws {
      plan = try NetworkPlan(architecture)
      self.count = count
      var generator = SeededGenerator(seed: seed)
      func random(_ n: Int) -> [Float] { (0..<n).map { _ in Float(generator.normal()) } }
      parameters = Initialisation.parameters(of: plan, seed: seed)
      for parameter in plan.parameters where parameter.name.hasSuffix("deviation") {
        for i in parameter.range { parameters[i] = 1.7 }
      }
      for parameter in plan.parameters where parameter.name.contains("bn") {
        for i in parameter.range { parameters[i] += Float(generator.uniform(0, 0.5)) }
      }
      input = random(count * architecture.input.count)
      side = random(count * architecture.sideCount)
      target = random(count * plan.output.count)
    }
  }

  /// Root of the summed squares of the difference, relative to that of the reference.
  static func difference(_ a: some Collection<Float>, _ reference: some Collection<Double>) -> Double {
    var (difference, square) = (0.0, 0.0)
    for (x, y) in zip(a, reference) {
      difference += (Double(x) - y) * (Double(x) - y)
      square += y * y
    }
    return (difference / max(square, 1e-30)).squareRoot()
  }

  @Test("equal those in double precision, array by array, in every form", arguments: architectures.indices)
  func doublePrecision(index: Int) throws {
    // 45 samples: shards, chunks and what is left over.
    let batch = try Batch(Self.architectures[index].1, count: 45, seed: UInt64(index) + 21)
    let executor = NetworkExecutor(
      plan: batch.plan, parameters: batch.parameters.map(Double.init), maximumBatch: batch.count, training: true)
    let reference = executor.lossAndGradient(
      batch.input.map(Double.init), side: batch.side.map(Double.init), target: batch.target.map(Double.init),
      count: batch.count)
    // What single precision costs where nothing is done for speed: some gradients are small differences.
    let plain = NetworkExecutor(
      plan: batch.plan, parameters: batch.parameters, maximumBatch: batch.count, training: true
    ).lossAndGradient(batch.input, side: batch.side, target: batch.target, count: batch.count).gradient
    let scale = reference.gradient.reduce(0) { max($0, abs($1)) }
    func error(_ gradient: [Float], _ parameter: Parameter) -> Double {
      let (values, expected) = (gradient[parameter.range], reference.gradient[parameter.range])
      // What batch norm makes of a bias before it is 0 but for rounding.
      let isNothing = expected.allSatisfy { abs($0) < 1e-12 * scale }
      return isNothing ? Double(values.map(abs).max() ?? 0) / scale : Self.difference(values, expected)
    }
    #expect(TrainingForm.all.count >= 1)
    for form in TrainingForm.all {
      let fast = BatchGradient(plan: batch.plan, parameters: batch.parameters, maximumBatch: 64, form: form)
      for _ in 0..<2 {
        fast.parameters = batch.parameters
        let result = fast.lossAndGradient(batch.input, side: batch.side, target: batch.target, count: batch.count)
        #expect(abs(Double(result.loss) - reference.loss) < 1e-5 * reference.loss, "\(form)")
        for parameter in batch.plan.parameters {
          let allowed = max(1e-4, 4 * error(plain, parameter))
          #expect(error(result.gradient, parameter) < allowed, "\(form), \(parameter.name)")
        }
        // Batch norm's running statistics.
        #expect(Self.difference(fast.parameters, executor.parameters) < 1e-6, "\(form)")
      }
    }
  }

  @Test("are the same bytes for any number of threads, and again", arguments: architectures.indices)
  func threads(index: Int) throws {
    let batch = try Batch(Self.architectures[index].1, count: 70, seed: UInt64(index) + 3)
    func result(_ threads: Int) -> (Float, [Float], [Float]) {
      let fast = BatchGradient(plan: batch.plan, parameters: batch.parameters, maximumBatch: 70)
      fast.threads = threads
      let result = fast.lossAndGradient(batch.input, side: batch.side, target: batch.target, count: batch.count)
      return (result.loss, result.gradient, fast.parameters)
    }
    let one = result(1)
    for threads in [1, 2, 3, 8] {
      let isSame = result(threads) == one
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test("a smaller batch leaves nothing of a larger one behind")
  func batches() throws {
    for (name, architecture) in Self.architectures {
      let large = try Batch(architecture, count: 64, seed: 1)
      let small = try Batch(architecture, count: 5, seed: 2)
      let used = BatchGradient(plan: large.plan, parameters: large.parameters, maximumBatch: 64)
      _ = used.lossAndGradient(large.input, side: large.side, target: large.target, count: 64)
      used.parameters = small.parameters
      let fresh = BatchGradient(plan: small.plan, parameters: small.parameters, maximumBatch: 64)
      let (a, b) = (
        used.lossAndGradient(small.input, side: small.side, target: small.target, count: 5),
        fresh.lossAndGradient(small.input, side: small.side, target: small.target, count: 5)
      )
      #expect(a.loss == b.loss && a.gradient == b.gradient, "\(name)")
    }
  }
}
