import LinearAlgebra
import Testing

@Suite("Linear algebra")
struct LinearAlgebraTests {
  @Test("a product with either factor transposed is the product")
  func products() {
    // [1 2; 3 4; 5 6] · [7 8 9; 10 11 12], by hand.
    let expected: [Double] = [27, 30, 33, 61, 68, 75, 95, 106, 117]
    #expect(MatrixProduct.double([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], m: 3, n: 3, k: 2) == expected)
    #expect(
      MatrixProduct.double([1, 3, 5, 2, 4, 6], [7, 8, 9, 10, 11, 12], m: 3, n: 3, k: 2, transposeA: true) == expected)
    #expect(
      MatrixProduct.single([1, 2, 3, 4, 5, 6], [7, 10, 8, 11, 9, 12], m: 3, n: 3, k: 2, transposeB: true)
        == expected.map(Float.init))
  }

  @Test("eigenpairs of a known matrix")
  func eigenpairs() throws {
    // [[2, 1], [1, 2]] has eigenvalues 1 and 3 with vectors (1, -1)/√2 and (1, 1)/√2.
    let problem = try SymmetricEigenproblem([2, 1, 1, 2], n: 2)
    #expect(abs(problem.values[0] - 1) < 1e-14 && abs(problem.values[1] - 3) < 1e-14)
    #expect(abs(problem.vectors[0] + problem.vectors[1]) < 1e-14)
    #expect(abs(problem.vectors[2] - problem.vectors[3]) < 1e-14)
  }

  @Test("the Cholesky factor of a known matrix, and whitening with it")
  func cholesky() throws {
    let factor = try CholeskyFactor([4, 12, -16, 12, 37, -43, -16, -43, 98], n: 3)
    #expect(factor.lower == [2, 0, 0, 6, 1, 0, -8, 5, 3])
    #expect(factor.whiten([2, 7, 0]) == [1, 1, 1])
  }

  @Test("a matrix that is not positive definite is an error, not a trap")
  func notPositiveDefinite() {
    #expect(throws: LinearAlgebraError.self) { try CholeskyFactor([1, 2, 2, 1], n: 2) }
  }
}
