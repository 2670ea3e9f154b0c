// Eigenvalues and eigenvectors of a real symmetric matrix.

import COpenBLAS

/// LAPACK reported that an algorithm did not succeed.
public struct LinearAlgebraError: Error, CustomStringConvertible {
  public var routine: String
  public var info: Int
  public var description: String {
    "\(routine) failed with info = \(info): "
      + (info < 0
        ? "an argument is not a finite number; check the input for NaN"
        : "the matrix is singular, or the iteration did not converge")
  }
}

/// `A = Vᵀ·diag(values)·V` with orthonormal rows of `V`.
public struct SymmetricEigenproblem: Sendable {
  /// Ascending.
  public let values: [Double]
  /// (n, n) row-major: row k is the eigenvector of `values[k]`.
  public let vectors: [Double]

  /// Solves for all eigenpairs (LAPACK `dsyevd`).
  /// - Parameter matrix: (n, n); only one triangle is read.
  public init(_ matrix: [Double], n: Int) throws(LinearAlgebraError) {
    precondition(matrix.count == n * n)
    BLASThreads.ensureSingle()
    var a = matrix
    var w = [Double](repeating: 0, count: n)
    var order = Int32(n)
    var info: Int32 = 0
    var workSize: Int32 = -1
    var integerWorkSize: Int32 = -1
    var work = [0.0]
    var integerWork: [Int32] = [0]
    dsyevd_("V", "L", &order, &a, &order, &w, &work, &workSize, &integerWork, &integerWorkSize, &info)
    guard info == 0 else { throw LinearAlgebraError(routine: "dsyevd", info: Int(info)) }
    workSize = Int32(work[0])
    integerWorkSize = integerWork[0]
    work = [Double](repeating: 0, count: Int(workSize))
    integerWork = [Int32](repeating: 0, count: Int(integerWorkSize))
    dsyevd_("V", "L", &order, &a, &order, &w, &work, &workSize, &integerWork, &integerWorkSize, &info)
    guard info == 0 else { throw LinearAlgebraError(routine: "dsyevd", info: Int(info)) }
    values = w
    vectors = a  // column-major columns are row-major rows
  }
}
