// One convolution by a bilinear algorithm, some tiles at a time.

import NeuralKernels

/// How many tiles of one convolution are worked on at once, and where their transforms lie in the scratch memory.
struct TileCall {
  var inputs: Int
  var filters: Int
  var kernel: KernelAlgorithm
  /// Tiles at once, so that what they transform to stays in the cache.
  var block: Int
  /// Floats from one point to the next in the scratch memory: whole tiles and 256 bytes, so that points do not share
  /// cache sets.
  var pointStride: Int

  /// Floats of scratch memory.
  var scratch: Int { 2 * Int(kernel.points) * pointStride }

  /// Bytes that the transformed inputs and the products of one block of tiles should not exceed; one tile may.
  private static let blockBytes = 640 << 10

  init(inputs: Int, filters: Int, kernel: KernelAlgorithm, tiles: Int, _ kernels: KernelSet) {
    let channels = max(inputs, filters)
    let fitting = max(1, Self.blockBytes / (2 * Int(kernel.points) * channels * kernels.lanes * 4))
    self.inputs = inputs
    self.filters = filters
    self.kernel = kernel
    // Whole groups of columns where there is space for one.
    block = min(tiles, fitting < kernels.columns ? fitting : fitting / kernels.columns * kernels.columns)
    pointStride = channels * block * kernels.lanes + KernelMemory.lineSize
  }

  /// - Parameters:
  ///   - reads, writes: [tile][places], in floats from the start of a channel.
  ///   - weights: transformed, [point][block of filters][input][filter].
  func run(
    _ kernels: KernelSet, tiles: Int, reads: UnsafePointer<Int32>, writes: UnsafePointer<Int32>,
    weights: UnsafePointer<Float>, x: UnsafePointer<Float>, inputStride: Int, scratch: UnsafeMutablePointer<Float>,
    _ finish: inout KernelFinish
  ) {
    let multiply = kernels.table.pointee.multiply
    for first in stride(from: 0, to: tiles, by: block) {
      var g = KernelTiles(
        inputs: Int32(inputs), filters: Int32(filters), tiles: Int32(min(block, tiles - first)),
        inputStride: inputStride, reads: reads + first * Int(kernel.reads), writes: writes + first * Int(kernel.writes),
        weights: weights, transformed: scratch, products: scratch + Int(kernel.points) * pointStride,
        pointStride: pointStride)
      kernel.forward(&g, x)
      multiply?(&g, kernel.points)
      kernel.inverse(&g, &finish)
    }
  }
}
