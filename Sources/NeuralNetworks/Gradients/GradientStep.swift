// The steps that one sample takes forward and its gradient takes back.

/// What the gradient of a buffer is added to when one of the buffer's readers sends its part back. Steps carry nil where
/// the buffer needs no gradient.
enum GradientBase: Equatable, Sendable {
  /// Nothing: the first part.
  case nothing
  /// The parts before.
  case itself
  /// The gradient of another buffer, that of a sum which this buffer is part of.
  case buffer(Int)
}

/// A convolution or dense layer, with the activation behind it where nothing else reads its output.
struct WeightedStep: Sendable {
  /// nil for a dense layer, whose pixels are samples.
  var geometry: ConvolutionGeometry?
  var source: Int
  var target: Int
  /// Negative-side slope of the activation; 1 for none.
  var slope: Float
  /// Offsets in the flat parameter vector.
  var weight: Int
  var bias: Int
  /// By lane of the target's pixel (of its sample, for a dense layer): the output there, or -1.
  var outputs: [Int32]
  /// By lane of the source's pixel (of its sample, for a dense layer): the input there, or -1.
  var inputs: [Int32]
  /// Steps between outputs and inputs in the flat weights; taps follow each other.
  var outputStep: Int
  var inputStep: Int
  var taps: Int
  /// nil for the direct form.
  var winograd: WinogradTiling?
  var base: GradientBase?

  /// Lanes up to the last one that holds something.
  var outputCount: Int { (outputs.lastIndex { $0 >= 0 } ?? -1) + 1 }
  var inputCount: Int { (inputs.lastIndex { $0 >= 0 } ?? -1) + 1 }
  /// Zeros that a row needs on both sides.
  var margin: Int { geometry.map { $0.kernelWidth / 2 * $0.dilation } ?? 0 }
  /// Floats of the packed weights, forward and transposed.
  var packedCount: Int { outputs.count * inputCount * taps }
  var transposedCount: Int { inputs.count * outputCount * taps }
  /// What the product runs on: the packed weights, or their points.
  var weightCount: Int { outputs.count * inputCount * (winograd?.points ?? taps) }
  var transposedWeightCount: Int { inputs.count * outputCount * (winograd?.points ?? taps) }
}

/// One step between buffers of packed samples.
enum GradientStep: Sendable {
  case weighted(WeightedStep)
  case activation(slope: Float, source: Int, target: Int, base: GradientBase?)
  /// Mean and deviation stand at `parameters`.
  case standardise(source: Int, target: Int, parameters: Int, base: GradientBase?)
  case averagePool(ResamplingStep)
  case upsample(ResamplingStep)
  case sum(sources: [Int], target: Int, back: [SumShare])
  /// Parts that follow each other in the target.
  case join(sources: [Int], target: Int, bases: [GradientBase?])
  /// The same values in another layout: `from[i]` goes to `to[i]`.
  case arrange(source: Int, target: Int, from: [Int32], to: [Int32], base: GradientBase?)
}

/// Pooling or nearest-neighbour up-sampling between a large and a small image.
struct ResamplingStep: Sendable {
  var small: (height: Int, width: Int)
  var large: (height: Int, width: Int)
  var factor: (Int, Int)
  var stride: Int
  var source: Int
  var target: Int
  var base: GradientBase?
}

/// How a summand receives the gradient of its sum.
enum SumShare: Equatable, Sendable {
  /// It needs none, or reads the sum's own when its turn comes.
  case nothing
  case add
  /// Starts with the sum of two gradients: this sum's and that of another one.
  case start(with: Int)
}

/// Batch norm between two segments of steps.
struct NormStep: Sendable {
  var channels: Int
  var plane: Int
  var epsilon: Double
  var source: Int
  var target: Int
  /// Offset of scale, shift, mean and variance.
  var parameters: Int
  var base: GradientBase?
  var stride: Int { PackedLayout.lanes(channels) }
}
