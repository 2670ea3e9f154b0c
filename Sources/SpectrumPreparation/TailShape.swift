// The shape of the zero-loss tail, found on ever finer grids.

import Foundation

/// Decay of the exponential and exponent of the power law.
struct TailShape: Equatable {
  var decayEV: Double
  var exponent: Double

  /// 1 at the first energy.
  func exponential(_ energies: [Double]) -> [Double] { energies.map { exp(-($0 - energies[0]) / decayEV) } }

  /// 1 at the first energy.
  func power(_ energies: [Double]) -> [Double] { energies.map { pow($0 / energies[0], -exponent) } }

  /// 10 meV to 1 eV: a peak's own flank to a tail that is almost flat.
  private static let logDecays = log(0.01)...log(1.0)
  private static let exponents = 0.5...12.0
  /// Points of a grid in each direction, and grids, each around the best point of the one before.
  private static let gridPoints = 25
  private static let zooms = 4
  /// Share by which a tail may lie above the mean spectrum it is part of.
  private static let slack = 0.02

  /// The shape that fits the mean spectrum best in the window, among those whose tail does not exceed it beyond.
  static func best(for mean: [Double], energies: [Double], window: Range<Int>, weights: [Double]) -> TailShape {
    var decays = logDecays
    var powers = exponents
    var best = (rank: Double.infinity, shape: TailShape(decayEV: 0.1, exponent: 3))
    for _ in 0..<zooms {
      for decay in points(decays) {
        for exponent in points(powers) {
          let shape = TailShape(decayEV: exp(decay), exponent: exponent)
          let rank = shape.rank(mean, energies, window, weights)
          if rank < best.rank { best = (rank, shape) }
        }
      }
      decays = around(log(best.shape.decayEV), decays, within: logDecays)
      powers = around(best.shape.exponent, powers, within: exponents)
    }
    return best.shape
  }

  private static func points(_ range: ClosedRange<Double>) -> [Double] {
    (0..<gridPoints).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(gridPoints - 1)
    }
  }

  /// Two grid steps to either side.
  private static func around(
    _ centre: Double, _ range: ClosedRange<Double>, within limits: ClosedRange<Double>
  ) -> ClosedRange<Double> {
    let step = 2 * (range.upperBound - range.lowerBound) / Double(gridPoints - 1)
    return max(limits.lowerBound, centre - step)...min(limits.upperBound, centre + step)
  }

  /// Misfit in the window; shapes whose tail exceeds the spectrum come after all others, by how much they do.
  private func rank(_ mean: [Double], _ energies: [Double], _ window: Range<Int>, _ weights: [Double]) -> Double {
    let (p, q) = (exponential(energies), power(energies))
    let fit = TwoTerms.fit(mean[window], Array(p[window]), Array(q[window]), weights)
    var excess = 0.0
    for index in window.upperBound..<mean.count {
      let tail = fit.first * p[index] + fit.second * q[index]
      excess = max(excess, tail - (1 + Self.slack) * mean[index] - 1)
    }
    return excess > 0 ? 1e100 * (1 + excess) : fit.misfit
  }
}

/// Least squares with two shapes whose amplitudes must not be negative.
enum TwoTerms {
  static func fit(
    _ values: ArraySlice<Double>, _ p: [Double], _ q: [Double], _ weights: [Double]
  ) -> (first: Double, second: Double, misfit: Double) {
    var (pp, pq, qq, py, qy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() {
      let weight = weights[index]
      pp += weight * p[index] * p[index]
      pq += weight * p[index] * q[index]
      qq += weight * q[index] * q[index]
      py += weight * p[index] * value
      qy += weight * q[index] * value
      yy += weight * value * value
    }
    func misfit(_ a: Double, _ b: Double) -> Double {
      yy - 2 * (a * py + b * qy) + a * a * pp + 2 * a * b * pq + b * b * qq
    }
    let determinant = pp * qq - pq * pq
    if determinant > 1e-12 * pp * qq {
      let (a, b) = ((py * qq - qy * pq) / determinant, (qy * pp - py * pq) / determinant)
      if a >= 0, b >= 0 { return (a, b, misfit(a, b)) }
    }
    let alone = (max(0, pp > 0 ? py / pp : 0), max(0, qq > 0 ? qy / qq : 0))
    let (left, right) = (misfit(alone.0, 0), misfit(0, alone.1))
    return left <= right ? (alone.0, 0, left) : (0, alone.1, right)
  }
}
