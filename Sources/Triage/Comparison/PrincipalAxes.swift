// The directions in which a set of points spreads most.

import LinearAlgebra

/// Orthonormal axes by falling variance; turning to them keeps distances.
struct PrincipalAxes: Sendable {
  /// Share of the variance that the leading axes carry: where they are far apart, points are.
  private static let leadingShare = 0.8

  let dimensions: Int
  /// Axes that carry most of the variance, at least one.
  let leading: Int
  /// (dimensions, dimensions): row d holds coordinate d of every axis.
  private let components: [Float]

  /// Where the axes can't be found (points that are not finite) the given ones are kept.
  init(of points: [Float], count: Int, dimensions: Int) {
    self.dimensions = dimensions
    var mean = [Double](repeating: 0, count: dimensions)
    for index in points.indices { mean[index % dimensions] += Double(points[index]) / Double(count) }
    let centred = points.indices.map { Double(points[$0]) - mean[$0 % dimensions] }
    let covariance = MatrixProduct.double(
      centred, centred, m: dimensions, n: dimensions, k: count, transposeA: true)
    guard let solution = try? SymmetricEigenproblem(covariance, n: dimensions) else {
      leading = dimensions
      components = (0..<dimensions * dimensions).map { $0 % (dimensions + 1) == 0 ? 1 : 0 }
      return
    }
    let falling = Array(solution.values.reversed())
    let wanted = Self.leadingShare * falling.reduce(0, +)
    var (carried, leading) = (falling[0], 1)
    while carried < wanted, leading < dimensions {
      carried += falling[leading]
      leading += 1
    }
    self.leading = leading
    components = (0..<dimensions).flatMap { row in
      (0..<dimensions).map { axis in Float(solution.vectors[(dimensions - 1 - axis) * dimensions + row]) }
    }
  }

  /// Coordinates along the axes, (count, dimensions) as the points.
  func turned(_ points: [Float], count: Int) -> [Float] {
    MatrixProduct.single(points, components, m: count, n: dimensions, k: dimensions)
  }
}
