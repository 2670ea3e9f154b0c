// Raw scores at a block of positions, from the networks' answers and the training set.

import Foundation
import Im2Spec
import LinearAlgebra

/// Raw scores by name, each with one value a position.
struct RawScores: Sendable {
  var values: [Score: [Double]]

  static let empty = RawScores(values: [:])

  subscript(score: Score) -> [Double] { values[score] ?? [] }

  mutating func append(_ other: RawScores) {
    for (score, block) in other.values { values[score, default: []] += block }
  }
}

/// The reference bank made ready for comparison: pooled tiles, whitened latents.
struct BankComparison: Sendable {
  private let latentSpace: LatentSpace
  private let latents: NearestNeighbours
  private let tiles: NearestNeighbours

  init(_ bank: ReferenceBank) throws(TriageError) {
    guard bank.count > NearestNeighbours.neighbours, bank.latentCount > 0,
      bank.latents.count == bank.count * bank.latentCount, bank.tiles.count == bank.count * TileBatch.tilePixels
    else {
      throw TriageError(
        description: "the model's reference bank holds \(bank.count) tiles and \(bank.latents.count) latent values "
          + "of \(bank.latentCount) each, which do not fit; build the model again")
    }
    do {
      latentSpace = try LatentSpace(latents: bank.latents, count: bank.count, dimensions: bank.latentCount)
    } catch {
      throw TriageError(description: "the latents of the model's reference bank cannot be whitened: \(error)")
    }
    latents = NearestNeighbours(
      points: latentSpace.whiten(bank.latents, count: bank.count), count: bank.count, dimensions: bank.latentCount)
    tiles = NearestNeighbours(
      points: CanonicalTile.pooled(bank.tiles, count: bank.count), count: bank.count, dimensions: CanonicalTile.values)
  }

  /// The five measured scores of a block (METHOD 6, step 3).
  func scores(of batch: TileBatch, roundTrip: RoundTripBatch) -> RawScores {
    let whitened = latentSpace.whiten(roundTrip.latents, count: batch.count)
    let dimensions = latentSpace.dimensions
    let squaredLengths = (0..<batch.count).map { position in
      whitened[position * dimensions..<(position + 1) * dimensions].reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    let pooled = CanonicalTile.pooled(batch.tiles, count: batch.count)
    return RawScores(values: [
      .ensemble: roundTrip.ensembleVariance.map { log(Double($0) + 1e-9) },
      .roundTrip: roundTrip.roundTripError.map { safeLog(Double($0)) },
      .tileNeighbours: tiles.meanDistances(of: pooled, queryCount: batch.count).map(safeLog),
      .novelty: latents.meanDistances(of: whitened, queryCount: batch.count).map(safeLog),
      .mahalanobis: squaredLengths.map(safeLog),
    ])
  }

  /// A tile that is exactly a training tile, or a perfect round trip, is as ordinary as can be, not minus infinity.
  private func safeLog(_ value: Double) -> Double { log(max(value, 1e-12)) }
}
