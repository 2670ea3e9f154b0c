// Mean distance to the nearest points of a fixed set, exactly, without looking at most of them.

import LinearAlgebra

/// Nearest neighbours by boxes: points are sorted into leaves of sixteen along their principal axes, and a leaf is looked
/// at only where its box comes closer than the neighbours found so far.
///
/// Single precision finds candidates, with a margin far above its rounding; their distances are then computed in double
/// precision from the points as given. Coordinates of a leaf lie side by side: one vector operation serves sixteen points.
struct NearestNeighbours: Sendable {
  /// Neighbours that a score averages over (METHOD 6, step 3).
  static let neighbours = 5
  /// Above the rounding of a squared distance in single precision, relative to it.
  private static let margin: Float = 1 + 1e-4

  let count: Int
  let dimensions: Int
  /// (count, dimensions), as given.
  private let points: [Float]
  private let axes: PrincipalAxes
  /// Points that each lane of each leaf holds; lanes that hold none repeat the first point of the set.
  private let members: [Int32]
  /// (leaf, axis): coordinates along the principal axes; infinite in lanes without a point.
  private let coordinates: [SIMD16<Float>]
  /// (group of sixteen leaves, leading axis): edges of the leaves' boxes.
  private let low: [SIMD16<Float>]
  private let high: [SIMD16<Float>]

  private var leafCount: Int { members.count / LeafOrder.size }

  /// - Precondition: `count >= neighbours`; `points` holds (count, dimensions) values.
  init(points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && count >= Self.neighbours)
    self.points = points
    self.count = count
    self.dimensions = dimensions
    axes = PrincipalAxes(of: points, count: count, dimensions: dimensions)
    let turned = (0..<count).map { axes.turned(points, at: $0 * dimensions) }
    let leaves = LeafOrder.leaves(of: turned)
    members = leaves.flatMap { leaf in (0..<LeafOrder.size).map { Int32($0 < leaf.count ? leaf[$0] : 0) } }
    var coordinates = [SIMD16<Float>](repeating: .init(repeating: .infinity), count: leaves.count * dimensions)
    let groups = (leaves.count + LeafOrder.size - 1) / LeafOrder.size
    // A box that no leaf has lies infinitely far away.
    var low = [SIMD16<Float>](repeating: .init(repeating: .infinity), count: groups * axes.leading)
    var high = low
    for (leaf, members) in leaves.enumerated() {
      for (lane, member) in members.enumerated() {
        for axis in 0..<dimensions { coordinates[leaf * dimensions + axis][lane] = turned[member][axis] }
      }
      let (group, lane) = leaf.quotientAndRemainder(dividingBy: LeafOrder.size)
      for axis in 0..<axes.leading {
        low[group * axes.leading + axis][lane] = members.map { turned[$0][axis] }.min() ?? .infinity
        high[group * axes.leading + axis][lane] = members.map { turned[$0][axis] }.max() ?? .infinity
      }
    }
    self.coordinates = coordinates
    self.low = low
    self.high = high
  }

  /// Mean Euclidean distance of each query to its five nearest points.
  /// - Parameters:
  ///   - queries: (queryCount, dimensions).
  ///   - enough: a search ends as soon as it knows that the mean is at most this; the mean given is then too large.
  func meanDistances(of queries: [Float], queryCount: Int, enough: Double = -1) -> [Double] {
    var bounds = [SIMD16<Float>](repeating: .zero, count: low.count / max(axes.leading, 1))
    var nearest = NearestList()
    return (0..<queryCount).map { index in
      let query = axes.turned(queries, at: index * dimensions)
      // Neighbours of the last query are a good start: queries come from neighbouring places.
      let start = nearest.indices
      nearest = NearestList()
      for place in 0..<NearestList.count where start[place] >= 0 {
        let distance = squaredDistance(queries, index, Int(start[place]))
        nearest.insert(Float(distance), index: start[place])
      }
      if enough >= 0, mean(nearest, queries, index) <= enough { return enough }
      boxDistances(query, into: &bounds)
      for leaf in 0..<leafCount {
        guard bounds[leaf >> 4][leaf & 15] < nearest.limit * Self.margin else { continue }
        visit(leaf, query, &nearest)
      }
      return mean(nearest, queries, index)
    }
  }

  /// Squared distances to the boxes along the leading axes: lower bounds for every point inside.
  private func boxDistances(_ query: [Float], into bounds: inout [SIMD16<Float>]) {
    let leading = axes.leading
    for group in bounds.indices {
      var sum = SIMD16<Float>.zero
      for axis in 0..<leading {
        let below = low[group &* leading &+ axis] - query[axis]
        let above = query[axis] - high[group &* leading &+ axis]
        var outside = below.replacing(with: above, where: above .> below)
        outside.replace(with: 0, where: outside .< 0)
        sum += outside * outside
      }
      bounds[group] = sum
    }
  }

  private func visit(_ leaf: Int, _ query: [Float], _ nearest: inout NearestList) {
    let start = leaf &* dimensions
    var sum = SIMD16<Float>.zero
    for axis in 0..<axes.leading {
      let difference = coordinates[start &+ axis] - query[axis]
      sum += difference * difference
    }
    // Most leaves are dismissed here.
    guard any(sum .< nearest.limit * Self.margin) else { return }
    for axis in axes.leading..<dimensions {
      let difference = coordinates[start &+ axis] - query[axis]
      sum += difference * difference
    }
    let closer = sum .< nearest.limit * Self.margin
    guard any(closer) else { return }
    for lane in 0..<LeafOrder.size where closer[lane] {
      nearest.insert(sum[lane], index: members[leaf &* LeafOrder.size &+ lane])
    }
  }

  /// Mean of the five smallest distances among the candidates, in double precision.
  private func mean(_ nearest: NearestList, _ queries: [Float], _ query: Int) -> Double {
    var smallest = InlineArray<5, Double>(repeating: .infinity)
    for place in 0..<NearestList.count where nearest.indices[place] >= 0 {
      let distance = squaredDistance(queries, query, Int(nearest.indices[place]))
      var slot = smallest.count
      while slot > 0, smallest[slot - 1] > distance {
        if slot < smallest.count { smallest[slot] = smallest[slot - 1] }
        slot -= 1
      }
      if slot < smallest.count { smallest[slot] = distance }
    }
    var sum = 0.0
    for place in smallest.indices { sum += smallest[place].squareRoot() }
    return sum / Double(Self.neighbours)
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

/// The nearest candidates so far, ascending: more than are averaged over, since their distances are rounded.
private struct NearestList {
  static let count = 8

  private var distances = InlineArray<8, Float>(repeating: .infinity)
  private(set) var indices = InlineArray<8, Int32>(repeating: -1)

  /// What lies farther, by more than rounding, is none of the nearest.
  var limit: Float { distances[NearestNeighbours.neighbours - 1] }

  mutating func insert(_ distance: Float, index: Int32) {
    for place in 0..<Self.count where indices[place] == index { return }
    var slot = Self.count
    while slot > 0, distances[slot - 1] > distance {
      if slot < Self.count {
        distances[slot] = distances[slot - 1]
        indices[slot] = indices[slot - 1]
      }
      slot -= 1
    }
    guard slot < Self.count else { return }
    distances[slot] = distance
    indices[slot] = index
  }
}
