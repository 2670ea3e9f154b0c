// The C kernels of one instruction set.

import NeuralKernels

/// `@unchecked Sendable`: the table is a constant of the program.
struct KernelSet: @unchecked Sendable {
  let table: UnsafePointer<NeuralKernelTable>

  /// Nil where the processor lacks the instructions, and for the plain path, which has no kernels.
  init?(_ kernels: InferenceKernels) {
    let found: UnsafePointer<NeuralKernelTable>? =
      switch kernels {
      case .avx512: neuralKernelsAVX512()
      case .avx2: neuralKernelsAVX2()
      case .baseline: neuralKernelsBaseline()
      case .plain: nil
      }
    guard let found else { return nil }
    table = found
  }

  /// Samples side by side in a lane vector.
  var lanes: Int { Int(table.pointee.lanes) }
  /// Filters and places that one block of registers holds.
  var rows: Int { Int(table.pointee.rows) }
  var columns: Int { Int(table.pointee.columns) }
  /// Outputs of a dense layer that one block of registers holds.
  var denseRows: Int { Int(table.pointee.denseRows) }

  /// An algorithm for signals, or the pair of algorithms that runs `rows` down the columns of an image; nil where
  /// there is none.
  func algorithm(rows: BilinearAlgorithm?, columns: BilinearAlgorithm) -> KernelAlgorithm? {
    let algorithm = table.pointee.algorithm(rows?.line ?? KernelNoLine, columns.line)
    return algorithm.points > 0 ? algorithm : nil
  }
}
