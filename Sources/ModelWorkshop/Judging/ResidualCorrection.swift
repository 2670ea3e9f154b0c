// What spectra measured at a few places teach about the rest of the scan.

import Foundation
import LinearAlgebra

/// A Gaussian process on the residuals of predicted spectra (METHOD 6 step 7, section 9).
struct ResidualCorrection: Sendable {
  /// A position in nm, and its whitened latents.
  struct Place: Sendable {
    var x: Double
    var y: Double
    var latents: ArraySlice<Float>
  }

  /// Variance of a measured residual in units of the kernel, for context networks and for tile-only ones.
  static func noise(context: Bool) -> Double { context ? 2.0 : 0.4 }

  private let measured: [Place]
  private let channels: Int
  /// (measured, channels): (K + noise)⁻¹ · residuals.
  private let weights: [Double]

  /// - Parameter residuals: (measured, channels), measured minus predicted.
  init(measured: [Place], residuals: [Double], channels: Int, noise: Double) throws {
    let n = measured.count
    var gram = measured.flatMap { a in measured.map { Self.kernel(a, $0) } }
    for i in 0..<n { gram[i * n + i] += noise }
    let problem = try SymmetricEigenproblem(gram, n: n)
    let rotated = MatrixProduct.double(problem.vectors, residuals, m: n, n: channels, k: n)
    let scaled = rotated.enumerated().map { $1 / problem.values[$0 / channels] }
    weights = MatrixProduct.double(problem.vectors, scaled, m: n, n: channels, k: n, transposeA: true)
    self.measured = measured
    self.channels = channels
  }

  /// (places, channels): what to add to the predictions.
  func correction(at places: [Place]) -> [Double] {
    let cross = places.flatMap { place in measured.map { Self.kernel(place, $0) } }
    return MatrixProduct.double(cross, weights, m: places.count, n: channels, k: measured.count)
  }

  /// `0.5 + 0.6 exp(−d²/(2·25² nm²)) + 0.4 exp(−|Δz|²/18)`.
  private static func kernel(_ a: Place, _ b: Place) -> Double {
    let distance = (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
    let separation = zip(a.latents, b.latents).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return 0.5 + 0.6 * exp(-distance / (2 * 25 * 25)) + 0.4 * exp(-separation / 18)
  }
}
