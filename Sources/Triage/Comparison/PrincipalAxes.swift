// The directions in which a set of points spreads most.

import LinearAlgebra

/// Orthonormal axes by falling variance; turning to them keeps distances.
struct PrincipalAxes: Sendable {
  /// Share of the variance that the leading axes carry: where they are far apart, points are.
  private static let leadingShare = 0.7

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

  /// Coordinates of one point along the axes.
  func turned(_ points: [Float], at start: Int) -> [Float] {
    var result = [Float](repeating: 0, count: dimensions)
    for row in 0..<dimensions {
      let value = points[start &+ row]
      for axis in 0..<dimensions { result[axis] += value * components[row &* dimensions &+ axis] }
    }
    return result
  }
}

/// Points sorted into leaves of neighbours.
enum LeafOrder {
  /// Points of a leaf: the lanes of one vector.
  static let size = 16

  /// Halves the points again and again along the axis of their largest variance; all leaves but the last are full.
  static func leaves(of points: [[Float]]) -> [[Int]] {
    func split(_ members: [Int]) -> [[Int]] {
      guard members.count > size else { return [members] }
      let axis = (points.first?.indices ?? 0..<0).max { variance(members, $0) < variance(members, $1) } ?? 0
      let sorted = members.sorted { (points[$0][axis], $0) < (points[$1][axis], $1) }
      let half = (members.count / 2 + size - 1) / size * size
      return split(Array(sorted[..<half])) + split(Array(sorted[half...]))
    }
    func variance(_ members: [Int], _ axis: Int) -> Float {
      let mean = members.reduce(Float(0)) { $0 + points[$1][axis] } / Float(members.count)
      return members.reduce(Float(0)) { $0 + (points[$1][axis] - mean) * (points[$1][axis] - mean) }
    }
    return split(Array(points.indices))
  }
}
