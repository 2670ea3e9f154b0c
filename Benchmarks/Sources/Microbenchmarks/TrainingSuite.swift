// Convolutions by shape, a training step of each network, Adam.

import Im2Spec
import NeuralKernels
import NeuralNetworks
import SeededRandom

enum TrainingSuite {
  static func benchmarks(model: ModelBundle) throws -> [Benchmark] {
    try shapes.flatMap(convolutions) + [
      step("compact im2spec", model.networks.im2spec[0].plan), step("compact spec2im", model.networks.spec2im.plan),
      step("AtomAI im2spec", NetworkPlan(AtomAINetworks.im2spec)),
      step("AtomAI spec2im", NetworkPlan(AtomAINetworks.spec2im)), adam(),
    ]
  }

  private struct Shape {
    var inputs: Int
    var filters: Int
    var height: Int
    var width: Int
    var dilation = 1
    var isImage: Bool { height > 1 }
    var taps: Int { isImage ? 9 : 3 }
    var flops: Double { 2 * Double(inputs * filters * height * width * taps) }
    var name: String {
      "\(inputs)→\(filters), " + (isImage ? "\(height)×\(width)" : "\(width)")
        + (dilation > 1 ? ", dilation \(dilation)" : "")
    }
  }

  private static let shapes = [
    Shape(inputs: 64, filters: 64, height: 16, width: 16),
    Shape(inputs: 64, filters: 64, height: 16, width: 16, dilation: 4),
    Shape(inputs: 64, filters: 64, height: 1, width: 200, dilation: 2),
    Shape(inputs: 16, filters: 16, height: 16, width: 16), Shape(inputs: 8, filters: 8, height: 1, width: 128),
    Shape(inputs: 32, filters: 32, height: 1, width: 8), Shape(inputs: 16, filters: 1, height: 16, width: 16),
  ]

  private static func lanes(_ channels: Int) -> Int { (channels + Int(TK_LANES) - 1) / Int(TK_LANES) * Int(TK_LANES) }

  private static func convolutions(_ shape: Shape) -> [Benchmark] {
    let kernels = tk_best().pointee
    let (inputs, outputs) = (lanes(shape.inputs), lanes(shape.filters))
    let pitch = shape.width + 2 * shape.dilation
    func geometry(from source: Int, _ sourceLanes: Int, to target: Int, direction: Int) -> tk_convolution {
      tk_convolution(
        height: shape.height, width: shape.width, kernel_height: shape.isImage ? 3 : 1, kernel_width: 3,
        dilation: shape.dilation, inputs: source, input_stride: sourceLanes, input_pitch: pitch * sourceLanes,
        output_stride: target, output_lanes: target, direction: direction)
    }
    var forward = geometry(from: shape.inputs, inputs, to: outputs, direction: 1)
    var back = geometry(from: shape.filters, outputs, to: inputs, direction: -1)
    let x = [Float](repeating: 0.5, count: shape.height * pitch * inputs)
    let dy = [Float](repeating: 0.5, count: shape.height * pitch * outputs)
    let weights = [Float](repeating: 0.1, count: inputs * outputs * shape.taps)
    var y = [Float](repeating: 0, count: shape.height * shape.width * outputs)
    var dx = [Float](repeating: 0, count: shape.height * shape.width * inputs)
    var gradient = weights
    func first(_ array: UnsafeBufferPointer<Float>, _ stride: Int) -> UnsafePointer<Float>? {
      array.baseAddress.map { $0 + shape.dilation * stride }
    }
    return [
      Benchmark(name: "convolution \(shape.name), forward", flops: shape.flops) {
        x.withUnsafeBufferPointer { x in
          guard let x = first(x, inputs) else { return }
          kernels.convolve(&forward, x, weights, nil, nil, 0.1, &y)
        }
      },
      Benchmark(name: "convolution \(shape.name), back to the input", flops: shape.flops) {
        dy.withUnsafeBufferPointer { dy in
          guard let dy = first(dy, outputs) else { return }
          kernels.convolve(&back, dy, weights, nil, nil, 1, &dx)
        }
      },
      Benchmark(name: "convolution \(shape.name), back to the weights", flops: shape.flops) {
        x.withUnsafeBufferPointer { x in
          dy.withUnsafeBufferPointer { dy in
            guard let x = first(x, inputs), let dy = first(dy, outputs) else { return }
            kernels.weight_gradient(&forward, x, dy, pitch * outputs, &gradient)
          }
        }
      },
    ]
  }

  private static let batch = 64

  private static func step(_ name: String, _ plan: NetworkPlan) -> Benchmark {
    var generator = SeededGenerator(seed: 1)
    func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
    let (input, side) = (random(batch * plan.architecture.input.count), random(batch * plan.architecture.sideCount))
    let target = random(batch * plan.output.count)
    let trainer = NetworkTrainer(
      FloatNetwork(plan: plan, seed: 1), maximumBatch: batch, schedule: .constant(1e-3), steps: 1)
    return Benchmark(name: "training step, \(name)", items: batch, unit: "sample") {
      _ = trainer.step(input, side: side, target: target, count: batch)
    }
  }

  private static func adam() -> Benchmark {
    let count = 58_227
    let gradients = [Float](repeating: 0.1, count: count)
    var (first, second, parameters) = (gradients, gradients, gradients)
    let kernels = tk_best().pointee
    let constants = tk_adam(
      first_momentum: 0.9, second_momentum: 0.999, step_size: 1e-3, correction: 0.5, epsilon: 1e-8)
    return Benchmark(name: "Adam", items: count, unit: "parameter") {
      kernels.adam(count, constants, gradients, &first, &second, &parameters)
    }
  }
}
