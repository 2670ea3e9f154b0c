// Plan → stages: activations, batch norms and the sums of cascades join the layer before them.

/// Reads a plan's operations in order and gathers them into stages.
struct StageGraph {
  private let plan: NetworkPlan
  private let parameters: [Float]
  private let layouts: [Layout]
  /// Indices of the operations that read each buffer.
  private let readers: [[Int]]
  private var absorbed: Set<Int> = []
  private var startedSums: Set<Int> = []
  /// Pairs of vectors that are only read as one, by a dense layer.
  private var joins: [Int: [Int]] = [:]
  private(set) var work: [Work] = []

  init(_ plan: NetworkPlan, parameters: [Float], layouts: [Layout]) {
    self.plan = plan
    self.parameters = parameters
    self.layouts = layouts
    var readers = [[Int]](repeating: [], count: plan.bufferSizes.count)
    for (index, operation) in plan.operations.enumerated() {
      for source in operation.sources { readers[source].append(index) }
    }
    self.readers = readers
    for index in plan.operations.indices where !absorbed.contains(index) { append(index) }
  }

  private func isOutside(_ buffer: Int) -> Bool { buffer == plan.latentBuffer || buffer == plan.outputBuffer }

  private func values(_ offset: Int, _ count: Int) -> ArraySlice<Float> { parameters[offset..<offset + count] }

  /// The only operation that reads the buffer.
  private func onlyReader(_ buffer: Int) -> Int? {
    isOutside(buffer) || readers[buffer].count != 1 ? nil : readers[buffer][0]
  }

  private mutating func append(_ index: Int) {
    let operation = plan.operations[index]
    let isEncoder = index < plan.decoderStart
    switch operation {
    case .convolution(let g, let source, let target, let weight, let bias):
      var stage = Stage(
        body: .convolution(g, weights: values(weight, g.filters * g.columnRows), isUpsampled: false), source: source,
        result: target, bias: values(bias, g.filters))
      stage.isEncoder = isEncoder
      finish(stage)
    case .dense(let inputs, let outputs, let source, let target, let weight, let bias):
      appendDense(
        (inputs, outputs), source: source, target: target, weights: values(weight, inputs * outputs),
        bias: values(bias, outputs), isEncoder: isEncoder)
    case .leakyReLU, .batchNorm, .standardise:
      var stage = Stage(body: .identity, source: operation.sources[0], result: operation.target)
      stage.isEncoder = isEncoder
      finish(stage, startingWith: index)
    case .averagePool(_, let height, let width, let window, let source, let target):
      var stage = Stage(body: .pool(height: height, width: width, window: window), source: source, result: target)
      stage.isEncoder = isEncoder
      finish(stage)
    case .upsampleNearest(_, let height, let width, let factor, let source, let target):
      appendUpsampling((height, width), factor, source: source, target: target, isEncoder: isEncoder)
    case .sum(_, let sources, let target):
      for source in sources where !isContributed(source, to: target) {
        var stage = Stage(body: .identity, source: source, result: target)
        stage.isEncoder = isEncoder
        stage.sum = .init(buffer: target, normalised: 1, isFirst: startedSums.insert(target).inserted)
        work.append(.stage(stage))
      }
    case .join(let counts, let sources, let target):
      if let next = onlyReader(target), case .dense = plan.operations[next] {
        joins[target] = sources
        return
      }
      var offset = 0
      for (source, count) in zip(sources, counts) {
        work.append(.copy(source: source, target: target, offset: offset, isEncoder: isEncoder))
        offset += count
      }
    }
  }

  /// A dense layer; composed with the convolution that follows where nothing stands between them and it costs less.
  private mutating func appendDense(
    _ size: (inputs: Int, outputs: Int), source: Int, target: Int, weights: ArraySlice<Float>,
    bias: ArraySlice<Float>, isEncoder: Bool
  ) {
    var stage = Stage(
      body: .dense(inputs: size.inputs, outputs: size.outputs, weights: weights, bias: bias),
      source: joins[source]?.first ?? source, joined: joins[source]?.last, result: target)
    stage.isEncoder = isEncoder
    if let next = onlyReader(target),
      case .convolution(let g, _, let convolved, let weight, let convolutionBias) = plan.operations[next],
      ConvolutionChoice.composingPays(inputs: size.inputs, g)
    {
      let composed = ComposedDense.compose(
        inputs: size.inputs, weights: weights, bias: bias, g, kernel: values(weight, g.filters * g.columnRows),
        kernelBias: values(convolutionBias, g.filters))
      stage.body = .dense(
        inputs: size.inputs, outputs: g.filters * g.plane, weights: composed.weights[...], bias: composed.bias[...])
      stage.result = convolved
      absorbed.insert(next)
    }
    finish(stage)
  }

