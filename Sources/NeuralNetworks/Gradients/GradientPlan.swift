// NetworkPlan → steps on packed samples, cut into segments at batch norms.

/// Everything that training knows about a network besides its weights.
///
/// Between two batch norms each sample goes its own way, so a few samples at a time pass a whole segment while they are in
/// the cache. Batch norm needs all samples of the batch: there the segments meet.
struct GradientPlan: Sendable {
  let network: NetworkPlan
  let isForwardOnly: Bool
  private(set) var buffers: [PackedLayout] = []
  private(set) var segments: [[GradientStep]] = [[]]
  /// `norms[i]` stands between segments i and i+1.
  private(set) var norms: [NormStep] = []
  private(set) var input = 0
  private(set) var side = 0
  private(set) var output = 0
  /// Where the latents lie; nil where the activation behind them is one step with what makes them.
  private(set) var latents: Int?
  /// The step that the decoder begins with.
  private(set) var decoderStart = (segment: 0, step: 0)
  /// Buffers whose gradient is that of another one (of a sum they belong to).
  private(set) var gradientAliases: [Int: Int] = [:]

  private var placed: [Int: Int] = [:]
  private var needsGradient: Set<Int> = []

  /// - Parameter isForwardOnly: a trained network's way forward alone.
  init(_ network: NetworkPlan, isForwardOnly: Bool) {
    self.network = network
    self.isForwardOnly = isForwardOnly
    input = place(network.inputBuffer, layout: layout(wantedBy: network.inputBuffer))
    side = place(network.sideBuffer, layout: layout(wantedBy: network.sideBuffer))
    var fused: Set<Int> = []
    for (index, operation) in network.operations.enumerated() {
      if index == network.decoderStart {
        decoderStart = (segments.count - 1, segments[segments.count - 1].count)
        latents = placed[network.latentBuffer]
      }
      if !fused.contains(index) { append(operation, at: index, fused: &fused) }
    }
    output = placed[network.outputBuffer] ?? 0
    assignBases()
  }

  // MARK: Layouts

  private mutating func place(_ planBuffer: Int, layout: PackedLayout, needsGradient needs: Bool = false) -> Int {
    buffers.append(layout)
    placed[planBuffer] = buffers.count - 1
    if needs { needsGradient.insert(buffers.count - 1) }
    return buffers.count - 1
  }

  /// The layout that the readers of a buffer want; plain where all of them take any.
  private func layout(wantedBy planBuffer: Int) -> PackedLayout {
    for operation in network.operations {
      switch operation {
      case .convolution(let g, planBuffer, _, _, _): return PackedLayout(channels: g.inputs, plane: g.plane)
      case .averagePool(let channels, let height, let width, _, planBuffer, _),
        .upsampleNearest(let channels, let height, let width, _, planBuffer, _):
        return PackedLayout(channels: channels, plane: height * width)
      case .batchNorm(let channels, let plane, _, planBuffer, _, _):
        return PackedLayout(channels: channels, plane: plane)
      case .leakyReLU(_, _, planBuffer, let target), .standardise(_, planBuffer, let target, _):
        return layout(wantedBy: target)
      case .sum(_, let sources, let target) where sources.contains(planBuffer): return layout(wantedBy: target)
      default: continue
      }
    }
    return PackedLayout(channels: network.bufferSizes[planBuffer])
  }

  /// The packed buffer that holds a plan's buffer in `layout`; rearranged where it lies otherwise.
  private mutating func source(_ planBuffer: Int, _ layout: PackedLayout) -> Int {
    let found = packed(planBuffer)
    guard buffers[found] != layout else { return found }
    let target = place(planBuffer, layout: layout, needsGradient: needsGradient.contains(found))
    append(
      .arrange(source: found, target: target, from: buffers[found].places, to: layout.places, base: nil))
    return target
  }

  private func packed(_ planBuffer: Int) -> Int {
    guard let buffer = placed[planBuffer] else { preconditionFailure("a buffer is read before it is written") }
    return buffer
  }

  private mutating func append(_ step: GradientStep) { segments[segments.count - 1].append(step) }

  // MARK: Steps

  /// The activation that alone reads `target`, so that both can be one step.
  private func activation(after target: Int, at index: Int) -> (slope: Float, target: Int)? {
    let readers = network.operations.filter { $0.sources.contains(target) }
    guard readers.count == 1, index + 1 < network.operations.count,
      case .leakyReLU(_, let slope, target, let next) = network.operations[index + 1], slope >= 0
    else { return nil }
    return (slope, next)
  }

