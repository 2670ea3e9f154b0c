// The two precisions that networks run in, and their matrix product.

import COpenBLAS
import LinearAlgebra

/// Single precision for work, double precision for checks of gradients.
public protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  /// `C = A·B + beta·C` on row-major matrices; (m, k)·(k, n), either factor stored transposed.
  static func multiply(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Self>, transposeA: Bool, _ b: UnsafePointer<Self>, transposeB: Bool,
    _ c: UnsafeMutablePointer<Self>, beta: Self)
}

extension Float: NetworkScalar {
  @inline(__always)
  public static func multiply(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, transposeA: Bool, _ b: UnsafePointer<Float>, transposeB: Bool,
    _ c: UnsafeMutablePointer<Float>, beta: Float
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
      blasint(n), blasint(k), 1, a, blasint(transposeA ? m : k), b, blasint(transposeB ? k : n), beta, c, blasint(n))
  }
}

extension Double: NetworkScalar {
  @inline(__always)
  public static func multiply(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Double>, transposeA: Bool, _ b: UnsafePointer<Double>, transposeB: Bool,
    _ c: UnsafeMutablePointer<Double>, beta: Double
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
      blasint(n), blasint(k), 1, a, blasint(transposeA ? m : k), b, blasint(transposeB ? k : n), beta, c, blasint(n))
  }
}
