// General matrix products on row-major arrays.

import COpenBLAS

/// Row-major matrix products over OpenBLAS.
public enum MatrixProduct {
  /// `C = A·B`, or with either factor transposed; single precision.
  ///
  /// - Parameters:
  ///   - a: (m, k), or (k, m) when `transposeA`.
  ///   - b: (k, n), or (n, k) when `transposeB`.
  /// - Returns: (m, n).
  public static func single(
    _ a: [Float], _ b: [Float], m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false
  ) -> [Float] {
    precondition(a.count == m * k && b.count == k * n, "matrix product: sizes do not fit")
    BLASThreads.ensureSingle()
    guard m > 0, n > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: m * n) { c, count in
      c.initialize(repeating: 0)
      cblas_sgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        blasint(m), blasint(n), blasint(k), 1, a, blasint(max(1, transposeA ? m : k)), b,
        blasint(max(1, transposeB ? k : n)), 0, c.baseAddress, blasint(max(1, n)))
      count = m * n
    }
  }

  /// `C = A·B`, or with either factor transposed; double precision. Shapes as in `single`.
  public static func double(
    _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false
  ) -> [Double] {
    precondition(a.count == m * k && b.count == k * n, "matrix product: sizes do not fit")
    BLASThreads.ensureSingle()
    guard m > 0, n > 0 else { return [] }
    return [Double](unsafeUninitializedCapacity: m * n) { c, count in
      c.initialize(repeating: 0)
      cblas_dgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        blasint(m), blasint(n), blasint(k), 1, a, blasint(max(1, transposeA ? m : k)), b,
        blasint(max(1, transposeB ? k : n)), 0, c.baseAddress, blasint(max(1, n)))
      count = m * n
    }
  }
}
