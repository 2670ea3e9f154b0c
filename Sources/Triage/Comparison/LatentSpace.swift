// The latent space as the training set fills it: whitened, so that every direction counts alike.

import LinearAlgebra

/// Mean and covariance of the bank's latents; distances after whitening are Mahalanobis distances.
public struct LatentSpace: Sendable {
  /// Added to the covariance's diagonal, as in the reference: an unused latent must not divide by zero.
  private static let ridge = 1e-6

  let dimensions: Int
  private let mean: [Double]
  /// (dimensions, dimensions): the inverse of the covariance's Cholesky factor.
  private let whitening: [Double]

  /// - Parameter latents: (count, dimensions), count ≥ 2.
  public init(latents: [Float], count: Int, dimensions: Int) throws(LinearAlgebraError) {
    self.dimensions = dimensions
    var mean = [Double](repeating: 0, count: dimensions)
    for index in latents.indices { mean[index % dimensions] += Double(latents[index]) / Double(count) }
    let centred = latents.indices.map { Double(latents[$0]) - mean[$0 % dimensions] }
    var covariance = MatrixProduct.double(
      centred, centred, m: dimensions, n: dimensions, k: count, transposeA: true)
    for index in covariance.indices { covariance[index] /= Double(count - 1) }
    for axis in 0..<dimensions { covariance[axis * dimensions + axis] += Self.ridge }
    let factor = try CholeskyFactor(covariance, n: dimensions)
    var whitening = [Double](repeating: 0, count: dimensions * dimensions)
    for axis in 0..<dimensions {
      var unit = [Double](repeating: 0, count: dimensions)
      unit[axis] = 1
      let column = factor.whiten(unit)
      for row in 0..<dimensions { whitening[row * dimensions + axis] = column[row] }
    }
    self.mean = mean
    self.whitening = whitening
  }

  /// Whitened latents, (count, dimensions).
  public func whiten(_ latents: [Float], count: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count * dimensions)
    for start in stride(from: 0, to: count * dimensions, by: dimensions) {
      for row in 0..<dimensions {
        var sum = 0.0
        for axis in 0...row {  // the factor's inverse is lower triangular
          sum += whitening[row * dimensions + axis] * (Double(latents[start + axis]) - mean[axis])
        }
        result[start + row] = Float(sum)
      }
    }
    return result
  }
}
