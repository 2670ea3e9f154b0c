// One chunk of samples through one segment.

import NeuralKernels

extension BatchGradient {
  func forward(_ segment: Int, _ place: Place) {
    let memory = workspace.threads[place.thread]
    if segment > 0 { normalise(segment - 1, memory, place) }
    forward(segment, plan.segments[segment].indices, memory, place)
    if segment < plan.norms.count { addMoments(segment, memory, place) }
  }

  /// Some of a segment's steps.
  func forward(_ segment: Int, _ steps: Range<Int>, _ memory: ThreadMemory, _ place: Place) {
    var index = weightedIndex(of: segment)
    for case .weighted in plan.segments[segment][..<steps.lowerBound] { index += 1 }
    for step in plan.segments[segment][steps] {
      switch step {
      case .weighted(let weighted):
        forward(weighted, index, memory, place)
        index += 1
      case .activation(let slope, let source, let target, _):
        kernels.activate(
          place.count &* plan.buffers[source].count, slope, sample(memory.activations, source, place),
          sample(memory.activations, target, place))
      case .standardise(let source, let target, let parameters, _):
        standardise(source, target, parameters, memory, place)
      case .averagePool(let step):
        let share = 1 / Float(step.factor.0 * step.factor.1)
        forEachSample(step.source, step.target, memory.activations, place) { x, y in
          y.update(repeating: 0, count: plan.buffers[step.target].count)
          step.gather(x, scale: share, addingTo: y)
        }
      case .upsample(let step):
        forEachSample(step.source, step.target, memory.activations, place) { x, y in
          y.update(repeating: 0, count: plan.buffers[step.target].count)
          step.spread(x, scale: 1, addingTo: y)
        }
      case .sum(let sources, let target, _):
        var parts: [UnsafePointer<Float>?] = sources.map { UnsafePointer(sample(memory.activations, $0, place)) }
        kernels.sum(
          place.count &* plan.buffers[target].count, parts.count, &parts, sample(memory.activations, target, place))
      case .join(let sources, let target, _):
        forEachPart(sources, target, memory.activations, place) { _, part, whole, count in
          whole.update(from: part, count: count)
        }
      case .arrange(let source, let target, let from, let to, _):
        forEachSample(source, target, memory.activations, place) { x, y in
          for i in from.indices { y[Int(to[i])] = x[Int(from[i])] }
        }
      }
    }
  }

  /// Where the chunk's samples begin in a buffer.
  @inline(__always)
  func sample(_ buffers: [UnsafeMutablePointer<Float>], _ buffer: Int, _ place: Place, _ index: Int = 0)
    -> UnsafeMutablePointer<Float>
  {
    buffers[buffer] + (place.offset &+ index) &* plan.buffers[buffer].count
  }

  private func forward(_ step: WeightedStep, _ index: Int, _ memory: ThreadMemory, _ place: Place) {
    if let product = products[index] { return forward(product, index, memory, place) }
    var shape = shape(step, samples: place.count)
    guard let g = step.geometry else {
      let (x, y) = (sample(memory.activations, step.source, place), sample(memory.activations, step.target, place))
      if plan.isForwardOnly {
        sumInParts(step, index, shape, x, y)
      } else {
        kernels.convolve(&shape, x, workspace.weights[index], workspace.biases[index], nil, step.slope, y)
      }
      return
    }
    for i in 0..<place.count {
      let x = padded(sample(memory.activations, step.source, place, i), g, step.margin, memory.paddedSource)
      let y = sample(memory.activations, step.target, place, i)
      if plan.isForwardOnly, g.filters <= Self.fewFilters {
        sumTapByTap(step, g, index, shape, x, y)
      } else {
        kernels.convolve(&shape, x, workspace.weights[index], workspace.biases[index], nil, step.slope, y)
      }
    }
  }

  /// A sample with zeros beside its rows, and where its first pixel stands then; as it is where no tap reaches beyond.
  func padded(
    _ x: UnsafeMutablePointer<Float>, _ g: ConvolutionGeometry, _ margin: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    guard margin > 0 else { return x }
    let stride = PackedLayout.lanes(g.inputs)
    kernels.pad(g.height, g.width, stride, margin, 1, nil, x, scratch, nil)
    return scratch + margin &* stride
  }

  /// The product that a step is: a convolution of one sample, or a dense layer on the whole chunk.
  func shape(_ step: WeightedStep, samples: Int) -> tk_convolution {
    guard let g = step.geometry else {
      let (source, target) = (plan.buffers[step.source].count, plan.buffers[step.target].count)
      return tk_convolution(
        height: 1, width: samples, kernel_height: 1, kernel_width: 1, dilation: 1,
        inputs: step.inputCount, input_stride: source, input_pitch: source, output_stride: target,
        output_lanes: target, direction: 1)
    }
    let (source, target) = (PackedLayout.lanes(g.inputs), PackedLayout.lanes(g.filters))
    return tk_convolution(
      height: g.height, width: g.width, kernel_height: g.kernelHeight, kernel_width: g.kernelWidth,
      dilation: g.dilation, inputs: g.inputs, input_stride: source,
      input_pitch: (g.width + 2 * step.margin) * source, output_stride: target, output_lanes: target, direction: 1)
  }

  private func standardise(_ source: Int, _ target: Int, _ parameters: Int, _ memory: ThreadMemory, _ place: Place) {
    let places = plan.buffers[source].places
    let mean = workspace.parameters + parameters
    let deviation = mean + places.count
    forEachSample(source, target, memory.activations, place) { x, y in
      for (i, place) in places.enumerated() { y[Int(place)] = (x[Int(place)] - mean[i]) / deviation[i] }
    }
  }

  /// Source and target of each sample of the chunk.
  @inline(__always)
  func forEachSample(
    _ source: Int, _ target: Int, _ buffers: [UnsafeMutablePointer<Float>], _ place: Place,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    for i in 0..<place.count { body(sample(buffers, source, place, i), sample(buffers, target, place, i)) }
  }

  /// Each part of each joined sample: its number, the part, where it stands in the whole, its size.
  @inline(__always)
  func forEachPart(
    _ sources: [Int], _ target: Int, _ buffers: [UnsafeMutablePointer<Float>], _ place: Place,
    _ body: (Int, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    var start = 0
    for (number, source) in sources.enumerated() {
      let count = plan.buffers[source].count
      forEachSample(source, target, buffers, place) { part, whole in body(number, part, whole + start, count) }
      start += count
    }
  }
}
