// Scores the grid of one prepared scan, band by band, on as many workers as there are cores for it.

import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import Synchronization

/// Scores of a scan's grid. How it is cut into bands depends on the grid alone, so that any number of workers gives the
/// same bytes; each worker takes the next band when it is done with one.
struct GridScorer: Sendable {
  let model: any RoundTripModel
  let bank: BankComparison
  let scan: PreparedScan
  let standardisation: ScoreStandardisation
  /// Widened training ranges of the context features.
  let contextRanges: [ClosedRange<Double>]
  let storage: any RasterStorage
  let keepsMaps: Bool
  let keepsSpectra: Bool

  /// - Throws: `CancellationError` within a block of positions when the task is cancelled; what reading the image and
  ///   storing the scores throw.
  func scores(workers: Int) async throws -> GridScores {
    let bands = GridBands(scan.grid)
    let collected = CollectedScores(
      try GridScores(
        rows: scan.grid.rows.count, columns: scan.grid.columns.count, in: storage, keepsMaps: keepsMaps,
        channels: keepsSpectra ? model.energyEV.count : 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(max(1, workers), bands.count) {
        group.addTask {
          while let band = collected.next(of: bands.count) {
            let (rows, columns) = bands[band]
            try collected.place(try score(rows, columns), row: rows.lowerBound, column: columns.lowerBound)
          }
        }
      }
      // Leaving by an error ends the other workers.
      while try await group.next() != nil {}
    }
    return collected.scores
  }

  private func score(_ rows: Range<Int>, _ columns: Range<Int>) throws -> BandScores {
    let band = try band(rows: scan.grid.rows.part(rows), columns: scan.grid.columns.part(columns))
    let answer = try model.roundTrip(band, keepsSpectra: keepsSpectra) { try Task.checkCancellation() }
    let pooled = CanonicalTile.pooled(band)
    let raw = bank.scores(
      of: .init(
        count: band.count, latents: answer.latents, ensembleVariance: answer.ensembleVariance,
        roundTripError: answer.roundTripError, pooled: pooled))
    var scores = BandScores(rows: rows.count, columns: columns.count)
    for (index, position) in raw.enumerated() {
      scores.combined.values[index] = Float(standardisation.combined(position))
      scores.error.values[index] = Float(standardisation.error(position))
      scores.ensemble.values[index] = Float(position.ensemble)
      scores.holdsFilm[index] = mean(pooled, index) >= standardisation.rules.vacuumMeanBelow
      scores.farPoints += standardisation.isFar(position) ? 1 : 0
      scores.areFinite = scores.areFinite && position.areFinite
      scores.roundTrip.values[index] = Float(position.roundTrip)
      scores.novelty.values[index] = Float(position.novelty)
      scores.predictedError.values[index] = Float(exp(standardisation.logError(position)))
    }
    scores.context = ContextOutside(values: band.context, ranges: contextRanges)
    if keepsSpectra { scores.spectra = answer.spectra }
    return scores
  }

  /// Mean of a tile.
  private func mean(_ pooled: [Float], _ tile: Int) -> Double {
    var sum = 0.0
    for cell in tile * CanonicalTile.values..<(tile + 1) * CanonicalTile.values { sum += Double(pooled[cell]) }
    return sum / Double(CanonicalTile.values)
  }

  /// A piece of the scan with some of its places, and all that their context needs around them.
  private func band(rows: EvenIndices, columns: EvenIndices) throws -> TileBand {
    let half = TileBatch.tileEdge / 2
    let reach = model.usesContext ? max(half, ContextFeatures.reach(pixelSizeNM: scan.pixelSizeNM)) : half
    func around(_ places: EvenIndices, _ length: Int) -> Range<Int> {
      max(places.span.lowerBound - reach, 0)..<min(places.span.upperBound + reach, length)
    }
    let (top, left) = (around(rows, scan.image.rows), around(columns, scan.image.columns))
    let piece = try scan.image.piece(rows: top, columns: left)
    let rows = rows.relative(to: top.lowerBound)
    let columns = columns.relative(to: left.lowerBound)
    return TileBand(
      image: piece, rows: rows, columns: columns,
      context: model.usesContext
        ? ContextFeatures.values(on: piece, rows: rows, columns: columns, pixelSizeNM: scan.pixelSizeNM) : [])
  }

  /// Tiles and context of some places, as the networks take them.
  func batch(at positions: [PixelPosition]) throws -> TileBatch {
    var batch = TileBatch(count: positions.count, tiles: [], context: [])
    for position in positions {
      let place = try band(
        rows: EvenIndices(position.row..<position.row + 1), columns: EvenIndices(position.column..<position.column + 1))
      let one = place.batch(0..<1)
      batch.tiles += one.tiles
      batch.context += one.context
    }
    return batch
  }
}

/// What the workers share: which band is next, and where its scores go.
private final class CollectedScores: Sendable {
  private let taken = Atomic<Int>(0)
  private let grid: Mutex<GridScores>

  init(_ empty: GridScores) { grid = Mutex(empty) }

  /// The next band that nobody has taken.
  func next(of count: Int) -> Int? {
    let band = taken.wrappingAdd(1, ordering: .relaxed).oldValue
    return band < count ? band : nil
  }

  func place(_ band: BandScores, row: Int, column: Int) throws {
    try grid.withLock { try $0.place(band, row: row, column: column) }
  }

  var scores: GridScores { grid.withLock { $0 } }
}
