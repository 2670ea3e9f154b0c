// Whether what lies close in latent space also looks alike.

import Microscopy
import SeededRandom

/// Dispersion of features among latent neighbours against that among any features (the paper's veracity of back-projection).
struct LatentVeracity: Sendable {
  /// Mean feature distance to the latent neighbours over the mean feature distance of random pairs: 0 when close latents
  /// mean equal features, 1 when they say nothing.
  let dispersionRatio: Double
  /// The same with neighbours whose tiles overlap left out, which look alike anyway; nil where none remain.
  let dispersionRatioApart: Double?
  /// Pearson correlation of latent and feature distances over random pairs.
  let distanceCorrelation: Double

  static let neighbours = 5
  /// Features whose neighbours are looked for, and pairs drawn: enough for two digits.
  private static let probes = 400
  private static let pairs = 4000

  /// - Parameters:
  ///   - latents: (n, dimensions).
  ///   - features: (n, size).
  ///   - apart: Chebyshev distance from which tiles do not overlap, pixels.
  init(
    latents: [Float], dimensions: Int, features: [Float], size: Int, positions: [PixelPosition], apart: Int,
    seed: UInt64
  ) {
    let count = positions.count
    func distance(_ values: [Float], _ width: Int, _ a: Int, _ b: Int) -> Double {
      var sum = 0.0
      for k in 0..<width {
        let difference = Double(values[a &* width &+ k] - values[b &* width &+ k])
        sum += difference * difference
      }
      return (sum / Double(width)).squareRoot()
    }
    var generator = SeededGenerator(seed: seed)
    let drawn = (0..<Self.pairs).map { _ in (generator.index(below: count), generator.index(below: count)) }
      .filter { $0.0 != $0.1 }
    let featureDistances = drawn.map { distance(features, size, $0.0, $0.1) }
    let latentDistances = drawn.map { distance(latents, dimensions, $0.0, $0.1) }
    let typical = featureDistances.reduce(0, +) / Double(max(1, drawn.count))
    distanceCorrelation = Correlation.pearson(latentDistances, featureDistances)
    func ratio(_ isAllowed: (Int, Int) -> Bool) -> Double? {
      var (sum, found) = (0.0, 0)
      for i in stride(from: 0, to: count, by: max(1, count / Self.probes)) {
        let ordered = (0..<count).filter { $0 != i && isAllowed(i, $0) }
          .map { (distance(latents, dimensions, i, $0), $0) }.sorted { $0 < $1 }
        for (_, neighbour) in ordered.prefix(Self.neighbours) {
          sum += distance(features, size, i, neighbour)
          found += 1
        }
      }
      return found > 0 && typical > 0 ? sum / Double(found) / typical : nil
    }
    dispersionRatio = ratio { _, _ in true } ?? 1
    dispersionRatioApart = ratio { positions[$0].chebyshevDistance(to: positions[$1]) >= apart }
  }
}

enum Correlation {
  /// Pearson's coefficient over the pairs that are finite; 0 where either side is constant.
  static func pearson(_ a: [Double], _ b: [Double]) -> Double {
    let pairs = zip(a, b).filter { $0.isFinite && $1.isFinite }
    let n = Double(max(1, pairs.count))
    let (meanA, meanB) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
