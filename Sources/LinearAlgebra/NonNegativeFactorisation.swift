// Non-negative data as sums of few non-negative parts.

/// `data ≈ abundances · endmembers` without negative numbers, by hierarchical alternating least squares.
///
/// Minimises ‖data − abundances · endmembers‖² (Frobenius); no sweep raises it (A. Cichocki, A.-H. Phan, IEICE Trans. E92-A,
/// 708 (2009)). Starts from the leading singular vectors (NNDSVD: C. Boutsidis, E. Gallopoulos, Pattern Recognit. 41, 1350
/// (2008)), whose zeros are filled with small random numbers, as HALS could not leave them.
public struct NonNegativeFactorisation: Sendable {
  /// (rows, components); each component's largest abundance is 1, unless the component is zero.
  public let abundances: [Double]
  /// (components, columns), in the unit of the data; components in falling order of their share of the total.
  public let endmembers: [Double]
  /// ‖data − abundances · endmembers‖² before the first sweep and after each; never rising but for rounding.
  public let objective: [Double]
  /// Whether the stop rule was met before the sweeps ran out.
  public let hasConverged: Bool

  /// Mean of the data over this, times a random number below 1, stands in for zeros of the start.
  private static let fillDivisor = 100.0

  /// - Parameters:
  ///   - data: (rows, columns), finite; negative numbers count as 0.
  ///   - components: 1…min(rows, columns).
  ///   - tolerance: stops when a sweep lowers the objective by at most this share of its first value.
  /// - Throws: `LinearAlgebraError` where the data are not finite.
  public init(
    _ data: [Float], rows: Int, columns: Int, components: Int, maximumSweeps: Int = 1000, tolerance: Double = 1e-7,
    using generator: inout some RandomNumberGenerator
  ) throws(LinearAlgebraError) {
    precondition(data.count == rows * columns && (1...min(rows, columns)).contains(components))
    let values = data.map { Double(max($0, 0)) }
    var state = try Sweep(values, rows: rows, columns: columns, components: components, using: &generator)
    var objective = [state.objective()]
    var hasConverged = false
    for _ in 0..<maximumSweeps where !hasConverged {
      state.improveEndmembers()
      state.improveAbundances()
      objective.append(state.objective())
      let gain = objective[objective.count - 2] - objective[objective.count - 1]
      hasConverged = gain <= tolerance * objective[0]
    }
    self.objective = objective
    self.hasConverged = hasConverged
    (abundances, endmembers) = state.ordered()
  }

  /// The state between sweeps.
  private struct Sweep {
    let rows, columns, components: Int
    let data: [Double]
    let squareSum: Double
    /// (rows, components) and (components, columns).
    var left, right: [Double]

    init(
      _ data: [Double], rows: Int, columns: Int, components: Int, using generator: inout some RandomNumberGenerator
    ) throws(LinearAlgebraError) {
      (self.rows, self.columns, self.components, self.data) = (rows, columns, components, data)
      squareSum = data.reduce(0) { $0 + $1 * $1 }
      left = [Double](repeating: 0, count: rows * components)
      right = [Double](repeating: 0, count: components * columns)
      let gram = MatrixProduct.double(data, data, m: columns, n: columns, k: rows, transposeA: true)
      let eigen = try SymmetricEigenproblem(gram, n: columns)
      for component in 0..<components {
        let index = columns - 1 - component
        let singular = max(0, eigen.values[index]).squareRoot()
        guard singular > 0 else { continue }
        let v = Array(eigen.vectors[index * columns..<(index + 1) * columns])
        let u = MatrixProduct.double(data, v, m: rows, n: 1, k: columns).map { $0 / singular }
        start(component, u: u, v: v, singular: singular)
      }
      let fill = data.reduce(0, +) / Double(data.count) / NonNegativeFactorisation.fillDivisor
      for i in left.indices where left[i] <= 0 { left[i] = fill * Double.random(in: 0..<1, using: &generator) }
      for i in right.indices where right[i] <= 0 { right[i] = fill * Double.random(in: 0..<1, using: &generator) }
    }

