// How a buffer of the plan lies in lane vectors.

/// Channels of places. A flat tensor has one place a channel and nothing between them; others keep two places more a
/// channel, one always zero, one for what tiles write beyond the border.
struct Layout: Equatable {
  var channels: Int
  var plane: Int
  var isFlat: Bool

  static func flat(_ count: Int) -> Layout { Layout(channels: count, plane: 1, isFlat: true) }

  /// Lane vectors from one channel to the next.
  var stride: Int { isFlat ? 1 : plane + 2 }
  var count: Int { channels * stride }
  var zeroPlace: Int { plane }
  var discardedPlace: Int { plane + 1 }

  /// The layouts of a plan's buffers: as the operation that writes a buffer wants it, else as its readers do; flat
  /// where none cares.
  static func layouts(of plan: NetworkPlan) -> [Layout] {
    var layouts = [Layout?](repeating: nil, count: plan.bufferSizes.count)
    func prefer(_ buffer: Int, _ layout: Layout?) { layouts[buffer] = layouts[buffer] ?? layout }
    for operation in plan.operations { prefer(operation.target, operation.written(layouts[operation.sources[0]])) }
    for operation in plan.operations.reversed() {
      for source in operation.sources {
        prefer(source, operation.isByPlace ? layouts[operation.target] : operation.read)
      }
    }
    for operation in plan.operations where operation.isByPlace {
      prefer(operation.target, layouts[operation.sources[0]])
    }
    return zip(layouts, plan.bufferSizes).map { $0 ?? .flat($1) }
  }

  static func planes(_ channels: Int, _ plane: Int) -> Layout {
    Layout(channels: channels, plane: plane, isFlat: false)
  }
}

extension Operation {
  var sources: [Int] {
    switch self {
    case .convolution(_, let source, _, _, _), .dense(_, _, let source, _, _, _), .leakyReLU(_, _, let source, _),
      .batchNorm(_, _, _, let source, _, _), .standardise(_, let source, _, _), .averagePool(_, _, _, _, let source, _),
      .upsampleNearest(_, _, _, _, let source, _):
      [source]
    case .sum(_, let sources, _), .join(_, let sources, _): sources
    }
  }

  var target: Int {
    switch self {
    case .convolution(_, _, let target, _, _), .dense(_, _, _, let target, _, _), .leakyReLU(_, _, _, let target),
      .batchNorm(_, _, _, _, let target, _), .standardise(_, _, let target, _), .averagePool(_, _, _, _, _, let target),
      .upsampleNearest(_, _, _, _, _, let target), .sum(_, _, let target), .join(_, _, let target):
      target
    }
  }

  /// Whether the layout of the sources can be that of the target, whatever it is.
  fileprivate var isByPlace: Bool {
    switch self {
    case .leakyReLU, .sum: true
    default: false
    }
  }

  /// The layout that the operation reads; nil for any.
  fileprivate var read: Layout? {
    switch self {
    case .convolution(let g, _, _, _, _): .planes(g.inputs, g.plane)
    case .averagePool(let channels, let height, let width, _, _, _),
      .upsampleNearest(let channels, let height, let width, _, _, _):
      .planes(channels, height * width)
    case .batchNorm(let channels, let plane, _, _, _, _): plane == 1 ? .flat(channels) : .planes(channels, plane)
    case .standardise(let count, _, _, _): .flat(count)
    case .dense, .leakyReLU, .sum, .join: nil
    }
  }

  /// The layout that the operation writes when its source lies in `source`; nil for any.
  fileprivate func written(_ source: Layout?) -> Layout? {
    switch self {
    case .convolution(let g, _, _, _, _): .planes(g.filters, g.plane)
    case .averagePool(let channels, let height, let width, let window, _, _):
      .planes(channels, (height / window.0) * (width / window.1))
    case .upsampleNearest(let channels, let height, let width, let factor, _, _):
      .planes(channels, height * factor.0 * width * factor.1)
    case .batchNorm(let channels, let plane, _, _, _, _):
      plane > 1 || source == .planes(channels, 1) ? .planes(channels, plane) : .flat(channels)
    case .standardise(let count, _, _, _): .flat(count)
    case .leakyReLU, .sum: source
    case .dense, .join: nil
    }
  }
}
