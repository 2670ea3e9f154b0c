// Points in few groups around centres.

/// k-means: Lloyd's iteration from k-means++ starts, the best of several (D. Arthur, S. Vassilvitskii, SODA 2007).
public struct KMeansClustering: Sendable {
  /// (clusters, dimensions), in falling order of the clusters' sizes.
  public let centres: [Double]
  /// Cluster of each point.
  public let assignment: [Int]
  public let clusters: Int
  /// Sum of squared distances of the points to their centres.
  public let inertia: Double

  private static let maximumIterations = 200

  /// - Parameters:
  ///   - points: (n, dimensions), finite, n ≥ clusters.
  ///   - restarts: starts tried; the one of least inertia is kept, the first of equals.
  public init(
    _ points: [Double], dimensions: Int, clusters: Int, restarts: Int = 8,
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(dimensions > 0 && points.count % dimensions == 0 && (1...points.count / dimensions).contains(clusters))
    var best: Partition?
    for _ in 0..<max(1, restarts) {
      var partition = Partition(points, dimensions: dimensions, clusters: clusters, using: &generator)
      partition.settle(points, maximumIterations: Self.maximumIterations)
      if best.map({ partition.inertia < $0.inertia }) ?? true { best = partition }
    }
    let found = best ?? Partition(points, dimensions: dimensions, clusters: clusters, using: &generator)
    let sizes = (0..<clusters).map { cluster in found.assignment.count { $0 == cluster } }
    let order = (0..<clusters).sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    var rank = [Int](repeating: 0, count: clusters)
    for (place, cluster) in order.enumerated() { rank[cluster] = place }
    centres = order.flatMap { found.centres[$0 * dimensions..<($0 + 1) * dimensions] }
    assignment = found.assignment.map { rank[$0] }
    inertia = found.inertia
    self.clusters = clusters
  }

  private struct Partition {
    let dimensions: Int
    var centres: [Double]
    var assignment: [Int]
    var inertia = Double.infinity

    /// k-means++: each further centre is a point drawn in proportion to its squared distance from the centres so far.
    init(_ points: [Double], dimensions: Int, clusters: Int, using generator: inout some RandomNumberGenerator) {
      self.dimensions = dimensions
      let count = points.count / dimensions
      assignment = [Int](repeating: 0, count: count)
      let first = Int.random(in: 0..<count, using: &generator)
      centres = Array(points[first * dimensions..<(first + 1) * dimensions])
      var nearest = [Double](repeating: .infinity, count: count)
      for cluster in 1..<max(clusters, 1) {
        for i in 0..<count { nearest[i] = min(nearest[i], squaredDistance(points, i, to: cluster - 1)) }
        var draw = Double.random(in: 0..<1, using: &generator) * nearest.reduce(0, +)
        var chosen = count - 1
        for i in 0..<count {
          draw -= nearest[i]
          if draw < 0 {
            chosen = i
            break
          }
        }
        centres += points[chosen * dimensions..<(chosen + 1) * dimensions]
      }
    }

    func squaredDistance(_ points: [Double], _ point: Int, to cluster: Int) -> Double {
      var sum = 0.0
      for d in 0..<dimensions {
        let difference = points[point &* dimensions &+ d] - centres[cluster &* dimensions &+ d]
        sum += difference * difference
      }
      return sum
    }

    mutating func settle(_ points: [Double], maximumIterations: Int) {
      for _ in 0..<maximumIterations {
        let before = inertia
        assign(points)
        moveCentres(points)
        if inertia >= before { break }
      }
      assign(points)
    }

    private mutating func assign(_ points: [Double]) {
      inertia = 0
      let clusters = centres.count / dimensions
      for i in assignment.indices {
        var least = Double.infinity
        for cluster in 0..<clusters {
          let distance = squaredDistance(points, i, to: cluster)
          if distance < least { (least, assignment[i]) = (distance, cluster) }
        }
        inertia += least
      }
    }

    /// An empty cluster keeps its centre.
    private mutating func moveCentres(_ points: [Double]) {
      let clusters = centres.count / dimensions
      var sums = [Double](repeating: 0, count: centres.count)
      var sizes = [Int](repeating: 0, count: clusters)
      for (i, cluster) in assignment.enumerated() {
        sizes[cluster] += 1
        for d in 0..<dimensions { sums[cluster * dimensions + d] += points[i * dimensions + d] }
      }
      for cluster in 0..<clusters where sizes[cluster] > 0 {
        for d in 0..<dimensions {
          centres[cluster * dimensions + d] = sums[cluster * dimensions + d] / Double(sizes[cluster])
        }
      }
    }
  }
}
