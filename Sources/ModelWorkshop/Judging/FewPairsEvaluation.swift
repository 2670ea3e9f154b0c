// What a handful of pairs can show: simple predictors, each pair left out once.

import Foundation
import Im2Spec
import LinearAlgebra
import StrictJSON

/// Leave-one-out errors of predictors that need no network, for sets too small to train one.
///
/// A pair is predicted from the pairs whose tiles do not overlap its own (a guard band of one tile).
public struct FewPairsEvaluation: Sendable {
  public let name: String
  /// Pairs predicted, of those given.
  public let predicted: Int
  public let pairs: Int
  /// By predictor, in the order of the table.
  public let results: [(predictor: String, measures: SpectralMeasures)]

  /// Pairs that a prediction must rest on.
  private static let fewestOthers = 3
  /// Ridge penalty on standardised features, a pair.
  private static let ridge = 0.1

  /// - Throws: `WorkshopError` when too few pairs lie a guard band apart.
  public init(_ set: SpectrumSet) throws {
    let pairs = try SpectrumSet.trainingSet([set.seen(in: set.image)])
    let tiles = pairs.batch(Array(0..<pairs.count), context: false).tiles
    let channels = set.channels
    let scaler = SpectrumScaler(fitting: set.counts, channels: channels)
    let spectra = pairs.spectra(Array(0..<pairs.count), scaler).map(Double.init)
    let features = Self.features(tiles)
    func spectrum(_ index: Int) -> [Double] { Array(spectra[index * channels..<(index + 1) * channels]) }
    func mean(_ indices: [Int]) -> [Double] {
      var sum = [Double](repeating: 0, count: channels)
      for index in indices { for channel in 0..<channels { sum[channel] += spectra[index * channels + channel] } }
      return sum.map { $0 / Double(indices.count) }
    }
    func distance(_ a: Int, _ b: Int) -> Float {
      let size = TileBatch.tilePixels
      return (0..<size).reduce(0) { $0 + pow(tiles[a * size + $1] - tiles[b * size + $1], 2) }
    }
    var predictions: [[Float]] = [[], [], []]
    var truth: [Float] = []
    for index in 0..<pairs.count {
      let others = (0..<pairs.count).filter {
        set.positions[$0].chebyshevDistance(to: set.positions[index]) >= TileBatch.tileEdge
      }
      guard others.count >= Self.fewestOthers else { continue }
      truth += spectrum(index).map(Float.init)
      let nearest = others.min { distance($0, index) < distance($1, index) } ?? others[0]
      predictions[0] += mean(others).map(Float.init)
      predictions[1] += spectrum(nearest).map(Float.init)
      predictions[2] += try Self.ridge(features, spectrum, mean(others), others, index).map(Float.init)
    }
    guard !truth.isEmpty else {
      throw WorkshopError(
        "\(set.name): \(pairs.count) pairs, and none has \(Self.fewestOthers) others a tile apart; record more")
    }
    name = set.name
    self.pairs = pairs.count
    predicted = truth.count / channels
    let names = [
      "mean spectrum of the others", "spectrum of the most similar tile", "ridge on three numbers of the tile",
    ]
    results = zip(names, predictions).map {
      ($0, SpectralMeasures(predicted: $1, reference: truth, size: channels))
    }
  }

  /// (pairs, 3): mean of a tile, mean of its middle 5×5 pixels, standard deviation.
  private static func features(_ tiles: [Float]) -> [[Double]] {
    let edge = TileBatch.tileEdge
    let size = TileBatch.tilePixels
    return stride(from: 0, to: tiles.count, by: size).map { start in
      let values = tiles[start..<start + size].map(Double.init)
      let mean = values.reduce(0, +) / Double(size)
      let middle = (edge / 2 - 2...edge / 2 + 2).flatMap { row in
        (edge / 2 - 2...edge / 2 + 2).map { values[row * edge + $0] }
      }
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      return [mean, middle.reduce(0, +) / Double(middle.count), variance.squareRoot()]
    }
  }

  /// Linear in the standardised features of the others, shrunk towards their mean spectrum.
  private static func ridge(
    _ features: [[Double]], _ spectrum: (Int) -> [Double], _ mean: [Double], _ others: [Int], _ index: Int
  ) throws -> [Double] {
    let count = features[0].count
    let n = Double(others.count)
    let centre = (0..<count).map { f in others.map { features[$0][f] }.reduce(0, +) / n }
    let spread = (0..<count).map { f in
      (others.map { pow(features[$0][f] - centre[f], 2) }.reduce(0, +) / n).squareRoot() + 1e-9
    }
    func standard(_ i: Int) -> [Double] { (0..<count).map { (features[i][$0] - centre[$0]) / spread[$0] } }
    let rows = others.map(standard)
    var normal = [Double](repeating: 0, count: count * count)
    for row in rows { for a in 0..<count { for b in 0..<count { normal[a * count + b] += row[a] * row[b] } } }
    for a in 0..<count { normal[a * count + a] += Self.ridge * n }
    // The weights that the others get in the prediction, x N⁻¹ Xᵀ, with N = L Lᵀ.
    let factor = try CholeskyFactor(normal, n: count)
    let whitened = factor.whiten(standard(index))
    var result = mean
    for (other, row) in zip(others, rows) {
      let weight = zip(whitened, factor.whiten(row)).map(*).reduce(0, +)
      for (channel, value) in spectrum(other).enumerated() { result[channel] += weight * (value - mean[channel]) }
    }
    return result
  }

  public var json: JSONValue {
    [
      "set": .string(name), "pairs": .int(pairs), "predicted": .int(predicted),
      "split": "leave one out, a guard band of one tile",
      "predictors": .object(results.map { .init($0.predictor, $0.measures.json) }),
    ]
  }

  public var table: String {
    let head = [
      "\(name): \(pairs) pairs, too few to train a network; each of \(predicted) predicted from the others a tile apart",
      SetEvaluation.row("", ["paper", "NMSE", "unexplained"]),
    ]
    return
      (head
      + results.map { result in
        let values = [result.measures.paperError, result.measures.nmse, result.measures.unexplainedVariance]
        return SetEvaluation.row(result.predictor, values.map { String(format: "%.2f %%", 100 * $0) })
      }).joined(separator: "\n")
  }
}
