// Volume and depolarisation of a nanocrystal's shape.

import Foundation

/// The body |u/a|ⁿ + |v/b|ⁿ + |w/c|ⁿ ≤ 1: an ellipsoid at n = 2, a cuboid as n grows.
package enum Superellipsoid {
  /// Volume in units of a·b·c: 8·Γ(1+1/n)³ / Γ(1+3/n).
  package static func volumeFactor(exponent n: Double) -> Double {
    let edge = tgamma(1 + 1 / n)
    return 8 * edge * edge * edge / tgamma(1 + 3 / n)
  }

  /// Effective depolarisation factor of a body of equal axes: 1/3 for the sphere, falling to 0.21 for the sharp cube.
  package static func depolarisation(exponent n: Double) -> Double {
    1 / 3.0 - (1 / 3.0 - 0.210) * (1 - exp(-(n - 2) / 1.5))
  }

  /// Depolarisation factors of an ellipsoid along its semi-axes a, b, c; they add up to 1.
  ///
  /// L_q = abc/2 ∫ ds / ((s+q²)·√((s+a²)(s+b²)(s+c²))) (Bohren and Huffman, section 5.3), by the trapezoid rule
  /// on 400 logarithmic nodes, normalised; correct to 1e-6.
  package static func ellipsoidDepolarisation(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
    let scale = pow(a * b * c, 2.0 / 3)
    let nodes = [0] + (0..<400).map { scale * pow(10, -3 + 8 * Double($0) / 399) }
    let factors = [a, b, c].map { semiAxis in
      var integral = 0.0
      var previous = (node: 0.0, value: 0.0)
      for (index, s) in nodes.enumerated() {
        let value = 1 / ((s + semiAxis * semiAxis) * ((s + a * a) * (s + b * b) * (s + c * c)).squareRoot())
        if index > 0 { integral += (s - previous.node) * (value + previous.value) / 2 }
        previous = (s, value)
      }
      return integral
    }
    let sum = factors.reduce(0, +)
    return factors.map { $0 / sum }
  }
}
