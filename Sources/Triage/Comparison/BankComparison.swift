// Raw scores at a block of positions, from the networks' answers and the training set.

import Foundation
import Im2Spec
import LinearAlgebra

/// The reference bank made ready for comparison: pooled tiles, whitened latents.
struct BankComparison: Sendable {
  private let latentSpace: LatentSpace
  private let latents: NearestNeighbours
  private let tiles: NearestNeighbours
  /// (count, 16, 16), normalised.
  let bankTiles: [Float]

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
    bankTiles = bank.tiles
  }

  /// Places in the bank of the tiles nearest to one, and their distances.
  /// - Parameter pooled: 4×4, canonical.
  func nearestTiles(to pooled: [Float], count: Int) -> [(place: Int, distance: Double)] {
    tiles.nearest(to: pooled, count: count)
  }

  /// What the networks said about positions, and their tiles as the bank knows tiles.
  struct Answers {
    var count: Int
    /// (count, latents)
    var latents: [Float]
    var ensembleVariance: [Float]
    var roundTripError: [Float]
    /// (count, 16): `CanonicalTile`.
    var pooled: [Float]
  }

  /// The measured scores of a block.
  func scores(of answers: Answers) -> [PositionScores] {
    let count = answers.count
    let dimensions = latentSpace.dimensions
    let whitened = latentSpace.whiten(answers.latents, count: count)
    let tileDistances = tiles.meanDistances(of: answers.pooled, queryCount: count)
    let latentDistances = latents.meanDistances(of: whitened, queryCount: count)
    return (0..<count).map { position in
      var squaredLength = 0.0
      for axis in position * dimensions..<(position + 1) * dimensions {
        squaredLength += Double(whitened[axis]) * Double(whitened[axis])
      }
      return PositionScores(
        ensemble: log(Double(answers.ensembleVariance[position]) + 1e-9),
        roundTrip: Self.safeLog(Double(answers.roundTripError[position])),
        tileNeighbours: Self.safeLog(tileDistances[position]),
        novelty: Self.safeLog(latentDistances[position]),
        mahalanobis: Self.safeLog(squaredLength))
    }
  }

  func scores(of batch: TileBatch, roundTrip: RoundTripBatch) -> [PositionScores] {
    scores(
      of: Answers(
        count: batch.count, latents: roundTrip.latents, ensembleVariance: roundTrip.ensembleVariance,
        roundTripError: roundTrip.roundTripError, pooled: CanonicalTile.pooled(batch.tiles, count: batch.count)))
  }

  /// A tile that is exactly a training tile, or a perfect round trip, is as ordinary as can be, not minus infinity.
  private static func safeLog(_ value: Double) -> Double { log(max(value, 1e-12)) }
}
