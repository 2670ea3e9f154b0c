// The memory of one training, or of one trained network: allocated once, freed with it.

import NeuralKernels

/// Where everything lies that a batch's gradient is computed with.
///
/// Owned by one `BatchGradient`; each thread works on its own samples and with its own scratch, each shard has its own
/// gradients. Pointers never leave the module.
final class GradientWorkspace {
  typealias Values = UnsafeMutablePointer<Float>

  /// The flat parameter vector and its gradient.
  let parameters: Values
  let parameterGradients: Values
  /// By weighted step: packed weights or their points, transposed ones, biases by lane.
  let weights: [Values]
  let transposed: [Values]
  let biases: [Values]
  /// Packed weights on their way to points and back.
  let packed: Values
  let shards: [ShardMemory]
  let norms: [NormMemory]
  private(set) var threads: [ThreadMemory]
  /// Samples that a thread's buffers hold: the whole batch where batch norm needs it, otherwise a chunk.
  let capacity: Int
  /// Samples that pass a segment together.
  let chunk: Int

  private let plan: GradientPlan
  private let arena: Arena
  private var moreArenas: [Arena] = []

  /// A thread's samples should stay in its second-level cache.
  private static let cacheBytes = 512 << 10

  init(plan: GradientPlan, steps: [WeightedStep], batch: Int, shardCount: Int) {
    self.plan = plan
    let hasGradients = !plan.isForwardOnly
    let shardCount = hasGradients ? shardCount : 0
    let sampleBytes = plan.buffers.reduce(0) { $0 + $1.count } * 2 * MemoryLayout<Float>.stride
    chunk = min(batch, max(4, min(16, Self.cacheBytes / max(1, sampleBytes))))
    capacity = plan.norms.isEmpty ? chunk : batch
    let parameterCount = plan.network.parameterCount
    let weightCount = steps.map(\.weightCount).reduce(0, +)
    let packedCount = steps.map { max($0.packedCount, $0.transposedCount) }.max() ?? 0
    let lanes = steps.map(\.outputs.count).reduce(0, +)
    let normLanes = plan.norms.map(\.stride).reduce(0, +)
    let transposedCounts = steps.map { hasGradients ? $0.transposedWeightCount : 0 }
    let gradientCount = hasGradients ? parameterCount : 0
    let pieces = 3 + 3 * steps.count + shardCount * (1 + 2 * steps.count + 3 * plan.norms.count) + 7 * plan.norms.count
    arena = Arena(
      values: parameterCount + gradientCount + packedCount + weightCount + transposedCounts.reduce(0, +) + lanes
        + shardCount * (weightCount + lanes + 2 * normLanes)
        + shardCount * (2 + 4 * normLanes + 2 * plan.norms.count) + 7 * normLanes, pieces: pieces)
    parameters = arena.take(parameterCount)
    parameterGradients = arena.take(gradientCount)
    packed = arena.take(packedCount)
    weights = steps.map { [arena] in arena.take($0.weightCount) }
    transposed = transposedCounts.map { [arena] in arena.take($0) }
    biases = steps.map { [arena] in arena.take($0.outputs.count) }
    norms = plan.norms.map { [arena] in NormMemory(stride: $0.stride, arena: arena) }
    shards = (0..<shardCount).map { [arena] _ in ShardMemory(plan: plan, steps: steps, arena: arena) }
    threads = []
    prepare(threads: 1, steps: steps)
  }

  /// Gives as many threads their memory.
  func prepare(threads count: Int, steps: [WeightedStep]) {
    let isShared = !plan.norms.isEmpty
    while threads.count < count {
      let memory = ThreadMemory(
        plan: plan, steps: steps, capacity: capacity, chunk: chunk, sharing: isShared ? threads.first : nil)
      moreArenas.append(memory.arena)
      threads.append(memory)
    }
  }
}

/// What one thread works with: activations and their gradients (shared between threads where a batch norm is), and scratch.
struct ThreadMemory {
  let activations: [UnsafeMutablePointer<Float>]
  let gradients: [UnsafeMutablePointer<Float>]
  /// A padded sample, or the masked output gradients of a dense layer's chunk.
  let paddedSource: UnsafeMutablePointer<Float>
  let paddedTarget: UnsafeMutablePointer<Float>
  /// Points of a group of samples, of a convolution's source and of its target.
  let sourcePoints: UnsafeMutablePointer<Float>
  let targetPoints: UnsafeMutablePointer<Float>
  /// A pixel that lies beyond an image.
  let zeros: UnsafeMutablePointer<Float>
  /// Sums of one sample by channel lane.
  let channelSums: UnsafeMutablePointer<Float>
  let channelSquares: UnsafeMutablePointer<Float>
  let arena: Arena

