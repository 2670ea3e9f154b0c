// Mean distance to the nearest points of a fixed set, exactly.

import NeuralNetworks

/// Nearest neighbours: single precision finds candidates, whose distances are then computed in double precision from the
/// points as given.
///
/// Points are sorted into groups of neighbours along their principal axes, so that most are dismissed together, by the
/// few axes that carry most of the variance.
struct NearestNeighbours: Sendable {
  /// Neighbours that a score averages over (METHOD 6, step 3).
  static let neighbours = 5

  let count: Int
  let dimensions: Int
  /// (count, dimensions), as given.
  private let points: [Float]
  private let axes: PrincipalAxes
  private let search: NeighbourSearch
  /// The point at each place of the search.
  private let members: [Int]

  /// - Precondition: `count >= neighbours`; `points` holds (count, dimensions) values.
  init(points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && count >= Self.neighbours)
    self.points = points
    self.count = count
    self.dimensions = dimensions
    axes = PrincipalAxes(of: points, count: count, dimensions: dimensions)
    let turned = axes.turned(points, count: count)
    let groups = NeighbourGroups.sorted(turned, count: count, dimensions: dimensions)
    search = NeighbourSearch(groups, of: turned, dimensions: dimensions, leading: axes.leading)
    members = groups.flatMap { group in
      (0..<NeighbourSearch.groupSize).map { $0 < group.count ? group[$0] : group[0] }
    }
  }

  /// Mean Euclidean distance of each query to its five nearest points.
  /// - Parameters:
  ///   - queries: (queryCount, dimensions).
  ///   - enough: where the mean is surely at most this, some number at most this will do.
  func meanDistances(of queries: [Float], queryCount: Int, enough: Double = -1) -> [Double] {
    let places = search.nearest(
      to: axes.turned(queries, count: queryCount), count: queryCount, wanted: Self.neighbours, enough: Float(enough))
    return (0..<queryCount).map { query in
      var smallest = InlineArray<5, Double>(repeating: .infinity)
      for slot in query * NeighbourSearch.found..<(query + 1) * NeighbourSearch.found where places[slot] >= 0 {
        insert(squaredDistance(queries, query, members[Int(places[slot])]), into: &smallest)
      }
      var sum = 0.0
      for rank in smallest.indices { sum += smallest[rank].squareRoot() }
      return sum / Double(Self.neighbours)
    }
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

/// Points sorted into groups of neighbours.
private enum NeighbourGroups {
  /// Halves the points again and again along the coordinate of their largest variance; all groups but the last are full.
  static func sorted(_ points: [Float], count: Int, dimensions: Int) -> [[Int]] {
    let size = NeighbourSearch.groupSize
    func split(_ members: [Int]) -> [[Int]] {
      guard members.count > size else { return [members] }
      let axis = (0..<dimensions).max { variance(members, $0) < variance(members, $1) } ?? 0
      let sorted = members.sorted { (points[$0 * dimensions + axis], $0) < (points[$1 * dimensions + axis], $1) }
      let half = (members.count / 2 + size - 1) / size * size
      return split(Array(sorted[..<half])) + split(Array(sorted[half...]))
    }
    func variance(_ members: [Int], _ axis: Int) -> Float {
      let values = members.map { points[$0 * dimensions + axis] }
      let mean = values.reduce(0, +) / Float(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    return split(Array(0..<count))
  }
}
