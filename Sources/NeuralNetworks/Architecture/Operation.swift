// The flat list of steps that an architecture compiles to.

/// One step between numbered activation buffers. Parameters are offsets into the flat parameter vector.
enum Operation: Sendable {
  case convolution(ConvolutionGeometry, source: Int, target: Int, weight: Int, bias: Int)
  case dense(inputs: Int, outputs: Int, source: Int, target: Int, weight: Int, bias: Int)
  case leakyReLU(count: Int, slope: Float, source: Int, target: Int)
  /// Scale, shift, running mean and running variance follow each other from `parameters`, `channels` each.
  case batchNorm(channels: Int, plane: Int, epsilon: Float, source: Int, target: Int, parameters: Int)
  /// Mean and deviation follow each other from `parameters`, `count` each.
  case standardise(count: Int, source: Int, target: Int, parameters: Int)
  case averagePool(channels: Int, height: Int, width: Int, window: (Int, Int), source: Int, target: Int)
  case upsampleNearest(channels: Int, height: Int, width: Int, factor: (Int, Int), source: Int, target: Int)
  case sum(count: Int, sources: [Int], target: Int)
  case join(counts: [Int], sources: [Int], target: Int)
}
