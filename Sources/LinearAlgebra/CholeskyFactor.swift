// Cholesky factor of a positive-definite matrix.

import COpenBLAS

/// `A = L·Lᵀ` with `L` lower triangular.
public struct CholeskyFactor: Sendable {
  public let n: Int
  /// (n, n) row-major; zeros above the diagonal.
  public let lower: [Double]

  /// - Parameter matrix: (n, n) symmetric positive definite, row-major.
  public init(_ matrix: [Double], n: Int) throws(LinearAlgebraError) {
    precondition(matrix.count == n * n)
    BLASThreads.ensureSingle()
    var a = matrix
    var order = Int32(n)
    var info: Int32 = 0
    dpotrf_("U", &order, &a, &order, &info)  // the upper triangle in columns is the lower one in rows
    guard info == 0 else { throw LinearAlgebraError(routine: "dpotrf", info: Int(info)) }
    for row in 0..<n { for column in row + 1..<max(n, row + 1) { a[row * n + column] = 0 } }
    self.n = n
    lower = a
  }

  /// Solves `L·y = x` by forward substitution: whitens `x` where `A` is its covariance.
  public func whiten(_ x: [Double]) -> [Double] {
    var y = x
    for row in 0..<n {
      for column in 0..<row { y[row] -= lower[row * n + column] * y[column] }
      y[row] /= lower[row * n + row]
    }
    return y
  }
}
