// Groups in latent space, and what they look like in the image and in energy.

import LinearAlgebra
import SeededRandom

/// k-means clusters of latents, their number chosen by the largest mean silhouette from 2 to 8.
struct LatentClusters: Sendable {
  /// One division of the latents into clusters.
  struct Division: Sendable {
    let count: Int
    /// Cluster of each position, the largest cluster first.
    let assignment: [Int]
    /// (clusters, channels) mean of the given spectra.
    let meanSpectra: [Float]
    let sizes: [Int]
    let silhouette: Double
  }

  /// The number of clusters with the largest silhouette.
  let best: Division
  /// The most clusters that are still substantial; nil where that is no other number.
  let finest: Division?
  /// Mean silhouette by number of clusters.
  let silhouettes: [(clusters: Int, mean: Double)]

  /// Below this mean silhouette there is no substantial structure (Kaufman and Rousseeuw, 1990).
  static let substantialSilhouette = 0.25

  /// - Parameters:
  ///   - latents: (n, dimensions); each dimension is divided by its standard deviation first.
  ///   - spectra: (n, channels) counts.
  init(latents: [Float], dimensions: Int, spectra: [Float], channels: Int, seed: UInt64) {
    let points = Self.standardised(latents, dimensions: dimensions)
    var generator = SeededGenerator(seed: seed)
    let choice = ClusterCount(points, dimensions: dimensions, using: &generator)
    best = Division(choice.best, spectra: spectra, channels: channels)
    let substantial = choice.candidates.last { $0.silhouette >= Self.substantialSilhouette }
    finest = substantial.flatMap {
      $0.clustering.clusters == choice.best.clustering.clusters
        ? nil : Division($0, spectra: spectra, channels: channels)
    }
    silhouettes = choice.candidates.map { ($0.clustering.clusters, $0.silhouette) }
  }

  private static func standardised(_ values: [Float], dimensions: Int) -> [Double] {
    let count = Double(values.count / dimensions)
    var (mean, square) = ([Double](repeating: 0, count: dimensions), [Double](repeating: 0, count: dimensions))
    for i in values.indices {
      mean[i % dimensions] += Double(values[i]) / count
      square[i % dimensions] += Double(values[i]) * Double(values[i]) / count
    }
    // A latent that never changes says nothing; its zeros do no harm.
    let deviations = zip(mean, square).map { max(0, $1 - $0 * $0).squareRoot() }
    return values.indices.map {
      let deviation = deviations[$0 % dimensions]
      return deviation > 0 ? (Double(values[$0]) - mean[$0 % dimensions]) / deviation : 0
    }
  }
}

extension LatentClusters.Division {
  fileprivate init(_ candidate: ClusterCount.Candidate, spectra: [Float], channels: Int) {
    let clustering = candidate.clustering
    var sums = [Double](repeating: 0, count: clustering.clusters * channels)
    var sizes = [Int](repeating: 0, count: clustering.clusters)
    for (position, cluster) in clustering.assignment.enumerated() {
      sizes[cluster] += 1
      for channel in 0..<channels {
        sums[cluster * channels + channel] += Double(spectra[position * channels + channel])
      }
    }
    self.init(
      count: clustering.clusters, assignment: clustering.assignment,
      meanSpectra: sums.indices.map { Float(sums[$0] / Double(max(1, sizes[$0 / channels]))) }, sizes: sizes,
      silhouette: candidate.silhouette)
  }
}
