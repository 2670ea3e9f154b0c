// How many clusters the data speak for.

/// The number of k-means clusters with the largest mean silhouette (P. Rousseeuw, J. Comput. Appl. Math. 20, 53 (1987)).
public struct ClusterCount: Sendable {
  /// One number of clusters, all points assigned.
  public struct Candidate: Sendable {
    public let clustering: KMeansClustering
    /// Mean silhouette, −1…1; below 0.25 there is no substantial structure (L. Kaufman, P. Rousseeuw, Finding Groups in
    /// Data, 1990).
    public let silhouette: Double
  }

  /// Every number of clusters tried, rising.
  public let candidates: [Candidate]
  /// The first of those with the largest silhouette.
  public let best: Candidate

  /// Points that silhouettes are taken of: their distances among each other take time with the square.
  public static let silhouettePoints = 1500

  /// - Parameters:
  ///   - points: (n, dimensions), finite, n ≥ 2.
  ///   - candidates: numbers of clusters; those above n − 1 are not tried.
  public init(
    _ points: [Double], dimensions: Int, candidates: ClosedRange<Int> = 2...8,
    using generator: inout some RandomNumberGenerator
  ) {
    let count = points.count / dimensions
    let step = max(1, (count + Self.silhouettePoints - 1) / Self.silhouettePoints)
    let sample = Array(stride(from: 0, to: count, by: step))
    let largest = max(candidates.lowerBound, min(candidates.upperBound, count - 1))
    var found: [Candidate] = []
    for clusters in candidates.lowerBound...largest {
      let clustering = KMeansClustering(points, dimensions: dimensions, clusters: clusters, using: &generator)
      let mean = Self.meanSilhouette(
        points, dimensions: dimensions, assignment: clustering.assignment, clusters: clusters, sample: sample)
      found.append(Candidate(clustering: clustering, silhouette: mean))
    }
    var best = found[0]
    for candidate in found where candidate.silhouette > best.silhouette { best = candidate }
    (self.candidates, self.best) = (found, best)
  }

  /// Mean over the sampled points of (b − a) / max(a, b): a, mean distance within the own cluster; b, to the nearest other.
  ///
  /// A point alone in its cluster counts 0.
  static func meanSilhouette(
    _ points: [Double], dimensions: Int, assignment: [Int], clusters: Int, sample: [Int]
  ) -> Double {
    var total = 0.0
    for i in sample {
      var sums = [Double](repeating: 0, count: clusters)
      var sizes = [Int](repeating: 0, count: clusters)
      for j in sample where j != i {
        var square = 0.0
        for d in 0..<dimensions {
          let difference = points[i &* dimensions &+ d] - points[j &* dimensions &+ d]
          square += difference * difference
        }
        sums[assignment[j]] += square.squareRoot()
        sizes[assignment[j]] += 1
      }
      let own = assignment[i]
      guard sizes[own] > 0 else { continue }
      let a = sums[own] / Double(sizes[own])
      let others = (0..<clusters).filter { $0 != own && sizes[$0] > 0 }.map { sums[$0] / Double(sizes[$0]) }
      guard let b = others.min(), max(a, b) > 0 else { continue }
      total += (b - a) / max(a, b)
    }
    return sample.isEmpty ? 0 : total / Double(sample.count)
  }
}
