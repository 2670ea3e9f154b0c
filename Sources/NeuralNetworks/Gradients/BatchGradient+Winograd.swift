// Convolutions by Winograd's minimal filtering: a group of samples whose points stay in the cache.

import NeuralKernels

extension BatchGradient {
  /// A convolution and how its points lie.
  struct PointProduct {
    let step: WeightedStep
    let geometry: ConvolutionGeometry
    let tiling: WinogradTiling
    /// Samples whose points are in memory together.
    let group: Int

    var inputs: Int { PackedLayout.lanes(geometry.inputs) }
    var outputs: Int { PackedLayout.lanes(geometry.filters) }
    /// Floats between two points of the source's and of the target's tiles; not a multiple of a cache set.
    var inputPitch: Int { group * tiling.tiles * inputs + 16 }
    var outputPitch: Int { group * tiling.tiles * outputs + 16 }

    /// Points of a group of samples fit the second-level cache with their weights beside them.
    private static let cacheBytes = 640 << 10

    init?(_ step: WeightedStep, chunk: Int) {
      guard let geometry = step.geometry, let tiling = step.winograd else { return nil }
      self.step = step
      self.geometry = geometry
      self.tiling = tiling
      let values = PackedLayout.lanes(geometry.inputs) + PackedLayout.lanes(geometry.filters)
      group = max(1, min(chunk, Self.cacheBytes / (tiling.points * tiling.tiles * values * MemoryLayout<Float>.stride)))
    }
  }

  private func tiles(_ product: PointProduct, _ stride: Int, _ pitch: Int, _ memory: ThreadMemory) -> tk_winograd {
    let g = product.geometry
    return tk_winograd(
      is_image: g.kernelHeight == 3 ? 1 : 0, height: g.height, width: g.width, dilation: g.dilation, stride: stride,
      point_pitch: pitch, zeros: memory.zeros)
  }

  /// Calls `body(first, count)` for each group of the chunk's samples.
  private func forEachGroup(_ product: PointProduct, _ place: Place, _ body: (Int, Int) -> Void) {
    for first in stride(from: 0, to: place.count, by: product.group) {
      body(first, min(product.group, place.count - first))
    }
  }

  func forward(_ product: PointProduct, _ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let (step, tiling) = (product.step, product.tiling)
    var source = tiles(product, product.inputs, product.inputPitch, memory)
    var target = tiles(product, product.outputs, product.outputPitch, memory)
    forEachGroup(product, place) { first, count in
      for i in 0..<count {
        kernels.winograd_input(
          &source, sample(memory.activations, step.source, place, first + i),
          memory.sourcePoints + i &* tiling.tiles &* product.inputs)
      }
      kernels.winograd_product(
        tiling.points, count &* tiling.tiles, product.geometry.inputs, product.inputs, product.outputs,
        memory.sourcePoints, product.inputPitch, workspace.weights[index], memory.targetPoints, product.outputPitch)
      for i in 0..<count {
        kernels.winograd_output(
          &target, memory.targetPoints + i &* tiling.tiles &* product.outputs, workspace.biases[index], nil, step.slope,
          sample(memory.activations, step.target, place, first + i))
      }
    }
  }

  func backward(_ product: PointProduct, _ index: Int, _ memory: ThreadMemory, _ place: Place) {
    let (step, tiling, g) = (product.step, product.tiling, product.geometry)
    let shard = workspace.shards[place.shard]
    var source = tiles(product, product.inputs, product.inputPitch, memory)
    var target = tiles(product, product.outputs, product.outputPitch, memory)
    let size = g.plane &* product.outputs
    forEachGroup(product, place) { first, count in
      let dy = masked(step, first, count, size, sums: shard.biases[index], memory, place)
      for i in 0..<count {
        kernels.winograd_input(
          &source, sample(memory.activations, step.source, place, first + i),
          memory.sourcePoints + i &* tiling.tiles &* product.inputs)
        kernels.winograd_output_back(
          &target, dy + i &* size, memory.targetPoints + i &* tiling.tiles &* product.outputs)
      }
      kernels.winograd_gradient(
        tiling.points, count &* tiling.tiles, g.inputs, product.inputs, product.outputs, memory.sourcePoints,
        product.inputPitch, memory.targetPoints, product.outputPitch, shard.weights[index])
      guard let base = step.base else { return }
      for i in 0..<count {
        kernels.winograd_input(
          &target, dy + i &* size, memory.targetPoints + i &* tiling.tiles &* product.outputs)
      }
      kernels.winograd_product(
        tiling.points, count &* tiling.tiles, step.outputCount, product.outputs, product.inputs, memory.targetPoints,
        product.outputPitch, workspace.transposed[index], memory.sourcePoints, product.inputPitch)
      for i in 0..<count {
        kernels.winograd_output(
          &source, memory.sourcePoints + i &* tiling.tiles &* product.inputs, nil,
          pointer(base, step.source, memory, place, first + i), 1,
          sample(memory.gradients, step.source, place, first + i))
      }
    }
  }

  /// The gradients before the activation of a group of samples; adds them up into the bias's gradient.
  private func masked(
    _ step: WeightedStep, _ first: Int, _ count: Int, _ size: Int, sums: UnsafeMutablePointer<Float>,
    _ memory: ThreadMemory, _ place: Place
  ) -> UnsafePointer<Float> {
    let dy = sample(memory.gradients, step.target, place, first)
    let stride = step.outputs.count
    guard step.slope != 1 else {
      kernels.column_sums(count &* size / stride, stride, dy, sums)
      return UnsafePointer(dy)
    }
    kernels.pad(
      1, count &* size / stride, stride, 0, step.slope, sample(memory.activations, step.target, place, first), dy,
      memory.paddedTarget, sums)
    return UnsafePointer(memory.paddedTarget)
  }
}
