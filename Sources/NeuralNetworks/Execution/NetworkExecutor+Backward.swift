// Back-propagation: the same operations in reverse.

extension NetworkExecutor {
  /// Gradient of the mean squared error between the output of one batch and `target`.
  ///
  /// - Parameters: as `run`; `target` is (count, output shape).
  /// - Returns: the loss (mean over samples and outputs) and its gradient by every parameter, flat.
  public func lossAndGradient(_ input: [Scalar], side: [Scalar] = [], target: [Scalar], count: Int)
    -> (loss: Scalar, gradient: [Scalar])
  {
    precondition(isTraining, "an executor made for inference has no gradients")
    load(input, side: side, count: count)
    execute(0..<plan.operations.count, count: count)
    for (buffer, size) in plan.bufferSizes.enumerated() {
      workspace.gradients[buffer].update(repeating: 0, count: size * count)
    }
    workspace.parameterGradients.update(repeating: 0, count: plan.parameterCount)
    let values = count * plan.output.count
    let output = workspace.activations[plan.outputBuffer]
    let gradient = workspace.gradients[plan.outputBuffer]
    var loss: Scalar = 0
    for i in 0..<values {
      let difference = output[i] - target[i]
      loss += difference * difference
      gradient[i] = 2 * difference / Scalar(values)
    }
    for operation in plan.operations.reversed() { backward(operation, batch: count) }
    return (
      loss / Scalar(values), Array(UnsafeBufferPointer(start: workspace.parameterGradients, count: plan.parameterCount))
    )
  }

  private func backward(_ operation: Operation, batch: Int) {
    let a = workspace.activations
    let d = workspace.gradients
    let p = workspace.parameters
    let dp = workspace.parameterGradients
    // Nothing needs the gradient of the input itself.
    func wanted(_ buffer: Int) -> UnsafeMutablePointer<Scalar>? {
      buffer == plan.inputBuffer || buffer == plan.sideBuffer ? nil : d[buffer]
    }
    switch operation {
    case .convolution(let g, let source, let target, let weight, let bias):
      for sample in 0..<batch {
        let (from, to) = (sample &* g.inputs &* g.plane, sample &* g.filters &* g.plane)
        Convolution<Scalar>.backward(
          g, a[source] + from, weight: p + weight, outputGradient: d[target] + to, weightGradient: dp + weight,
          biasGradient: dp + bias, inputGradient: wanted(source).map { $0 + from }, columns: workspace.columns)
      }
    case .dense(let inputs, let outputs, let source, let target, let weight, let bias):
      Dense<Scalar>.backward(
        batch: batch, inputs: inputs, outputs: outputs, a[source], weight: p + weight, outputGradient: d[target],
        weightGradient: dp + weight, biasGradient: dp + bias, inputGradient: wanted(source))
    case .leakyReLU(let count, let slope, let source, let target):
      guard let dx = wanted(source) else { return }
      LeakyReLU<Scalar>.backward(
        count: batch * count, slope: Scalar(slope), a[source], outputGradient: d[target], inputGradient: dx)
    case .batchNorm(let channels, let plane, let epsilon, let source, let target, let parameters):
      let geometry = BatchNormGeometry(batch: batch, channels: channels, plane: plane, epsilon: Double(epsilon))
      BatchNorm<Scalar>.backward(
        geometry, a[source], parameters: p + parameters, outputGradient: d[target], gradients: dp + parameters,
        inputGradient: wanted(source))
    case .standardise(let count, let source, let target, let parameters):
      guard let dx = wanted(source) else { return }
      for sample in 0..<batch {
        for i in 0..<count { dx[sample * count + i] += d[target][sample * count + i] / p[parameters + count + i] }
      }
    case .averagePool(let channels, let height, let width, let window, let source, let target):
      guard let dx = wanted(source) else { return }
      Pooling<Scalar>.backward(
        channels: batch * channels, height: height, width: width, window: window, outputGradient: d[target],
        inputGradient: dx)
    case .upsampleNearest(let channels, let height, let width, let factor, let source, let target):
      guard let dx = wanted(source) else { return }
      Upsampling<Scalar>.backward(
        channels: batch * channels, height: height, width: width, factor: factor, outputGradient: d[target],
        inputGradient: dx)
    case .sum(let count, let sources, let target):
      for source in sources {
        guard let dx = wanted(source) else { continue }
        let dy = d[target]
        for i in 0..<batch * count { dx[i] += dy[i] }
      }
    case .join(let counts, let sources, let target):
      let width = counts.reduce(0, +)
      var offset = 0
      for (source, count) in zip(sources, counts) {
        if let dx = wanted(source) {
          for sample in 0..<batch {
            let dy = d[target] + sample * width + offset
            for i in 0..<count { dx[sample * count + i] += dy[i] }
          }
        }
        offset += count
      }
    }
  }
}
