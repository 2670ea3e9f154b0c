// Mean distance to the nearest points of a fixed set, exactly.

import NeuralNetworks

/// Nearest neighbours: single precision finds candidates, whose distances are then computed in double precision from the
/// points as given.
public struct NearestNeighbours: Sendable {
  /// Neighbours that a score averages over (METHOD 6, step 3).
  static let neighbours = 5

  let count: Int
  let dimensions: Int
  /// (count, dimensions), as given.
  private let points: [Float]
  private let search: NeighbourSearch

  /// - Precondition: `count >= neighbours`; `points` holds (count, dimensions) values.
  public init(points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && count >= Self.neighbours)
    self.points = points
    self.count = count
    self.dimensions = dimensions
    search = NeighbourSearch(points, count: count, dimensions: dimensions)
  }

  /// Mean Euclidean distance of each query to its five nearest points.
  /// - Parameter queries: (queryCount, dimensions).
  public func meanDistances(of queries: [Float], queryCount: Int) -> [Double] {
    let places = search.nearest(to: queries, count: queryCount, wanted: Self.neighbours)
    return (0..<queryCount).map { query in
      var smallest = InlineArray<5, Double>(repeating: .infinity)
      for slot in query * NeighbourSearch.found..<(query + 1) * NeighbourSearch.found where places[slot] >= 0 {
        insert(squaredDistance(queries, query, Int(places[slot])), into: &smallest)
      }
      var sum = 0.0
      for rank in smallest.indices { sum += smallest[rank].squareRoot() }
      return sum / Double(Self.neighbours)
    }
  }

  /// Indices of the points nearest to one query, nearest first, and their Euclidean distances.
  /// - Parameter count: at most `neighbours`.
  func nearest(to query: [Float], count: Int) -> [(place: Int, distance: Double)] {
    precondition(query.count == dimensions && (1...Self.neighbours).contains(count))
    let found = search.nearest(to: query, count: 1, wanted: count).filter { $0 >= 0 }
    let measured = found.map { (place: Int($0), distance: squaredDistance(query, 0, Int($0)).squareRoot()) }
    return Array(measured.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(count))
  }

  private func insert(_ distance: Double, into smallest: inout InlineArray<5, Double>) {
    guard distance < smallest[smallest.count - 1] else { return }
    var slot = smallest.count - 1
    while slot > 0, smallest[slot - 1] > distance {
      smallest[slot] = smallest[slot - 1]
      slot -= 1
    }
    smallest[slot] = distance
  }

  private func squaredDistance(_ queries: [Float], _ query: Int, _ point: Int) -> Double {
    var sum = 0.0
    for dimension in 0..<dimensions {
      let difference =
        Double(queries[query &* dimensions &+ dimension]) - Double(points[point &* dimensions &+ dimension])
      sum += difference * difference
    }
    return sum
  }
}
