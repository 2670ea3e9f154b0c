// Runs a compiled network, on one thread.

import NeuralKernels

/// One worker's memory for a program. Not thread-safe; a sample's result does not depend on the others in its batch.
final class InferenceExecutor {
  private let program: InferenceProgram
  private let memory: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private var lastLatents: [Float] = []

  init(_ program: InferenceProgram) {
    self.program = program
    let size = program.tensorSize + program.scratchSize
    memory = KernelMemory.allocate(Float.self, size)
    memory.initialize(repeating: 0, count: size)
    scratch = memory + program.tensorSize
  }

  deinit { UnsafeMutableRawPointer(memory).deallocate() }

  /// (count, input shape) and (count, side count) → (count, output shape).
  func run(_ input: [Float], side: [Float], count: Int) -> [Float] {
    let plan = program.plan
    var latents: [Float] = []
    let outputs = blocks(count, of: plan.output.count) { first, size, target in
      load(input, program.input, first, size)
      if plan.architecture.sideCount > 0 { load(side, program.side, first, size) }
      execute(program.encoder)
      latents += [Float](unsafeUninitializedCapacity: size * plan.latentCount) { values, filled in
        if let start = values.baseAddress { unload(program.latents, size, to: start) }
        filled = size * plan.latentCount
      }
      execute(program.decoder)
      unload(program.output, size, to: target)
    }
    lastLatents = latents
    return outputs
  }

  func encode(_ input: [Float], side: [Float], count: Int) -> [Float] {
    lastLatents = blocks(count, of: program.plan.latentCount) { first, size, target in
      load(input, program.input, first, size)
      if program.plan.architecture.sideCount > 0 { load(side, program.side, first, size) }
      execute(program.encoder)
      unload(program.latents, size, to: target)
    }
    return lastLatents
  }

  /// The encoder of a program that reads the side input only.
  func encodeSide(_ side: [Float], count: Int) -> [Float] {
    blocks(count, of: program.plan.latentCount) { first, size, target in
      load(side, program.side, first, size)
      execute(program.encoder)
      unload(program.latents, size, to: target)
    }
  }

  func decode(_ latents: [Float], count: Int) -> [Float] {
    blocks(count, of: program.plan.output.count) { first, size, target in
      load(latents, program.latents, first, size)
      execute(program.decoder)
      unload(program.output, size, to: target)
    }
  }

  /// Latents of the last `run` or `encode`.
  func latents(count: Int) -> [Float] { Array(lastLatents.prefix(count * program.plan.latentCount)) }