  init(plan: GradientPlan, steps: [WeightedStep], capacity: Int, chunk: Int, sharing other: ThreadMemory?) {
    let hasGradients = !plan.isForwardOnly
    func paddedCount(_ step: WeightedStep, _ buffer: Int) -> Int {
      guard let g = step.geometry, step.winograd == nil else { return chunk * plan.buffers[buffer].count }
      return plan.buffers[buffer].count / g.width * (g.width + 2 * step.margin)
    }
    let source = steps.filter { $0.margin > 0 && $0.winograd == nil }.map { paddedCount($0, $0.source) }.max() ?? 0
    let target = hasGradients ? steps.map { paddedCount($0, $0.target) }.max() ?? 0 : 0
    let products = steps.compactMap { BatchGradient.PointProduct($0, chunk: chunk) }
    let sourcePoints = products.map { $0.tiling.points * $0.inputPitch }.max() ?? 0
    let targetPoints = products.map { $0.tiling.points * $0.outputPitch }.max() ?? 0
    let zeros = products.map { max($0.inputs, $0.outputs) }.max() ?? 0
    let lanes = plan.norms.map(\.stride).max() ?? 0
    let sizes = other == nil ? plan.buffers.map { $0.count * capacity } : []
    let gradientSizes = hasGradients ? sizes : []
    arena = Arena(
      values: sizes.reduce(0, +) + gradientSizes.reduce(0, +) + source + target + sourcePoints + targetPoints + zeros
        + 2 * lanes, pieces: sizes.count + gradientSizes.count + 7)
    activations = other?.activations ?? sizes.map { [arena] in arena.take($0) }
    let own = gradientSizes.map { [arena] in arena.take($0) }
    gradients =
      other?.gradients ?? own.indices.map { plan.gradientAliases[$0].map { own[$0] } ?? own[$0] }
    paddedSource = arena.take(source)
    paddedTarget = arena.take(target)
    self.sourcePoints = arena.take(sourcePoints)
    self.targetPoints = arena.take(targetPoints)
    self.zeros = arena.take(zeros)
    channelSums = arena.take(lanes)
    channelSquares = arena.take(lanes)
  }
}

/// The gradients of one shard of the batch, packed as the weights are; shards are added in order.
struct ShardMemory {
  let weights: [UnsafeMutablePointer<Float>]
  let biases: [UnsafeMutablePointer<Float>]
  /// Sum of squared differences.
  let loss: UnsafeMutablePointer<Double>
  /// By batch norm: means and sums of squares about them by channel, and the samples that went in.
  let moments: [UnsafeMutablePointer<Double>]
  /// By batch norm and channel: sums of the output's gradient, and of its product with the normalised input.
  let normSums: [UnsafeMutablePointer<Float>]
  let normProducts: [UnsafeMutablePointer<Float>]

  init(plan: GradientPlan, steps: [WeightedStep], arena: Arena) {
    weights = steps.map { arena.take($0.weightCount) }
    biases = steps.map { arena.take($0.outputs.count) }
    loss = arena.takeDoubles(1)
    moments = plan.norms.map { arena.takeDoubles(2 * $0.channels + 1) }
    normSums = plan.norms.map { arena.take($0.stride) }
    normProducts = plan.norms.map { arena.take($0.stride) }
  }
}

/// By channel lane of one batch norm: what both passes need of the batch's statistics.
struct NormMemory {
  /// y = x · scale + shift.
  let scale: UnsafeMutablePointer<Float>
  let shift: UnsafeMutablePointer<Float>
  let mean: UnsafeMutablePointer<Float>
  /// 1/√(variance + ε).
  let inverse: UnsafeMutablePointer<Float>
  /// dx = a · dy + b · x + c.
  let a: UnsafeMutablePointer<Float>
  let b: UnsafeMutablePointer<Float>
  let c: UnsafeMutablePointer<Float>

  init(stride: Int, arena: Arena) {
    (scale, shift, mean, inverse) = (arena.take(stride), arena.take(stride), arena.take(stride), arena.take(stride))
    (a, b, c) = (arena.take(stride), arena.take(stride), arena.take(stride))
  }
}

/// One zeroed allocation that pieces are taken from, each on a cache line of its own.
final class Arena {
  private let storage: UnsafeMutablePointer<Float>
  private var next: UnsafeMutablePointer<Float>
  private var left: Int
  private static let line = 16

  init(values: Int, pieces: Int) {
    // One line more a piece: equally sized pieces do not share cache sets.
    let count = values + pieces * 2 * Self.line
    storage = KernelMemory.allocate(Float.self, count)
    storage.initialize(repeating: 0, count: count)
    next = storage
    left = count
  }

  deinit { UnsafeMutableRawPointer(storage).deallocate() }

  func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = (count + Self.line - 1) / Self.line * Self.line + Self.line
    precondition(size <= left, "an arena was made too small")
    defer {
      next += size
      left -= size
    }
    return next
  }

  func takeDoubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(take(2 * count)).bindMemory(to: Double.self, capacity: count)
  }
}
