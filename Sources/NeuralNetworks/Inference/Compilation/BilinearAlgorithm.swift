// The fast algorithms for convolutions with a kernel of three: their sizes, their G, and what they cost.

/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Bᵀ and Aᵀ are code (`NeuralKernels/Kernels`); G is applied once, when a network is
/// compiled.
enum BilinearAlgorithm: CaseIterable, Sendable {
  /// F(4,3) and F(6,3).
  case winograd4, winograd6
  /// Nearest up-sampling by 2 before the kernel, in tiles of one and of four values.
  case upsampled1, upsampled4

  var isUpsampling: Bool { self == .upsampled1 || self == .upsampled4 }

  /// Values of the input from one tile to the next, along a line. The first one read lies one before the tile.
  var step: Int {
    switch self {
    case .winograd4, .upsampled4: 4
    case .winograd6: 6
    case .upsampled1: 1
    }
  }

  /// Places read, products taken and places written, along a line.
  var reads: Int { step + 2 }
  var points: Int { g.count }
  var writes: Int { isUpsampling ? 2 * step : step }

  /// (points, 3), row by row.
  var g: [[Double]] {
    switch self {
    case .winograd4:
      [
        [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6], [0, 0, 1],
      ]
    case .winograd6:
      [
        [1, 0, 0], [-2 / 9, -2 / 9, -2 / 9], [-2 / 9, 2 / 9, -2 / 9], [1 / 90, 1 / 45, 2 / 45],
        [1 / 90, -1 / 45, 2 / 45], [32 / 45, 16 / 45, 8 / 45], [32 / 45, -16 / 45, 8 / 45], [0, 0, 1],
      ]
    case .upsampled1: [[1, 1, 1], [1, 0, 0], [0, 0, 1]]
    case .upsampled4:
      // F(4,2)'s G on (w₀, w₁ + w₂) for the even outputs, on (w₀ + w₁, w₂) for the odd ones.
      Self.g42.map { [$0[0], $0[1], $0[1]] } + Self.g42.map { [$0[0], $0[0], $0[1]] }
    }
  }

  private static let g42: [[Double]] = [[1 / 2, 0], [-1 / 2, -1 / 2], [-1 / 6, 1 / 6], [1 / 6, 1 / 3], [0, 1]]
}
