// The fast algorithms for convolutions with a kernel of three: their sizes, their G, and what they cost.

/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Bᵀ and Aᵀ are code (`NeuralKernels/Kernels`); G is applied once, when a network is
/// compiled.
enum BilinearAlgorithm: CaseIterable, Sendable {
  /// F(4,3) and F(6,3).
  case winograd4, winograd6
  /// Nearest up-sampling by 2 before the kernel.
  case upsampled

  var isUpsampling: Bool { self == .upsampled }

  /// Values of the input from one tile to the next, along a line. The first one read lies one before the tile.
  var step: Int {
    switch self {
    case .winograd4: 4
    case .winograd6: 6
    case .upsampled: 1
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
    case .upsampled: [[1, 1, 1], [1, 0, 0], [0, 0, 1]]
    }
  }
}