  /// Calls `body(first sample, samples, where their results go)` for blocks of as many samples as there are lanes.
  private func blocks(_ count: Int, of size: Int, _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count * size) { values, filled in
      guard let start = values.baseAddress else { return }
      for first in stride(from: 0, to: count, by: program.kernels.lanes) {
        body(first, min(program.kernels.lanes, count - first), start + first * size)
      }
      filled = count * size
    }
  }

  private func pointer(_ tensor: Int) -> UnsafeMutablePointer<Float> { memory + program.tensors[tensor].offset }

  private func load(_ values: [Float], _ tensor: Int, _ first: Int, _ count: Int) {
    let layout = program.tensors[tensor].layout
    let size = layout.channels * layout.plane
    precondition(values.count >= (first + count) * size, "a batch does not fit")
    clearZeroPlaces(tensor)
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      program.kernels.table.pointee.gather(
        start + first * size, size, Int32(count), Int32(layout.channels), Int32(layout.plane), pointer(tensor),
        layout.stride * program.kernels.lanes)
    }
  }

  private func unload(_ tensor: Int, _ count: Int, to target: UnsafeMutablePointer<Float>) {
    let layout = program.tensors[tensor].layout
    program.kernels.table.pointee.scatter(
      pointer(tensor), layout.stride * program.kernels.lanes, Int32(count), Int32(layout.channels),
      Int32(layout.plane), target, layout.channels * layout.plane)
  }

  private func execute(_ steps: [InferenceStep]) { for step in steps { execute(step) } }

  private func execute(_ step: InferenceStep) {
    let table = program.kernels.table.pointee
    for target in step.targets { clearZeroPlaces(target) }
    switch step {
    case .convolution(let step, let finish):
      var g = KernelConvolution(
        inputs: Int32(step.inputs), filters: Int32(step.filters), taps: Int32(step.taps), places: Int32(step.places),
        inputStride: channelStride(step.source), reads: program.tables + step.reads,
        writes: program.tables + step.writes, weights: program.constants + step.weights)
      var f = kernelFinish(finish)
      table.convolve(&g, pointer(step.source), &f)
    case .tiles(let step, let finish): execute(step, finish)
    case .dense(let step, let finish):
      var g = KernelDense(
        outputs: Int32(step.outputs), inputs: Int32(step.inputs),
        parts: (part(step.sources[0]), step.sources.count > 1 ? part(step.sources[1]) : KernelPart()),
        weights: program.constants + step.weights, plane: Int32(step.plane), bias: program.constants + step.bias)
      var f = kernelFinish(finish)
      table.dense(&g, &f)
    case .means(let step, let finish):
      var g = KernelMeans(
        channels: Int32(step.channels), places: Int32(step.places), window: Int32(step.window),
        inputStride: channelStride(step.source), reads: program.tables + step.reads)
      var f = kernelFinish(finish)
      table.means(&g, pointer(step.source), &f)
    case .copy(let source, let target, let offset): copy(source, to: target, offset: offset)
    }
  }

  private func execute(_ step: InferenceStep.Tiles, _ finish: InferenceStep.Finish) {
    var f = kernelFinish(finish)
    step.call.run(
      program.kernels, tiles: step.tiles, reads: program.tables + step.reads, writes: program.tables + step.writes,
      weights: program.constants + step.weights, x: pointer(step.source), inputStride: channelStride(step.source),
      scratch: scratch, &f)
  }

  /// A flat tensor is one run; others are one a channel.
  private func part(_ tensor: Int) -> KernelPart {
    let layout = program.tensors[tensor].layout
    return KernelPart(
      x: pointer(tensor), segments: Int32(layout.isFlat ? 1 : layout.channels),
      run: Int32(layout.isFlat ? layout.channels : layout.plane), segmentStride: channelStride(tensor))
  }

  private func channelStride(_ tensor: Int) -> Int { program.tensors[tensor].layout.stride * program.kernels.lanes }

  private func kernelFinish(_ finish: InferenceStep.Finish) -> KernelFinish {
    func constant(_ offset: Int?) -> UnsafePointer<Float>? { offset.map { UnsafePointer(program.constants + $0) } }
    let target = finish.output ?? finish.sum
    return KernelFinish(
      bias: constant(finish.bias), slope: finish.slope, scale: constant(finish.scale), shift: constant(finish.shift),
      output: finish.output.map(pointer), sum: finish.sum.map(pointer), shareOfLinear: finish.shares.linear,
      shareOfActivated: finish.shares.activated, shareOfNormalised: finish.shares.normalised,
      startsSum: finish.startsSum ? 1 : 0, channelStride: target.map(channelStride) ?? 0)
  }

  /// Memory is shared over time, so the place that must read zero is cleared before its tensor is written.
  private func clearZeroPlaces(_ tensor: Int) {
    let layout = program.tensors[tensor].layout
    guard !layout.isFlat else { return }
    let lanes = program.kernels.lanes
    for channel in 0..<layout.channels {
      (pointer(tensor) + (channel * layout.stride + layout.zeroPlace) * lanes).update(repeating: 0, count: lanes)
    }
  }

  private func copy(_ source: Int, to target: Int, offset: Int) {
    let lanes = program.kernels.lanes
    let (from, to) = (program.tensors[source].layout, program.tensors[target].layout)
    for index in 0..<from.channels * from.plane {
      let place = (index / from.plane * from.stride + index % from.plane) * lanes
      let index = index + offset
      let goal = (index / to.plane * to.stride + index % to.plane) * lanes
      (pointer(target) + goal).update(from: pointer(source) + place, count: lanes)
    }
  }
}
