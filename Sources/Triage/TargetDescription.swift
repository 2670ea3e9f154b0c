// Everything a reader of the list wants to know about one chosen position.

import Foundation
import Im2Spec
import Microscopy

/// Fills in a target from the scores at its position and the networks' answer there.
struct TargetDescription {
  let standardisation: ScoreStandardisation
  let reason: TargetReason
  let scan: PreparedScan
  let bank: BankComparison
  let channels: Int

  /// - Parameters:
  ///   - scores: raw, at the position.
  ///   - combined: of the grid point, smoothed.
  ///   - offset: of the position in `batch` and `answer`.
  func target(
    _ choice: Choice, rank: Int, of count: Int, scores: PositionScores, combined: Double, batch: TileBatch,
    answer: RoundTripBatch, offset: Int
  ) -> RankedTarget {
    let position = scan.position(choice.index)
    let filePosition = PixelPosition(row: scan.fileRow(position.row), column: scan.fileColumn(position.column))
    let fraction = scan.frame.fraction(of: filePosition)
    let standardised = standardisation.standardised(scores)
    let logError = standardisation.logError(scores)
    let bounds = standardisation.calibration.error.residualQuantiles
    var named = Dictionary(uniqueKeysWithValues: standardised.map { ($0.key.rawValue, $0.value) })
    named["combined"] = combined
    return RankedTarget(
      rank: rank, position: filePosition, xNM: Double(filePosition.column) * scan.filePixelSizeNM,
      yNM: Double(filePosition.row) * scan.filePixelSizeNM, xFraction: fraction.x, yFraction: fraction.y,
      kind: choice.kind, priority: Double(count - rank + 1) / Double(count),
      dwellMS: standardisation.rules.dwellMS(for: choice.kind),
      reason: reason.text(
        kind: choice.kind, standardised: standardised, combined: combined, predictedError: exp(logError)),
      rawScores: Dictionary(
        uniqueKeysWithValues: Score.measured.map { ($0.rawValue, scores[$0]) }),
      standardisedScores: named, predictedError: exp(logError),
      predictedErrorInterval: exp(logError + bounds.lowerBound)...exp(logError + bounds.upperBound),
      spectrum: Array(answer.spectra[offset * channels..<(offset + 1) * channels]),
      spectrumSpread: answer.spectrumSpread.isEmpty
        ? [] : Array(answer.spectrumSpread[offset * channels..<(offset + 1) * channels]),
      tile: tile(batch.tiles, offset), roundTripTile: tile(answer.tiles, offset),
      similarTiles: bank.similarTiles(to: tile(batch.tiles, offset)))
  }

  private func tile(_ tiles: [Float], _ offset: Int) -> Raster {
    Raster(
      rows: TileBatch.tileEdge, columns: TileBatch.tileEdge,
      values: Array(tiles[offset * TileBatch.tilePixels..<(offset + 1) * TileBatch.tilePixels]))
  }
}
