// Runs a plan forward, on one thread.

import LinearAlgebra

/// A network with its weights and the memory to run up to `maximumBatch` samples.
///
/// Not thread-safe: one executor a worker. The same batch gives the same bytes.
public final class NetworkExecutor<Scalar: NetworkScalar> {
  public let plan: NetworkPlan
  public let maximumBatch: Int
  let isTraining: Bool
  let workspace: NetworkWorkspace<Scalar>

  /// - Parameters:
  ///   - parameters: every array of the plan, flat, in the plan's order.
  ///   - training: keeps gradients, and batch norm uses the batch's own statistics.
  public init(plan: NetworkPlan, parameters: [Scalar], maximumBatch: Int, training: Bool = false) {
    precondition(parameters.count == plan.parameterCount, "a network's parameters do not fit its plan")
    BLASThreads.ensureSingle()
    self.plan = plan
    self.maximumBatch = maximumBatch
    isTraining = training
    workspace = NetworkWorkspace(plan: plan, batch: maximumBatch, training: training)
    workspace.parameters.update(from: parameters, count: parameters.count)
  }

  public var parameters: [Scalar] {
    get { Array(UnsafeBufferPointer(start: workspace.parameters, count: plan.parameterCount)) }
    set { workspace.parameters.update(from: newValue, count: plan.parameterCount) }
  }

  /// The whole network.
  /// - Parameters:
  ///   - input: (count, input shape).
  ///   - side: (count, side count), or empty.
  /// - Returns: (count, output shape).
  public func run(_ input: [Scalar], side: [Scalar] = [], count: Int) -> [Scalar] {
    load(input, side: side, count: count)
    execute(0..<plan.operations.count, count: count)
    return read(plan.outputBuffer, count: count)
  }

  /// The encoder alone: (count, latents).
  public func encode(_ input: [Scalar], side: [Scalar] = [], count: Int) -> [Scalar] {
    load(input, side: side, count: count)
    execute(0..<plan.decoderStart, count: count)
    return read(plan.latentBuffer, count: count)
  }

  /// The decoder alone, from (count, latents).
  public func decode(_ latents: [Scalar], count: Int) -> [Scalar] {
    store(latents, into: plan.latentBuffer, count: count)
    execute(plan.decoderStart..<plan.operations.count, count: count)
    return read(plan.outputBuffer, count: count)
  }

  /// Latents of the last `run`.
  public func latents(count: Int) -> [Scalar] { read(plan.latentBuffer, count: count) }

  func load(_ input: [Scalar], side: [Scalar], count: Int) {
    store(input, into: plan.inputBuffer, count: count)
    if plan.architecture.sideCount > 0 { store(side, into: plan.sideBuffer, count: count) }
  }

  private func store(_ values: [Scalar], into buffer: Int, count: Int) {
    precondition(count <= maximumBatch && values.count >= count * plan.bufferSizes[buffer], "a batch does not fit")
    workspace.activations[buffer].update(from: values, count: count * plan.bufferSizes[buffer])
  }

  func read(_ buffer: Int, count: Int) -> [Scalar] {
    Array(UnsafeBufferPointer(start: workspace.activations[buffer], count: count * plan.bufferSizes[buffer]))
  }

  func execute(_ range: Range<Int>, count: Int) {
    for operation in plan.operations[range] { forward(operation, batch: count) }
  }

  private func forward(_ operation: Operation, batch: Int) {
    let a = workspace.activations
    let p = workspace.parameters
    switch operation {
    case .convolution(let g, let source, let target, let weight, let bias):
      for sample in 0..<batch {
        Convolution<Scalar>.forward(
          g, a[source] + sample &* g.inputs &* g.plane, weight: p + weight, bias: p + bias,
          a[target] + sample &* g.filters &* g.plane, columns: workspace.columns)
      }
    case .dense(let inputs, let outputs, let source, let target, let weight, let bias):
      Dense<Scalar>.forward(
        batch: batch, inputs: inputs, outputs: outputs, a[source], weight: p + weight, bias: p + bias, a[target])
    case .leakyReLU(let count, let slope, let source, let target):
      LeakyReLU<Scalar>.forward(count: batch * count, slope: Scalar(slope), a[source], a[target])
    case .batchNorm(let channels, let plane, let epsilon, let source, let target, let parameters):
      let geometry = BatchNormGeometry(batch: batch, channels: channels, plane: plane, epsilon: Double(epsilon))
      if isTraining {
        BatchNorm<Scalar>.train(geometry, a[source], parameters: p + parameters, a[target])
      } else {
        BatchNorm<Scalar>.infer(geometry, a[source], parameters: p + parameters, a[target])
      }
    case .standardise(let count, let source, let target, let parameters):
      let (mean, deviation) = (p + parameters, p + parameters + count)
      for sample in 0..<batch {
        for i in 0..<count {
          a[target][sample * count + i] = (a[source][sample * count + i] - mean[i]) / deviation[i]
        }
      }
    case .averagePool(let channels, let height, let width, let window, let source, let target):
      Pooling<Scalar>.forward(
        channels: batch * channels, height: height, width: width, window: window, a[source], a[target])
    case .upsampleNearest(let channels, let height, let width, let factor, let source, let target):
      Upsampling<Scalar>.forward(
        channels: batch * channels, height: height, width: width, factor: factor, a[source], a[target])
    case .sum(let count, let sources, let target):
      a[target].update(from: a[sources[0]], count: batch * count)
      for source in sources.dropFirst() {
        let (x, y) = (a[source], a[target])
        for i in 0..<batch * count { y[i] += x[i] }
      }
    case .join(let counts, let sources, let target):
      let width = counts.reduce(0, +)
      var offset = 0
      for (source, count) in zip(sources, counts) {
        for sample in 0..<batch {
          (a[target] + sample * width + offset).update(from: a[source] + sample * count, count: count)
        }
        offset += count
      }
    }
  }
}