  /// Up-sampling; one with the convolution that follows where there is an algorithm for both.
  private mutating func appendUpsampling(
    _ size: (Int, Int), _ factor: (Int, Int), source: Int, target: Int, isEncoder: Bool
  ) {
    if factor.1 == 2, let next = onlyReader(target),
      case .convolution(var g, _, let convolved, let weight, let bias) = plan.operations[next], g.kernelWidth == 3,
      g.dilation == 1
    {
      let weights = values(weight, g.filters * g.columnRows)
      (g.height, g.width) = size
      absorbed.insert(next)
      var stage = Stage(
        body: .convolution(g, weights: weights, isUpsampled: true), source: source, result: convolved,
        bias: values(bias, g.filters))
      stage.isEncoder = isEncoder
      finish(stage)
      return
    }
    var stage = Stage(
      body: .upsample(height: size.0, width: size.1, factor: factor), source: source, result: target)
    stage.isEncoder = isEncoder
    finish(stage)
  }

  /// Takes up what follows place by place, and the shares of a sum.
  /// - Parameter first: the operation that an identity begins with; others may read its source too.
  private mutating func finish(_ initial: Stage, startingWith first: Int? = nil) {
    var stage = initial
    let layout = layouts[stage.result]
    var tail = stage.result
    var isActivated = false
    var start = first
    while true {
      if start == nil { contribute(tail, to: &stage, isActivated: isActivated) }
      guard let next = start ?? following(tail), layouts[plan.operations[next].target] == layout else { break }
      switch plan.operations[next] {
      case .leakyReLU(_, let slope, _, let target) where !isActivated && stage.norm == nil:
        stage.slope = slope
        isActivated = true
        tail = target
      case .batchNorm(let count, _, let epsilon, _, let target, let first)
      where stage.norm == nil && layout.channels == count:
        stage.norm = ScaleAndShift(norm: Array(values(first, 4 * count)), epsilon: Double(epsilon))
        tail = target
      case .standardise(let count, _, let target, let first)
      where stage.norm == nil && layout.channels == count:
        let deviations = values(first + count, count)
        stage.norm = ScaleAndShift(
          scale: deviations.map { 1 / $0 },
          shift: zip(values(first, count), deviations).map { Float(-Double($0) / Double($1)) })
        tail = target
      default:
        stop(&stage, tail)
        return
      }
      absorbed.insert(next)
      start = nil
    }
    stop(&stage, tail)
  }

  private mutating func stop(_ stage: inout Stage, _ tail: Int) {
    stage.output = isOutside(tail) || readers[tail].contains { !isSum($0) } ? tail : nil
    work.append(.stage(stage))
  }

  /// The operation that can continue a stage: the only reader besides sums.
  private func following(_ buffer: Int) -> Int? {
    let others = readers[buffer].filter { !isSum($0) }
    return others.count == 1 && !isOutside(buffer) ? others[0] : nil
  }

  private func isSum(_ index: Int) -> Bool { if case .sum = plan.operations[index] { true } else { false } }

  private mutating func contribute(_ buffer: Int, to stage: inout Stage, isActivated: Bool) {
    for index in readers[buffer] {
      guard case .sum(_, _, let target) = plan.operations[index] else { continue }
      guard layouts[target] == layouts[stage.result], target == stage.sum?.buffer ?? target else { continue }
      var sum = stage.sum ?? .init(buffer: target, isFirst: startedSums.insert(target).inserted)
      if stage.norm != nil {
        sum.normalised += 1
      } else if isActivated {
        sum.activated += 1
      } else {
        sum.linear += 1
      }
      stage.sum = sum
      contributed.insert([buffer, target])
    }
  }

  /// Pairs of a buffer and the sum that has taken it up.
  private var contributed: Set<[Int]> = []

  private func isContributed(_ source: Int, to target: Int) -> Bool { contributed.contains([source, target]) }
}
