// Runs a network forward a sample at a time, with channels side by side in the vectors.

/// The loops of training, forward only: where a batch would leave most lanes of a vector of samples empty.
///
/// Not thread-safe; a sample's result does not depend on the others in its batch.
final class SampleExecutor {
  private let network: BatchGradient
  private let latents: Door
  private let output: Door
  private var lastLatents: [Float] = []

  /// A buffer, and where each value of a sample stands in it.
  private struct Door {
    let values: UnsafeMutablePointer<Float>
    let places: [Int32]

    init(_ buffer: Int, of network: BatchGradient) {
      values = network.workspace.threads[0].activations[buffer]
      places = network.plan.buffers[buffer].places
    }

    var content: [Float] { places.map { values[Int($0)] } }
  }

  /// Nil where this processor has not got the loops, where they round products and sums apart, which costs an image more
  /// than it may, where a kernel is too large for them, and where they join what makes the latents with what follows.
  init?(plan: NetworkPlan, parameters: [Float], kernels: InferenceKernels) {
    guard kernels != .baseline, let form = TrainingForm.all.first(where: { $0.description == kernels.rawValue }),
      BatchGradient.takes(plan)
    else { return nil }
    network = BatchGradient(plan: plan, parameters: parameters, maximumBatch: 1, form: form, isForwardOnly: true)
    guard let latentBuffer = network.plan.latents else { return nil }
    latents = Door(latentBuffer, of: network)
    output = Door(network.plan.output, of: network)
    network.packWeights()
    network.useRunningStatistics()
  }

  /// (count, input shape) and (count, side count) → (count, output shape).
  func run(_ input: [Float], side: [Float], count: Int) -> [Float] {
    let batch = batch(input, side, count)
    lastLatents = []
    return (0..<count).flatMap { sample in
      lastLatents += encoded(batch, sample)
      return decoded()
    }
  }

  func encode(_ input: [Float], side: [Float], count: Int) -> [Float] {
    let batch = batch(input, side, count)
    lastLatents = (0..<count).flatMap { encoded(batch, $0) }
    return lastLatents
  }

  func decode(_ latents: [Float], count: Int) -> [Float] {
    let (size, values) = (self.latents.places.count, self.latents.values)
    precondition(latents.count >= count * size, "a batch does not fit")
    return (0..<count).flatMap { sample in
      for (index, place) in self.latents.places.enumerated() { values[Int(place)] = latents[sample * size + index] }
      return decoded()
    }
  }

  /// Latents of the last `run` or `encode`.
  func latents(count: Int) -> [Float] { Array(lastLatents.prefix(count * latents.places.count)) }

  private func batch(_ input: [Float], _ side: [Float], _ count: Int) -> BatchGradient.Batch {
    let architecture = network.network.architecture
    precondition(
      input.count >= count * architecture.input.count && side.count >= count * architecture.sideCount,
      "a batch does not fit")
    return BatchGradient.Batch(input: input, side: side, target: [], count: count)
  }

  /// Where a sample stands: alone in the buffers.
  private func place(_ sample: Int = 0) -> BatchGradient.Place {
    BatchGradient.Place(shard: 0, thread: 0, first: sample, count: 1, offset: 0)
  }

  private func encoded(_ batch: BatchGradient.Batch, _ sample: Int) -> [Float] {
    network.load(batch, place(sample))
    forward(from: (0, 0), to: network.plan.decoderStart)
    return latents.content
  }

  private func decoded() -> [Float] {
    let last = network.plan.segments.count - 1
    forward(from: network.plan.decoderStart, to: (last, network.plan.segments[last].count))
    return output.content
  }

  /// The steps from one to another; the later one is not taken.
  private func forward(from first: (segment: Int, step: Int), to end: (segment: Int, step: Int)) {
    let (memory, sample) = (network.workspace.threads[0], place())
    for segment in first.segment...end.segment {
      if segment > first.segment { network.normalise(segment - 1, memory, sample) }
      let start = segment == first.segment ? first.step : 0
      let end = segment == end.segment ? end.step : network.plan.segments[segment].count
      network.forward(segment, start..<end, memory, sample)
    }
  }
}

extension BatchGradient {
  /// Batch norm as a trained network has it.
  fileprivate func useRunningStatistics() {
    for (norm, memory) in zip(plan.norms, workspace.norms) {
      let parameters = UnsafeBufferPointer(start: workspace.parameters + norm.parameters, count: 4 * norm.channels)
      let trained = ScaleAndShift(norm: Array(parameters), epsilon: norm.epsilon)
      memory.scale.update(from: trained.scale, count: norm.channels)
      memory.shift.update(from: trained.shift, count: norm.channels)
    }
  }
}
