// The gradient of one chunk of samples back through one segment.

import NeuralKernels

extension BatchGradient {
  func backward(_ segment: Int, _ place: Place) {
    let memory = workspace.threads[place.thread]
    if segment < plan.norms.count { normaliseBack(segment, memory, place) }
    var index = weightedIndex(of: segment + 1)
    for step in plan.segments[segment].reversed() {
      switch step {
      case .weighted(let weighted):
        index -= 1
        backward(weighted, index, memory, place)
      case .activation(let slope, let source, let target, let base):
        guard let base else { continue }
        kernels.activate_back(
          place.count &* plan.buffers[source].count, slope, sample(memory.activations, target, place),
          sample(memory.gradients, target, place), pointer(base, source, memory, place),
          sample(memory.gradients, source, place))
      case .standardise(let source, let target, let parameters, let base):
        guard let base else { continue }
        start(base, source, memory, place)
        let places = plan.buffers[source].places
        let deviation = workspace.parameters + parameters + places.count
        forEachSample(source, target, memory.gradients, place) { dx, dy in
          for (i, place) in places.enumerated() { dx[Int(place)] += dy[Int(place)] / deviation[i] }
        }
      case .averagePool(let step):
        guard let base = step.base else { continue }
        start(base, step.source, memory, place)
        let share = 1 / Float(step.factor.0 * step.factor.1)
        forEachSample(step.source, step.target, memory.gradients, place) { step.spread($1, scale: share, addingTo: $0) }
      case .upsample(let step):
        guard let base = step.base else { continue }
        start(base, step.source, memory, place)
        forEachSample(step.source, step.target, memory.gradients, place) { step.gather($1, scale: 1, addingTo: $0) }
      case .sum(let sources, let target, let shares): share(sources, target, shares, memory, place)
      case .join(let sources, let target, let bases):
        for (source, base) in zip(sources, bases) { if let base { start(base, source, memory, place) } }
        forEachPart(sources, target, memory.gradients, place) { number, part, whole, count in
          if bases[number] != nil { kernels.add(count, whole, part) }
        }
      case .arrange(let source, let target, let from, let to, let base):
        guard let base else { continue }
        start(base, source, memory, place)
        forEachSample(source, target, memory.gradients, place) { dx, dy in
          for i in from.indices { dx[Int(from[i])] += dy[Int(to[i])] }
        }
      }
    }
    if segment > 0 { addNormSums(segment - 1, memory, place) }
  }

  /// What a kernel adds its result to; nil for nothing.
  func pointer(_ base: GradientBase, _ source: Int, _ memory: ThreadMemory, _ place: Place, _ index: Int = 0)
    -> UnsafePointer<Float>?
  {
    switch base {
    case .nothing: nil
    case .itself: UnsafePointer(sample(memory.gradients, source, place, index))
    case .buffer(let other): UnsafePointer(sample(memory.gradients, other, place, index))
    }
  }

  /// Makes a gradient ready to be added to.
  private func start(_ base: GradientBase, _ source: Int, _ memory: ThreadMemory, _ place: Place) {
    let count = place.count &* plan.buffers[source].count
    let dx = sample(memory.gradients, source, place)
    switch base {
    case .nothing: dx.update(repeating: 0, count: count)
    case .itself: break
    case .buffer(let other): dx.update(from: sample(memory.gradients, other, place), count: count)
    }
  }

  private func share(
    _ sources: [Int], _ target: Int, _ shares: [SumShare], _ memory: ThreadMemory, _ place: Place
  ) {
    let count = place.count &* plan.buffers[target].count
    let dy = sample(memory.gradients, target, place)
    for (source, share) in zip(sources, shares) {
      let dx = sample(memory.gradients, source, place)
      switch share {
      case .nothing: break
      case .add: kernels.add(count, dy, dx)
      case .start(let other):
        dx.update(from: sample(memory.gradients, other, place), count: count)
        kernels.add(count, dy, dx)
      }
    }
  }

  private func backward(_ step: WeightedStep, _ index: Int, _ memory: ThreadMemory, _ place: Place) {
    if let product = products[index] { return backward(product, index, memory, place) }
    let shard = workspace.shards[place.shard]
    var shape = shape(step, samples: place.count)
    var back = transposed(shape, step)
    let targetPitch = back.input_pitch
    func propagate(_ dy: UnsafePointer<Float>, _ sampleIndex: Int) {
      guard let base = step.base else { return }
      kernels.convolve(
        &back, dy, workspace.transposed[index], nil, pointer(base, step.source, memory, place, sampleIndex), 1,
        sample(memory.gradients, step.source, place, sampleIndex))
    }
    guard let g = step.geometry else {
      let stride = plan.buffers[step.target].count
      let dy = masked(
        step, (1, place.count), stride, sample(memory.activations, step.target, place),
        sample(memory.gradients, step.target, place), sums: shard.biases[index], memory)
      kernels.weight_gradient(
        &shape, sample(memory.activations, step.source, place), dy, targetPitch, shard.weights[index])
      propagate(dy, 0)
      return
    }
    for i in 0..<place.count {
      let dy = masked(
        step, (g.height, g.width), PackedLayout.lanes(g.filters), sample(memory.activations, step.target, place, i),
        sample(memory.gradients, step.target, place, i), sums: shard.biases[index], memory)
      let x = padded(sample(memory.activations, step.source, place, i), g, step.margin, memory.paddedSource)
      kernels.weight_gradient(&shape, x, dy, targetPitch, shard.weights[index])
      propagate(dy, i)
    }
  }

  /// The gradient before the activation, with zeros beside its rows; adds it up into the bias's gradient.
  private func masked(
    _ step: WeightedStep, _ extent: (height: Int, width: Int), _ stride: Int, _ y: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, _ memory: ThreadMemory
  ) -> UnsafePointer<Float> {
    guard step.margin > 0 || step.slope != 1 else {
      kernels.column_sums(extent.height &* extent.width, stride, dy, sums)
      return dy
    }
    kernels.pad(
      extent.height, extent.width, stride, step.margin, step.slope, step.slope == 1 ? nil : y, dy, memory.paddedTarget,
      sums)
    return UnsafePointer(memory.paddedTarget + step.margin &* stride)
  }

  /// The product that carries gradients back: inputs and outputs exchanged, taps turned round.
  private func transposed(_ shape: tk_convolution, _ step: WeightedStep) -> tk_convolution {
    var back = shape
    back.inputs = step.outputCount
    back.input_stride = shape.output_stride
    back.input_pitch = (shape.width + 2 * step.margin) * shape.output_stride
    back.output_stride = shape.input_stride
    back.output_lanes = shape.input_stride
    back.direction = -1
    return back
  }
}
