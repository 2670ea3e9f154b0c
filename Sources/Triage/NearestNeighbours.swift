// Mean distance to the nearest points of a fixed set.

import LinearAlgebra

/// Brute-force nearest neighbours: candidates by one matrix product a block, their distances then computed exactly.
public struct NearestNeighbours: Sendable {
  /// Neighbours that a score averages over (METHOD 6, step 3).
  static let neighbours = 5
  /// Candidates kept from the single-precision product, more than needed because its distances are rounded.
  private static let candidates = 12

  /// Points looked at together: most blocks hold no candidate, and a block is dismissed by vector comparisons.
  private static let blockSize = 64

  let count: Int
  let dimensions: Int
  /// (count, dimensions)
  private let points: [Float]
  /// (count, dimensions + 1): −2b and |b|², so that a product with (a, 1) is |a − b|² − |a|².
  private let augmented: [Float]

  /// - Precondition: `count >= neighbours`; `points` holds (count, dimensions) values.
  public init(points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && count >= Self.neighbours)
    self.points = points
    self.count = count
    self.dimensions = dimensions
    augmented = (0..<count).flatMap { row in
      let point = points[row * dimensions..<(row + 1) * dimensions]
      return point.map { -2 * $0 } + [point.reduce(0) { $0 + $1 * $1 }]
    }
  }

  /// Mean Euclidean distance of each query to its five nearest points.
  /// - Parameter queries: (queryCount, dimensions).
  public func meanDistances(of queries: [Float], queryCount: Int) -> [Double] {
    let rows = (0..<queryCount).flatMap { queries[$0 * dimensions..<($0 + 1) * dimensions] + [1] }
    let products = MatrixProduct.single(
      rows, augmented, m: queryCount, n: count, k: dimensions + 1, transposeB: true)
    return (0..<queryCount).map { query in
      let nearest = candidateIndices(products.span.extracting(query * count..<(query + 1) * count))
      let squared = nearest.map { squaredDistance(queries, query, $0) }.sorted()
      return squared.prefix(Self.neighbours).reduce(0) { $0 + $1.squareRoot() } / Double(Self.neighbours)
    }
  }

  /// Indices of the smallest values, which order as the distances do.
  private func candidateIndices(_ values: Span<Float>) -> [Int] {
    var best = Candidates(count: min(Self.candidates, count))
    for start in stride(from: 0, to: count, by: Self.blockSize) {
      let block = values.extracting(start..<min(start + Self.blockSize, count))
      let limit = best.limit
      var closer: Int32 = 0
      for offset in 0..<block.count { closer &+= block[offset] < limit ? 1 : 0 }
      guard closer > 0 else { continue }
      for offset in 0..<block.count where block[offset] < best.limit {
        best.insert(block[offset], index: start + offset)
      }
    }
    return best.indices
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

/// The smallest values seen so far, ascending.
private struct Candidates {
  private var values: [Float]
  private(set) var indices: [Int]
  /// Values at or above this are not among the smallest.
  private(set) var limit = Float.infinity

  init(count: Int) {
    values = [Float](repeating: .infinity, count: count)
    indices = Array(0..<count)
  }

  mutating func insert(_ value: Float, index: Int) {
    var slot = values.count - 1
    while slot > 0, values[slot - 1] > value {
      values[slot] = values[slot - 1]
      indices[slot] = indices[slot - 1]
      slot -= 1
    }
    values[slot] = value
    indices[slot] = index
    limit = values[values.count - 1]
  }
}
