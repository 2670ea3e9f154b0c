// The loss of a batch and its gradient, in single precision, by the fastest loops of the processor.

import Dispatch
import NeuralKernels
import Synchronization

/// A network in training: mean squared error of a batch and its gradient by every parameter; or, forward only, a trained
/// one (`SampleExecutor`).
///
/// The batch is cut into shards whose gradients are added in order, so that the result does not depend on how many
/// threads share the work. `NetworkExecutor` computes the same, slower, in any precision. Not thread-safe.
package final class BatchGradient {
  package let network: NetworkPlan
  package let maximumBatch: Int
  /// Threads that share a batch, the calling one included; no matter for the result.
  package var threads = 1 {
    didSet { workspace.prepare(threads: max(1, threads), steps: weighted) }
  }

  let plan: GradientPlan
  let workspace: GradientWorkspace
  let kernels: tk_kernels
  /// The steps with weights, as they come in the plan; workspace arrays go by their index.
  let weighted: [WeightedStep]
  /// By weighted step: those that go by Winograd's filtering.
  let products: [PointProduct?]
  private let firstWeighted: [Int]
  private let inputPlaces: [Int32]
  private let sidePlaces: [Int32]
  private let outputPlaces: [Int32]

  /// Samples a shard: enough to keep a core busy, few enough that usual batches feed several.
  private static let shardSize = 16
  private static let mostShards = 8

  /// - Parameters:
  ///   - form: which of the processor's forms of the loops.
  ///   - isForwardOnly: gives a trained network's answers, as exactly as PyTorch, and no gradients.
  package init(
    plan network: NetworkPlan, parameters: [Float], maximumBatch: Int, form: TrainingForm = .best,
    isForwardOnly: Bool = false
  ) {
    precondition(parameters.count == network.parameterCount, "a network's parameters do not fit its plan")
    self.network = network
    self.maximumBatch = maximumBatch
    plan = GradientPlan(network, isForwardOnly: isForwardOnly)
    kernels = form.kernels
    var weighted: [WeightedStep] = []
    var first: [Int] = []
    for segment in plan.segments {
      first.append(weighted.count)
      for case .weighted(let step) in segment { weighted.append(step) }
    }
    precondition(Self.takes(network), "a kernel is too large for these loops")
    self.weighted = weighted
    firstWeighted = first + [weighted.count]
    let shardCount = min(Self.mostShards, (maximumBatch + Self.shardSize - 1) / Self.shardSize)
    workspace = GradientWorkspace(plan: plan, steps: weighted, batch: maximumBatch, shardCount: shardCount)
    workspace.parameters.update(from: parameters, count: parameters.count)
    products = weighted.map { [chunk = workspace.chunk] in PointProduct($0, chunk: chunk) }
    inputPlaces = plan.buffers[plan.input].places
    sidePlaces = plan.buffers[plan.side].places
    outputPlaces = plan.buffers[plan.output].places
  }

  /// Whether the loops have room for a network's largest kernel.
  static func takes(_ network: NetworkPlan) -> Bool {
    network.operations.allSatisfy { operation in
      guard case .convolution(let g, _, _, _, _) = operation else { return true }
      return g.kernelHeight * g.kernelWidth <= Int(TK_MOST_TAPS)
    }
  }

  package var parameters: [Float] {
    get { Array(UnsafeBufferPointer(start: workspace.parameters, count: network.parameterCount)) }
    set { workspace.parameters.update(from: newValue, count: network.parameterCount) }
  }

  /// - Parameters:
  ///   - input: (count, input shape).
  ///   - side: (count, side count), or empty.
  ///   - target: (count, output shape).
  /// - Returns: the loss (mean over samples and outputs) and its gradient by every parameter, flat.
  package func lossAndGradient(_ input: [Float], side: [Float] = [], target: [Float], count: Int)
    -> (loss: Float, gradient: [Float])
  {
    let loss = propagate(input, side: side, target: target, count: count)
    return (loss, Array(UnsafeBufferPointer(start: workspace.parameterGradients, count: network.parameterCount)))
  }

  /// As `lossAndGradient`; leaves the gradient in the workspace.
  func propagate(_ input: [Float], side: [Float], target: [Float], count: Int) -> Float {
    precondition(
      count <= maximumBatch && input.count >= count * inputPlaces.count && target.count >= count * outputPlaces.count
        && side.count >= count * network.architecture.sideCount, "a batch does not fit")
    let batch = Batch(input: input, side: side, target: target, count: count)
    packWeights()
    packTransposedWeights()
    let last = plan.segments.count - 1
    for segment in 0..<last {
      forEachChunk(of: count) { place in
        if segment == 0 { self.load(batch, place) }
        self.forward(segment, place)
      }
      finishMoments(segment, count: count)
    }
    forEachChunk(of: count) { place in
      if last == 0 { self.load(batch, place) }
      self.forward(last, place)
      self.workspace.shards[place.shard].loss.pointee += self.compare(batch, place)
      self.backward(last, place)
    }
    for segment in stride(from: last - 1, through: 0, by: -1) {
      finishNormGradient(segment, count: count)
      forEachChunk(of: count) { place in self.backward(segment, place) }
    }
    return Float(sumShards(count: count) / Double(count * outputPlaces.count))
  }

  /// Where a chunk of samples stands.
  struct Place {
    var shard: Int
    var thread: Int
    /// Of the batch.
    var first: Int
    var count: Int
    /// Where the chunk begins in the thread's buffers.
    var offset: Int
  }

  struct Batch {
    let input: [Float]
    let side: [Float]
    let target: [Float]
    let count: Int
  }

  /// Shards that a batch of `count` falls into.
  private func shardSize(_ count: Int) -> Int { max(Self.shardSize, (count + Self.mostShards - 1) / Self.mostShards) }

  func shardCount(_ count: Int) -> Int { (count + shardSize(count) - 1) / shardSize(count) }

  /// Calls `body` for every chunk of the batch: shards side by side, the chunks of a shard in order.
  private func forEachChunk(of count: Int, _ body: @escaping (Place) -> Void) {
    let size = shardSize(count)
    let shards = shardCount(count)
    let isShared = !plan.norms.isEmpty
    let run = { [chunk = workspace.chunk] (shard: Int, thread: Int) in
      let end = min(count, (shard + 1) * size)
      for first in stride(from: shard * size, to: end, by: chunk) {
        body(
          Place(
            shard: shard, thread: thread, first: first, count: min(chunk, end - first), offset: isShared ? first : 0))
      }
    }
    let workers = min(threads, shards)
    guard workers > 1 else {
      for shard in 0..<shards { run(shard, 0) }
      return
    }
    // Each shard and each thread has memory of its own; what is shared between them is not written meanwhile.
    nonisolated(unsafe) let shared = run
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { thread in
      while true {
        let shard = next.add(1, ordering: .relaxed).oldValue
        guard shard < shards else { return }
        shared(shard, thread)
      }
    }
  }

  // MARK: Batches in and out

  func load(_ batch: Batch, _ place: Place) {
    let memory = workspace.threads[place.thread]
    func scatter(_ values: [Float], _ places: [Int32], _ buffer: Int) {
      guard !values.isEmpty else { return }
      let stride = plan.buffers[buffer].count
      let size = places.count
      values.withUnsafeBufferPointer { values in
        places.withUnsafeBufferPointer { places in
          for sample in 0..<place.count {
            let to = memory.activations[buffer] + (place.offset &+ sample) &* stride
            let from = (place.first &+ sample) &* size
            for i in 0..<size { to[Int(places[i])] = values[from &+ i] }
          }
        }
      }
    }
    scatter(batch.input, inputPlaces, plan.input)
    if network.architecture.sideCount > 0 { scatter(batch.side, sidePlaces, plan.side) }
  }

  /// Writes the gradient of the mean squared error by the output; returns the chunk's sum of squares.
  private func compare(_ batch: Batch, _ place: Place) -> Double {
    let memory = workspace.threads[place.thread]
    let stride = plan.buffers[plan.output].count
    let size = outputPlaces.count
    let factor = 2 / Float(batch.count * size)
    var sum = 0.0
    batch.target.withUnsafeBufferPointer { target in
      outputPlaces.withUnsafeBufferPointer { places in
        for sample in 0..<place.count {
          let output = memory.activations[plan.output] + (place.offset &+ sample) &* stride
          let gradient = memory.gradients[plan.output] + (place.offset &+ sample) &* stride
          let from = (place.first &+ sample) &* size
          var squares: Float = 0
          for i in 0..<size {
            let at = Int(places[i])
            let difference = output[at] - target[from &+ i]
            squares += difference * difference
            gradient[at] = factor * difference
          }
          sum += Double(squares)
        }
      }
    }
    return sum
  }

  /// The number of weighted steps before a segment.
  func weightedIndex(of segment: Int) -> Int { firstWeighted[segment] }
}

/// A form of the inner loops: for AVX-512, AVX2 or any processor.
package struct TrainingForm: @unchecked Sendable, CustomStringConvertible {
  // Points at a constant table.
  let kernels: tk_kernels

  package static var best: TrainingForm { TrainingForm(kernels: tk_best().pointee) }

  /// Every form that this processor runs, best first.
  package static var all: [TrainingForm] {
    var forms: [TrainingForm] = []
    while let table = tk_form(Int32(forms.count)) { forms.append(TrainingForm(kernels: table.pointee)) }
    return forms
  }

  package var description: String { String(cString: kernels.name) }
}