    /// The larger of the two non-negative parts of one singular pair.
    private mutating func start(_ component: Int, u: [Double], v: [Double], singular: Double) {
      func part(_ sign: Double) -> (u: [Double], v: [Double], uNorm: Double, vNorm: Double) {
        let (a, b) = (u.map { max(0, sign * $0) }, v.map { max(0, sign * $0) })
        func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return (a, b, norm(a), norm(b))
      }
      let (positive, negative) = (part(1), part(-1))
      let chosen = positive.uNorm * positive.vNorm >= negative.uNorm * negative.vNorm ? positive : negative
      let weight = chosen.uNorm * chosen.vNorm
      guard weight > 0 else { return }
      let scale = (singular * weight).squareRoot()
      for row in 0..<rows { left[row * components + component] = scale * chosen.u[row] / chosen.uNorm }
      for column in 0..<columns { right[component * columns + column] = scale * chosen.v[column] / chosen.vNorm }
    }

    /// ‖data‖² − 2⟨data, left·right⟩ + ‖left·right‖² through the small products.
    func objective() -> Double {
      let cross = MatrixProduct.double(data, right, m: rows, n: components, k: columns, transposeB: true)
      let (leftGram, rightGram) = (leftProducts(), rightProducts())
      let mixed = zip(cross, left).reduce(0) { $0 + $1.0 * $1.1 }
      return max(0, squareSum - 2 * mixed + zip(leftGram, rightGram).reduce(0) { $0 + $1.0 * $1.1 })
    }

    private func leftProducts() -> [Double] {
      MatrixProduct.double(left, left, m: components, n: components, k: rows, transposeA: true)
    }

    private func rightProducts() -> [Double] {
      MatrixProduct.double(right, right, m: components, n: components, k: columns, transposeB: true)
    }

    /// One row of `right` after another takes its best non-negative value.
    mutating func improveEndmembers() {
      let cross = MatrixProduct.double(left, data, m: components, n: columns, k: rows, transposeA: true)
      let gram = leftProducts()
      for component in 0..<components where gram[component * components + component] > 0 {
        let diagonal = gram[component * components + component]
        for column in 0..<columns {
          var gradient = cross[component * columns + column]
          for other in 0..<components {
            gradient -= gram[component * components + other] * right[other * columns + column]
          }
          let index = component * columns + column
          right[index] = max(0, right[index] + gradient / diagonal)
        }
      }
    }

    mutating func improveAbundances() {
      let cross = MatrixProduct.double(data, right, m: rows, n: components, k: columns, transposeB: true)
      let gram = rightProducts()
      for component in 0..<components where gram[component * components + component] > 0 {
        let diagonal = gram[component * components + component]
        for row in 0..<rows {
          var gradient = cross[row * components + component]
          for other in 0..<components {
            gradient -= gram[component * components + other] * left[row * components + other]
          }
          let index = row * components + component
          left[index] = max(0, left[index] + gradient / diagonal)
        }
      }
    }

    /// Components by falling share of the total, scaled to a largest abundance of 1.
    func ordered() -> (abundances: [Double], endmembers: [Double]) {
      func total(_ component: Int) -> Double {
        let abundance = (0..<rows).reduce(0.0) { $0 + left[$1 * components + component] }
        return abundance * (0..<columns).reduce(0.0) { $0 + right[component * columns + $1] }
      }
      let totals = (0..<components).map(total)
      let order = (0..<components).sorted { (totals[$1], $0) < (totals[$0], $1) }
      let largest = order.map { component in (0..<rows).map { left[$0 * components + component] }.max() ?? 0 }
      let scales = largest.map { $0 > 0 ? $0 : 1 }
      var abundances: [Double] = []
      abundances.reserveCapacity(left.count)
      for row in 0..<rows {
        for (place, component) in order.enumerated() {
          abundances.append(left[row * components + component] / scales[place])
        }
      }
      let endmembers = order.enumerated().flatMap { place, component in
        right[component * columns..<(component + 1) * columns].map { $0 * scales[place] }
      }
      return (abundances, endmembers)
    }
  }
}
