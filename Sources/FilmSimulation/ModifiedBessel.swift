// Modified Bessel functions of the second kind: the field of a passing electron.

import Foundation

/// K₀ and K₁ for positive arguments, relative error below 1e-14.
///
/// Up to x = 2 the ascending series (Abramowitz and Stegun 9.6.11, 9.6.13); above, Chebyshev expansions of
/// `exp(x)·√x·K(x)` in `4/x - 1`, whose coefficients were computed with mpmath at 40 digits by interpolation at 40 nodes.
package struct ModifiedBessel: Sendable {
  private let i0, i1, s0, s1: [Double]
  private let chebyshev0, chebyshev1: [Double]

  /// Coefficients are held by value, so that hot loops use a local copy.
  package init() {
    let terms = 14
    var i0 = [1.0]
    var i1 = [1.0]
    var harmonic = [0.0]
    for k in 1..<terms {
      let order = Double(k)
      i0.append(i0[k - 1] / (order * order))
      i1.append(i1[k - 1] / (order * (order + 1)))
      harmonic.append(harmonic[k - 1] + 1 / order)
    }
    self.i0 = i0
    self.i1 = i1
    s0 = (0..<terms).map { i0[$0] * harmonic[$0] }
    s1 = (0..<terms).map { i1[$0] * (2 * harmonic[$0] + 1 / Double($0 + 1) - 2 * Self.eulerGamma) }
    chebyshev0 = Self.coefficients0
    chebyshev1 = Self.coefficients1
  }

  /// K₀(x), x > 0.
  package func k0(_ x: Double) -> Double { x <= 2 ? smallK0(x) : large(x, chebyshev0) }

  /// K₁(x), x > 0.
  package func k1(_ x: Double) -> Double { x <= 2 ? smallK1(x) : large(x, chebyshev1) }

  private func smallK0(_ x: Double) -> Double {
    let t = x * x / 4
    return Self.polynomial(s0, t) - (log(x / 2) + Self.eulerGamma) * Self.polynomial(i0, t)
  }

  private func smallK1(_ x: Double) -> Double {
    let t = x * x / 4
    return 1 / x + x / 2 * (log(x / 2) * Self.polynomial(i1, t) - Self.polynomial(s1, t) / 2)
  }

  private func large(_ x: Double, _ coefficients: [Double]) -> Double {
    let t = 4 / x - 1
    var ahead = 0.0
    var behind = 0.0
    for k in stride(from: coefficients.count - 1, to: 0, by: -1) {
      (ahead, behind) = (2 * t * ahead - behind + coefficients[k], ahead)
    }
    return (t * ahead - behind + coefficients[0]) * exp(-x) / x.squareRoot()
  }

  private static func polynomial(_ coefficients: [Double], _ t: Double) -> Double {
    var sum = 0.0
    for k in stride(from: coefficients.count - 1, through: 0, by: -1) { sum = sum * t + coefficients[k] }
    return sum
  }

  private static let eulerGamma = 0.577_215_664_901_532_9

  private static let coefficients0: [Double] = [
    1.2201515410329777, -0.0314481013119645, 0.0015698838857300533, -0.00012849549581627802, 1.39498137188765e-05,
    -1.8317555227191195e-06, 2.766813639445015e-07, -4.660489897687948e-08, 8.574034017414225e-09,
    -1.6975345093890614e-09, 3.5773972814003283e-10, -7.957489244477396e-11, 1.8559491149549264e-11,
    -4.514597883374519e-12, 1.1403405882073441e-12, -2.9800969231481784e-13, 8.032890775068375e-14,
    -2.2275133267462965e-14, 6.340076476276646e-15, -1.848593377920907e-15, 5.5120559994043335e-16,
    -1.6782311257549003e-16, 5.210391777643549e-17, -1.6475805939842515e-17, 5.300433771177066e-18,
  ]

  private static let coefficients1: [Double] = [
    1.3603130952422213, 0.10392373657681724, -0.002857816859622779, 0.00019521551847135162, -1.936197974166083e-05,
    2.406484947837217e-06, -3.5019606030878126e-07, 5.7410841254500495e-08, -1.0345762465678097e-08,
    2.0150497551970347e-09, -4.1903547593419254e-10, 9.218315187605315e-11, -2.129967838427791e-11,
    5.139639673482343e-12, -1.2891739609498229e-12, 3.348419666052243e-13, -8.976705182010146e-14,
    2.4771544242195988e-14, -7.0198370892147685e-15, 2.038703166239861e-15, -6.057047270643018e-16,
    1.8380935752430452e-16, -5.689462849193643e-17, 1.7940510478863452e-17, -5.75674448207302e-18,
  ]
}
