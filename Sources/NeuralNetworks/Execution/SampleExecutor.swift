// Runs a network forward a sample at a time, with channels side by side in the vectors.

/// The loops of training, forward only: where a batch would leave most lanes of a vector of samples empty.
///
/// Not thread-safe; a sample's result does not depend on the others in its batch.
final class SampleExecutor {
  private let network: BatchGradient
  private let input: Door
  private let side: Door
  private let latents: Door
  private let output: Door
  private var lastLatents: [Float] = []

  /// A buffer that values come in or go out by, and where each of them stands in it.
  private struct Door {
    let values: UnsafeMutablePointer<Float>
    let places: [Int32]

    init(_ buffer: Int, of network: BatchGradient) {
      values = network.workspace.threads[0].activations[buffer]
      places = network.plan.buffers[buffer].places
    }

    /// Takes the sample-th of some samples.
    func take(_ samples: [Float], _ sample: Int) {
      precondition(samples.count >= (sample + 1) * places.count, "a batch does not fit")
      for (index, place) in places.enumerated() { values[Int(place)] = samples[sample * places.count + index] }
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
    input = Door(network.plan.input, of: network)
    side = Door(network.plan.side, of: network)
    latents = Door(latentBuffer, of: network)
    output = Door(network.plan.output, of: network)
    network.packWeights()
    network.useRunningStatistics()
  }

  /// (count, input shape) and (count, side count) → (count, output shape).
  func run(_ input: [Float], side: [Float], count: Int) -> [Float] {
    lastLatents = []
    return (0..<count).flatMap { sample in
      lastLatents += encoded(input, side, sample)
      return decoded()
    }
  }

  func encode(_ input: [Float], side: [Float], count: Int) -> [Float] {
    lastLatents = (0..<count).flatMap { encoded(input, side, $0) }
    return lastLatents
  }

  func decode(_ latents: [Float], count: Int) -> [Float] {
    (0..<count).flatMap { sample in
      self.latents.take(latents, sample)
      return decoded()
    }
  }

  /// Latents of the last `run` or `encode`.
  func latents(count: Int) -> [Float] { Array(lastLatents.prefix(count * latents.places.count)) }

  private func encoded(_ input: [Float], _ side: [Float], _ sample: Int) -> [Float] {
    self.input.take(input, sample)
    if !self.side.places.isEmpty { self.side.take(side, sample) }
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
    let memory = network.workspace.threads[0]
    let sample = BatchGradient.Place(shard: 0, thread: 0, first: 0, count: 1, offset: 0)
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
      let (channels, parameters) = (norm.channels, workspace.parameters + norm.parameters)
      for channel in 0..<channels {
        let deviation = (Double(parameters[3 * channels + channel]) + norm.epsilon).squareRoot()
        let scale = Double(parameters[channel]) / deviation
        memory.scale[channel] = Float(scale)
        memory.shift[channel] = Float(
          Double(parameters[channels + channel]) - Double(parameters[2 * channels + channel]) * scale)
      }
    }
  }
}
