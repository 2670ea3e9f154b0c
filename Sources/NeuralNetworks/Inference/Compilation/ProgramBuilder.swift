// Stages → steps: chooses the way of each convolution, packs its weights, writes its tables.

struct ProgramBuilder {
  let plan: NetworkPlan
  let kernels: KernelSet
  private(set) var layouts: [Layout]
  private(set) var encoder: [InferenceStep] = []
  private(set) var decoder: [InferenceStep] = []
  private(set) var constants = ConstantPool()
  private(set) var tables: [Int32] = []
  private(set) var scratchSize = 0

  init(plan: NetworkPlan, kernels: KernelSet) {
    self.plan = plan
    self.kernels = kernels
    layouts = Layout.layouts(of: plan)
  }

  mutating func append(_ work: Work) {
    switch work {
    case .copy(let source, let target, let offset, let isEncoder):
      append(.copy(source: source, target: target, offset: offset), isEncoder: isEncoder)
    case .stage(let stage):
      let finish = finish(of: stage)
      switch stage.body {
      case .convolution(let g, let weights, let isUpsampled):
        let source = view(
          stage.source, .planes(g.inputs, g.plane), isEncoder: stage.isEncoder)
        switch ConvolutionChoice.best(g, isUpsampled: isUpsampled, kernels).choice {
        case .direct:
          append(
            .convolution(direct(g, weights, isUpsampled: isUpsampled, source: source, stage), finish),
            isEncoder: stage.isEncoder)
        case .tiles(let cover):
          for part in cover.parts {
            let step = tiles(g, weights, cover, part, source: source, stage)
            scratchSize = max(scratchSize, step.call.scratch)
            append(.tiles(step, finish), isEncoder: stage.isEncoder)
          }
        }
      case .dense(let inputs, let outputs, let weights, let bias):
        append(
          .dense(
            .init(
              sources: [stage.source] + (stage.joined.map { [$0] } ?? []), inputs: inputs, outputs: outputs,
              plane: layouts[stage.result].plane,
              weights: constants.add(
                WeightPacking.evenBlocks(weights, outputs: outputs, depth: inputs, rows: kernels.denseRows)),
              bias: constants.add(Array(bias))), finish), isEncoder: stage.isEncoder)
      case .pool(let height, let width, let window):
        appendMeans(
          viewed(stage, height * width), finish,
          TileTables.poolReads(height: height, width: width, window: window, lanes: kernels.lanes),
          window: window.0 * window.1)
      case .upsample(let height, let width, let factor):
        appendMeans(
          viewed(stage, height * width), finish,
          TileTables.repeatReads(height: height, width: width, factor: factor, lanes: kernels.lanes),
          window: 1)
      case .identity:
        let layout = layouts[stage.result]
        var stage = stage
        stage.source = view(stage.source, layout, isEncoder: stage.isEncoder)
        appendMeans(stage, finish, (0..<layout.plane).map { Int32($0 * kernels.lanes) }, window: 1)
      }
    }
  }

  private mutating func append(_ step: InferenceStep, isEncoder: Bool) {
    if isEncoder { encoder.append(step) } else { decoder.append(step) }
  }

  private mutating func table(_ values: [Int32]) -> Int {
    defer { tables.append(contentsOf: values) }
    return tables.count
  }

  /// The buffer in the layout wanted: itself, or a copy.
  private mutating func view(_ buffer: Int, _ layout: Layout, isEncoder: Bool) -> Int {
    guard layouts[buffer] != layout else { return buffer }
    layouts.append(layout)
    append(.copy(source: buffer, target: layouts.count - 1, offset: 0), isEncoder: isEncoder)
    return layouts.count - 1
  }

  /// The stage, reading planes.
  private mutating func viewed(_ stage: Stage, _ plane: Int) -> Stage {
    var stage = stage
    stage.source = view(
      stage.source, .planes(layouts[stage.result].channels, plane), isEncoder: stage.isEncoder)
    return stage
  }

  private mutating func finish(of stage: Stage) -> InferenceStep.Finish {
    var finish = InferenceStep.Finish(
      bias: stage.bias.map { constants.add(Array($0)) }, slope: stage.slope, output: stage.output,
      sum: stage.sum?.buffer)
    if let norm = stage.norm {
      finish.scale = constants.add(norm.scale)
      finish.shift = constants.add(norm.shift)
    }
    if let sum = stage.sum {
      finish.shares = (sum.linear, sum.activated, sum.normalised)
      finish.startsSum = sum.isFirst
    }
    return finish
  }

  private mutating func appendMeans(
    _ stage: Stage, _ finish: InferenceStep.Finish, _ reads: [Int32], window: Int
  ) {
    append(
      .means(
        .init(
          source: stage.source, channels: layouts[stage.result].channels, places: reads.count / window,
          window: window, reads: table(reads)), finish), isEncoder: stage.isEncoder)
  }

  private mutating func direct(
    _ g: ConvolutionGeometry, _ weights: ArraySlice<Float>, isUpsampled: Bool, source: Int, _ stage: Stage
  ) -> InferenceStep.Direct {
    let places = layouts[stage.result].plane
    let reads = TileTables.directReads(
      g, isUpsampled: isUpsampled, source: layouts[source], lanes: kernels.lanes, columns: kernels.columns)
    return .init(
      source: source, inputs: g.inputs, filters: g.filters, taps: g.kernelHeight * g.kernelWidth, places: places,
      reads: table(reads), writes: table((0..<places).map { Int32($0 * kernels.lanes) }),
      weights: constants.add(
        WeightPacking.blocks(weights, filters: g.filters, depth: g.columnRows, rows: kernels.rows)))
  }

  private mutating func tiles(
    _ g: ConvolutionGeometry, _ weights: ArraySlice<Float>, _ cover: TileCover, _ part: TileCover.Part, source: Int,
    _ stage: Stage
  ) -> InferenceStep.Tiles {
    let (reads, writes) = TileTables.tables(
      g, cover, part, source: layouts[source], target: layouts[stage.result], lanes: kernels.lanes)
    guard let kernel = kernels.algorithm(rows: part.rows, columns: part.columns) else {
      preconditionFailure("the cost model chose an algorithm that is no kernel")
    }
    return .init(
      source: source, tiles: part.count,
      call: TileCall(inputs: g.inputs, filters: g.filters, kernel: kernel, tiles: part.count, kernels),
      reads: table(reads), writes: table(writes),
      weights: constants.add(
        WeightPacking.transformed(weights, g, rows: part.rows, columns: part.columns, blockRows: kernels.rows)))
  }
}