  private mutating func append(_ operation: Operation, at index: Int, fused: inout Set<Int>) {
    switch operation {
    case .convolution(let g, let from, let to, let weight, let bias):
      let activation = activation(after: to, at: index)
      if activation != nil { fused.insert(index + 1) }
      let source = source(from, PackedLayout(channels: g.inputs, plane: g.plane))
      let layout = PackedLayout(channels: g.filters, plane: g.plane)
      let target = place(activation?.target ?? to, layout: layout, needsGradient: true)
      let taps = g.kernelHeight * g.kernelWidth
      append(
        .weighted(
          WeightedStep(
            geometry: g, source: source, target: target, slope: activation?.slope ?? 1, weight: weight, bias: bias,
            outputs: PackedLayout(channels: g.filters).values, inputs: PackedLayout(channels: g.inputs).values,
            outputStep: g.columnRows, inputStep: taps, taps: taps,
            winograd: WinogradTiling(g, isForwardOnly: isForwardOnly))))
    case .dense(let inputs, _, let from, let to, let weight, let bias):
      let activation = activation(after: to, at: index)
      if activation != nil { fused.insert(index + 1) }
      let source = packed(from)
      let layout = layout(wantedBy: activation?.target ?? to)
      let target = place(activation?.target ?? to, layout: layout, needsGradient: true)
      append(
        .weighted(
          WeightedStep(
            geometry: nil, source: source, target: target, slope: activation?.slope ?? 1, weight: weight, bias: bias,
            outputs: layout.values, inputs: buffers[source].values, outputStep: inputs, inputStep: 1, taps: 1)))
    case .leakyReLU(_, let slope, let from, let to):
      let source = packed(from)
      let target = place(to, layout: buffers[source], needsGradient: needsGradient.contains(source))
      append(.activation(slope: slope, source: source, target: target, base: nil))
    case .batchNorm(let channels, let plane, let epsilon, let from, let to, let parameters):
      let layout = PackedLayout(channels: channels, plane: plane)
      let source = source(from, layout)
      let target = place(to, layout: layout, needsGradient: true)
      norms.append(
        NormStep(
          channels: channels, plane: plane, epsilon: Double(epsilon), source: source, target: target,
          parameters: parameters))
      segments.append([])
    default: appendStructure(operation)
    }
  }

  /// Steps without trained weights of their own.
  private mutating func appendStructure(_ operation: Operation) {
    switch operation {
    case .standardise(_, let from, let to, let parameters):
      let source = packed(from)
      append(
        .standardise(
          source: source, target: place(to, layout: buffers[source], needsGradient: needsGradient.contains(source)),
          parameters: parameters, base: nil))
    case .averagePool(let channels, let height, let width, let window, let from, let to):
      let source = source(from, PackedLayout(channels: channels, plane: height * width))
      let small = (height: height / window.0, width: width / window.1)
      let layout = PackedLayout(channels: channels, plane: small.height * small.width)
      let wants = needsGradient.contains(source)
      append(
        .averagePool(
          ResamplingStep(
            small: small, large: (height, width), factor: window, stride: PackedLayout.lanes(channels), source: source,
            target: place(to, layout: layout, needsGradient: wants))))
    case .upsampleNearest(let channels, let height, let width, let factor, let from, let to):
      let source = source(from, PackedLayout(channels: channels, plane: height * width))
      let large = (height: height * factor.0, width: width * factor.1)
      let layout = PackedLayout(channels: channels, plane: large.height * large.width)
      let wants = needsGradient.contains(source)
      append(
        .upsample(
          ResamplingStep(
            small: (height, width), large: large, factor: factor, stride: PackedLayout.lanes(channels), source: source,
            target: place(to, layout: layout, needsGradient: wants))))
    case .sum(_, let from, let to):
      let layout = buffers[packed(from[0])]
      let sources = from.map { source($0, layout) }
      let target = place(to, layout: layout, needsGradient: !needsGradient.isDisjoint(with: sources))
      append(.sum(sources: sources, target: target, back: []))
    case .join(_, let from, let to):
      let sources = from.map { packed($0) }
      let target = place(
        to, layout: PackedLayout(joining: sources.map { buffers[$0] }),
        needsGradient: !needsGradient.isDisjoint(with: sources))
      append(.join(sources: sources, target: target, bases: []))
    default: preconditionFailure("an operation without a step")
    }
  }

  // MARK: Gradients

  /// Runs through the steps backwards and says what each part of a gradient is added to.
  private mutating func assignBases() {
    var ledger = GradientLedger(output: output, needed: needsGradient)
    for segment in segments.indices.reversed() {
      for step in segments[segment].indices.reversed() { ledger.settle(&segments[segment][step]) }
      if segment > 0 {
        ledger.read(norms[segment - 1].target)
        norms[segment - 1].base = ledger.base(of: norms[segment - 1].source)
      }
    }
    gradientAliases = ledger.aliases
  }
}
