// The fast algorithms for convolutions with a kernel of three: their sizes and their G.

import NeuralKernels

/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Bᵀ and Aᵀ are code (`NeuralKernels/Inference/Kernels`); G is applied once, when a
/// network is compiled.
enum BilinearAlgorithm: CaseIterable, Sendable {
  /// F(1,3): a convolution as it is defined, place by place.
  case direct
  /// F(2,3), F(4,3), F(5,3) and F(6,3).
  case winograd2, winograd4, winograd5, winograd6
  /// Nearest up-sampling by 2 before the kernel, for one value and for four.
  case upsampled, upsampled4

  /// Every choice of some algorithms.
  static func sets(isUpsampling: Bool) -> [[BilinearAlgorithm]] {
    allCases.filter { $0.isUpsampling == isUpsampling }
      .reduce([[]]) { sets, algorithm in sets + sets.map { $0 + [algorithm] } }
      .filter { !$0.isEmpty }
  }

  var isUpsampling: Bool { self == .upsampled || self == .upsampled4 }

  /// Values of the input from one tile to the next, along a line. The first one read lies one before the tile.
  var step: Int {
    switch self {
    case .direct, .upsampled: 1
    case .winograd2: 2
    case .winograd4, .upsampled4: 4
    case .winograd5: 5
    case .winograd6: 6
    }
  }

  /// Places read, products taken and places written, along a line.
  var reads: Int { step + 2 }
  var points: Int { g.count }
  var writes: Int { isUpsampling ? 2 * step : step }

  var line: KernelLine {
    switch self {
    case .direct: KernelDirect
    case .winograd2: KernelWinograd2
    case .winograd4: KernelWinograd4
    case .winograd5: KernelWinograd5
    case .winograd6: KernelWinograd6
    case .upsampled: KernelUpsampled
    case .upsampled4: KernelUpsampled4
    }
  }

  /// (points, 3), row by row.
  var g: [[Double]] {
    switch self {
    case .direct: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .winograd2: [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]]
    case .winograd4:
      [
        [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6], [0, 0, 1],
      ]
    case .winograd5:
      [
        [-1 / 2, 0, 0], [-1 / 3, -1 / 3, -1 / 3], [1 / 9, -1 / 9, 1 / 9], [1 / 36, 1 / 18, 1 / 9],
        [-1 / 60, 1 / 30, -1 / 15], [32 / 45, 16 / 45, 8 / 45], [0, 0, 1],
      ]
    case .winograd6:
      [
        [1, 0, 0], [-2 / 9, -2 / 9, -2 / 9], [-2 / 9, 2 / 9, -2 / 9], [1 / 90, 1 / 45, 2 / 45],
        [1 / 90, -1 / 45, 2 / 45], [32 / 45, 16 / 45, 8 / 45], [32 / 45, -16 / 45, 8 / 45], [0, 0, 1],
      ]
    case .upsampled: [[1, 1, 1], [1, 0, 0], [0, 0, 1]]
    case .upsampled4:
      // Kernels of two: (w₀, w₁ + w₂) for even places, (w₀ + w₁, w₂) for odd ones.
      Self.pair.map { [$0[0], $0[1], $0[1]] } + Self.pair.map { [$0[0], $0[0], $0[1]] }
    }
  }

  /// The G of F(4,2).
  private static let pair: [[Double]] = [[1, 0], [-8 / 9, -4 / 9], [-2 / 9, 2 / 9], [1 / 9, 2 / 9], [0, 1]]
}
