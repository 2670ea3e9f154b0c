// Compiled networks on every instruction set of this machine, against layers as they are defined.

import NeuralNetworks
import SeededRandom
import TestExtent
import Testing

@Suite("Compiled networks")
struct InferenceTests {
  static let paths = InferenceKernels.allCases.filter(\.isAvailable)

  /// A network with random weights, statistics and inputs.
  private struct Case {
    var network: FloatNetwork
    var input: [Float]
    var side: [Float]
    var count: Int

    init(_ architecture: Architecture, count: Int, seed: UInt64) throws {
      let plan = try NetworkPlan(architecture)
      var random = SeededGenerator(seed: seed)
      network = FloatNetwork(plan: plan, seed: seed)
      for parameter in plan.parameters {
        switch parameter.name.split(separator: ".").last {
        case "mean": try network.set(parameter.name, to: Self.values(parameter.count, -0.5...0.5, &random))
        case "var", "deviation": try network.set(parameter.name, to: Self.values(parameter.count, 0.5...2, &random))
        default: break
        }
      }
      input = Self.values(count * architecture.input.count, -1...1, &random)
      side = Self.values(count * architecture.sideCount, -1...1, &random)
      self.count = count
    }

    static func values(_ count: Int, _ range: ClosedRange<Float>, _ random: inout SeededGenerator) -> [Float] {
      (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    /// Every way to run it.
    private var executors: [(path: String, executor: FloatExecutor)] {
      let batches = InferenceTests.paths.map { ("\($0)", network.executor(maximumBatch: count, kernels: $0)) }
      let samples = InferenceTests.paths.map { ("\($0), one by one", network.sampleExecutor($0)) }
      return batches + samples.compactMap { path, executor in executor.map { (path, $0) } }
    }

    /// Runs every path and compares latents and outputs of every sample.
    func compare(_ name: String) {
      let naive = NaiveNetwork(network)
      let (size, sides) = (network.plan.architecture.input.count, network.plan.architecture.sideCount)
      let expected = (0..<count).map { sample in
        naive.run(
          Array(input[sample * size..<(sample + 1) * size]), side: Array(side[sample * sides..<(sample + 1) * sides]))
      }
      for (path, executor) in executors {
        let output = executor.run(input, side: side, count: count)
        InferenceTests.expectClose(output, expected.flatMap(\.output), "\(name), output, \(path)")
        let latents = executor.latents(count: count)
        InferenceTests.expectClose(latents, expected.flatMap(\.latents), "\(name), latents, \(path)")
        #expect(executor.encode(input, side: side, count: count) == latents, "\(name), \(path)")
        // A decoder that wants the side input cannot run alone.
        if sides == 0 { #expect(executor.decode(latents, count: count) == output, "\(name), \(path)") }
      }
    }
  }

  /// Largest difference in units of the largest value: single precision with the growth of the fast algorithms.
  private static func expectClose(_ values: [Float], _ exact: [Double], _ name: String) {
    #expect(values.count == exact.count, "\(name)")
    let scale = max(1e-3, exact.map(abs).max() ?? 0)
    let difference = zip(values, exact).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(difference <= 4e-6 * scale, "\(name): \(difference) of \(scale)")
  }

  private func block(_ name: String, _ filters: Int, kernel: Int = 3, dilation: Int = 1, norm: Bool = true) -> [Layer] {
    [.convolution(name: name, filters: filters, kernel: kernel, dilation: dilation), .leakyReLU(slope: 0.1)]
      + (norm ? [.batchNorm(name: "\(name).bn", epsilon: 1e-5)] : [])
  }

  @Test("convolutions of images: sizes, channels, kernels and dilations that fill vectors and that do not")
  func images() throws {
    var seed: UInt64 = 1
    let sizes = Extent.now.choose(
      usual: [[16, 16], [8, 12], [5, 7], [9, 21], [1, 9], [13, 1], [1, 1]], sanitized: [[5, 7], [13, 1]])
    let channels = Extent.now.choose(
      usual: [(1, 5), (4, 4), (3, 8), (9, 6), (16, 17), (9, 2)], sanitized: [(3, 8), (1, 17)])
    for extents in sizes {
      for (inputs, filters) in channels {
        for (kernel, dilation) in [(1, 1), (3, 1), (3, 2), (3, 3), (3, 4), (3, 7), (5, 1), (5, 2)] {
          seed += 1
          let architecture = Architecture(
            input: TensorShape(channels: inputs, extents: extents),
            encoder: block("a", filters, kernel: kernel, dilation: dilation) + [.dense(name: "fc", outputs: 7)],
            decoder: [.dense(name: "fc", outputs: 3)])
          try Case(architecture, count: 3, seed: seed).compare(
            "\(inputs)→\(filters), \(extents), k\(kernel) d\(dilation)")
        }
      }
    }
  }

  @Test("convolutions of signals")
  func signals() throws {
    var seed: UInt64 = 1000
    let lengths = Extent.now.choose(usual: [200, 64, 13, 6, 2, 1], sanitized: [37, 1])
    let channels = Extent.now.choose(usual: [(1, 8), (8, 8), (5, 20), (32, 3)], sanitized: [(5, 20), (32, 3)])
    for length in lengths {
      for (inputs, filters) in channels {
        for (kernel, dilation) in [(3, 1), (3, 2), (3, 3), (3, 5), (5, 3), (1, 1)] {
          seed += 1
          let architecture = Architecture(
            input: TensorShape(channels: inputs, extents: [length]),
            encoder: block("a", filters, kernel: kernel, dilation: dilation) + [.dense(name: "fc", outputs: 11)],
            decoder: [.dense(name: "fc", outputs: 2)])
          try Case(architecture, count: 2, seed: seed).compare(
            "\(inputs)→\(filters), \(length), k\(kernel) d\(dilation)")
        }
      }
    }
  }

  @Test(
    "up-sampling with a convolution behind it, and without",
    arguments: Extent.now.choose(
      usual: [[4, 4], [8, 8], [3, 5], [7, 1], [1, 2], [9], [1]], sanitized: [[3, 5], [9]]))
  func upsampling(extents: [Int]) throws {
    for (index, (factor, kernel, dilation)) in [(2, 3, 1), (2, 3, 2), (3, 3, 1), (2, 5, 1)].enumerated() {
      for filters in [1, 4, 6, 16] {
        let architecture = Architecture(
          input: TensorShape(channels: 6, extents: extents),
          encoder: [.leakyReLU(slope: 0.5), .upsampleNearest(factor: factor)]
            + block("a", filters, kernel: kernel, dilation: dilation)
            + [.upsampleNearest(factor: 2), .averagePool(window: 2), .dense(name: "fc", outputs: 5)],
          decoder: [.dense(name: "fc", outputs: 2)])
        try Case(architecture, count: 2, seed: UInt64(2000 + 10 * index + filters))
          .compare("\(extents) ×\(factor), k\(kernel) d\(dilation), \(filters) filters")
      }
    }
  }

  @Test(
    "cascades that sum every layer or every level, behind a dense layer",
    arguments: Extent.now.choose(usual: [[16, 16], [50], [128]], sanitized: [[6, 5], [13]]))
  func cascades(extents: [Int]) throws {
    for (index, summing) in [Layer.CascadeSum.everyLayer, .lastOfEachLevel].enumerated() {
      for (filters, norm) in [(8, true), (16, false), (6, true)] {
        let start = TensorShape(channels: filters, extents: extents)
        let architecture = Architecture(
          input: TensorShape(channels: 3), encoder: [.dense(name: "fc", outputs: 4)],
          decoder: [.dense(name: "fc", outputs: start.count), .reshape(start)]
            + [
              .cascade(
                levels: (1...4).map { block("dil\($0)", filters, dilation: $0, norm: norm) }, summing: summing)
            ] + block("conv", 1) + [.convolution(name: "out", filters: 1, kernel: 1, dilation: 1)])
        try Case(architecture, count: 2, seed: UInt64(3000 + 10 * index + filters))
          .compare("\(extents), \(filters) filters, \(summing)")
      }
    }
  }

  @Test("layers in unusual orders: sums of sums, reshaped images, norms by themselves, a side input in the decoder")
  func unusual() throws {
    let image = TensorShape(channels: 4, extents: [6, 6])
    let architectures = [
      Architecture(
        input: image, sideCount: 3,
        encoder: [
          .standardise(name: "s"), .batchNorm(name: "n", epsilon: 1e-3), .leakyReLU(slope: 0.2),
          .cascade(
            levels: [
              [.cascade(levels: [block("a", 4), block("b", 4, dilation: 2)], summing: .everyLayer)], block("c", 4),
              [.leakyReLU(slope: 0.3)],
            ], summing: .everyLayer), .reshape(TensorShape(channels: 9, extents: [4, 4])),
        ] + block("d", 5)
          + [
            .reshape(TensorShape(channels: 80)), .joinSide(layers: [.standardise(name: "t"), .leakyReLU(slope: 0)]),
            .leakyReLU(slope: 0.5), .dense(name: "fc", outputs: 6),
          ],
        decoder: [
          .joinSide(layers: [.dense(name: "g", outputs: 2)]), .dense(name: "fc", outputs: 24),
          .batchNorm(name: "m", epsilon: 1e-5), .reshape(TensorShape(channels: 2, extents: [12])),
          .averagePool(window: 5),
        ]),
      Architecture(
        input: TensorShape(channels: 2, extents: [10]), encoder: [.dense(name: "fc", outputs: 3)],
        decoder: [
          .dense(name: "fc", outputs: 12), .reshape(TensorShape(channels: 3, extents: [2, 2])),
          .batchNorm(name: "n", epsilon: 1e-5), .convolution(name: "a", filters: 3, kernel: 3, dilation: 1),
          .batchNorm(name: "m", epsilon: 1e-5), .leakyReLU(slope: 1), .batchNorm(name: "o", epsilon: 1e-5),
        ]),
      // Latents that a norm, or a pool, makes, and that the decoder reads as an image.
      Architecture(
        input: TensorShape(channels: 7),
        encoder: [.dense(name: "fc", outputs: 80), .batchNorm(name: "n", epsilon: 1e-5)],
        decoder: [.reshape(TensorShape(channels: 5, extents: [4, 4]))] + block("a", 6)),
      Architecture(
        input: image, encoder: block("a", 5) + [.averagePool(window: 2), .reshape(TensorShape(channels: 45))],
        decoder: [.reshape(TensorShape(channels: 9, extents: [5])), .batchNorm(name: "m", epsilon: 1e-5)]
          + block("b", 3)),
      Architecture(
        input: TensorShape(channels: 7), encoder: [.dense(name: "fc", outputs: 9)],
        decoder: [.leakyReLU(slope: 0.3), .dense(name: "fc", outputs: 4)]),
    ]
    for (index, architecture) in architectures.enumerated() {
      try Case(architecture, count: 18, seed: UInt64(4000 + index)).compare("architecture \(index)")
    }
  }

  @Test("dense layers of many inputs, whose outputs fill blocks of registers and do not")
  func wideDense() throws {
    for (index, outputs) in [1, 8, 20, 24, 56, 120].enumerated() {
      for inputs in [257, 512, 600] {
        let architecture = Architecture(
          input: TensorShape(channels: inputs), encoder: [.dense(name: "fc", outputs: outputs)],
          decoder: [.dense(name: "fc", outputs: 3), .leakyReLU(slope: 0.1)])
        try Case(architecture, count: 2, seed: UInt64(6000 + 1000 * index + inputs))
          .compare("\(inputs) → \(outputs)")
      }
    }
  }

  @Test("a sample's result does not depend on the batch it comes in", arguments: paths)
  func batches(path: InferenceKernels) throws {
    let architecture = Architecture(
      input: TensorShape(channels: 1, extents: [16, 16]),
      encoder: block("a", 8) + block("b", 8) + [.dense(name: "fc", outputs: 5)],
      decoder: [.dense(name: "fc", outputs: 40), .reshape(TensorShape(channels: 4, extents: [10]))] + block("c", 4))
    let sample = try Case(architecture, count: 37, seed: 5000)
    let whole = sample.network.executor(maximumBatch: 37, kernels: path).run(sample.input, count: 37)
    for size in [1, 3, 16, 20] {
      let executor = sample.network.executor(maximumBatch: size, kernels: path)
      var parts: [Float] = []
      for first in stride(from: 0, to: 37, by: size) {
        let count = min(size, 37 - first)
        parts += executor.run(Array(sample.input[first * 256..<(first + count) * 256]), count: count)
      }
      if path == .plain {
        // OpenBLAS sums in another order for another size.
        Self.expectClose(parts, whole.map(Double.init), "\(size) at once")
      } else {
        #expect(parts == whole, "\(size) at once, \(path)")
      }
    }
  }

  @Test("the environment names a path; what it cannot have it is told, and gets the best")
  func choice() {
    let best = InferenceKernels.choice(for: nil)
    #expect(best == InferenceKernels.choice(for: ""))
    #expect(best.kernels == Self.paths[0])
    for path in Self.paths {
      #expect(
        InferenceKernels.choice(for: path.rawValue).kernels == path)
      #expect(InferenceKernels.choice(for: path.rawValue).reason == "EELSCOUT_KERNELS=\(path)")
    }
    let wrong = InferenceKernels.choice(for: "gpu")
    #expect(wrong.kernels == best.kernels)
    #expect(wrong.reason.hasSuffix("EELSCOUT_KERNELS=gpu is none of avx512, avx2, baseline, plain"))
  }
}
