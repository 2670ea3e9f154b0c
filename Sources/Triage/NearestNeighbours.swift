// Mean distance to the nearest points of a fixed set.

import LinearAlgebra

/// Brute-force nearest neighbours: candidates by one matrix product a block, their distances then computed exactly.
struct NearestNeighbours: Sendable {
  /// Neighbours that a score averages over (METHOD 6, step 3).
  static let neighbours = 5
  /// Candidates kept from the single-precision product, more than needed because its distances are rounded.
  private static let candidates = 12

  let count: Int
  let dimensions: Int
  /// (count, dimensions)
  private let points: [Float]
  private let squaredNorms: [Float]

  /// - Precondition: `count >= neighbours`; `points` holds (count, dimensions) values.
  init(points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && count >= Self.neighbours)
    self.points = points
    self.count = count
    self.dimensions = dimensions
    squaredNorms = (0..<count).map { row in
      points[row * dimensions..<(row + 1) * dimensions].reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Mean Euclidean distance of each query to its five nearest points.
  /// - Parameter queries: (queryCount, dimensions).
  func meanDistances(of queries: [Float], queryCount: Int) -> [Double] {
    let products = MatrixProduct.single(
      queries, points, m: queryCount, n: count, k: dimensions, transposeB: true)
    return (0..<queryCount).map { query in
      let nearest = candidateIndices(products, row: query)
      let squared = nearest.map { squaredDistance(queries, query, $0) }.sorted()
      return squared.prefix(Self.neighbours).reduce(0) { $0 + $1.squareRoot() } / Double(Self.neighbours)
    }
  }

  /// Indices of the points with the smallest |b|² − 2ab: the order of the distances to the query a.
  private func candidateIndices(_ products: [Float], row: Int) -> [Int] {
    let kept = min(Self.candidates, count)
    let last = kept - 1
    var values = [Float](repeating: .infinity, count: kept)
    var indices = Array(0..<kept)
    let start = row * count
    var worst = Float.infinity
    for point in 0..<count {
      let value = squaredNorms[point] - 2 * products[start &+ point]
      guard value < worst else { continue }
      var slot = last
      while slot > 0, values[slot - 1] > value {
        values[slot] = values[slot - 1]
        indices[slot] = indices[slot - 1]
        slot -= 1
      }
      values[slot] = value
      indices[slot] = point
      worst = values[last]
    }
    return indices
  }

  private func squaredDistance(_ queries: [Float], _ query: Int, _ point: Int) -> Double {
    var sum = 0.0
    for dimension in 0..<dimensions {
      let difference = Double(queries[query * dimensions + dimension]) - Double(points[point * dimensions + dimension])
      sum += difference * difference
    }
    return sum
  }
}
