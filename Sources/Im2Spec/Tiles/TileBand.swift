// A band of a scan as the networks see it: one piece of the image and a lattice of positions on it.

import ImageProcessing
import Microscopy

/// Positions on a lattice whose tiles all lie in one piece of a scan, so that neighbours may share what their tiles share.
public struct TileBand: Sendable {
  /// Normalised (background 0, particles 1); reaches beyond the tiles by whatever the context needed.
  public let image: Raster
  /// Tile centres in rows and columns of `image`: the tile of (r, c) covers r-8…r+7 and c-8…c+7.
  public let rows: EvenIndices
  public let columns: EvenIndices
  /// (rows · columns, 12) raw context features, row-major, or empty for a model that sees the tile alone.
  public let context: [Float]

  /// - Precondition: every tile lies inside `image`; `context` is empty or has twelve values a position.
  public init(image: Raster, rows: EvenIndices, columns: EvenIndices, context: [Float]) {
    let half = TileBatch.tileEdge / 2
    precondition(
      rows.span.lowerBound >= half && rows.span.upperBound + half - 1 <= image.rows
        && columns.span.lowerBound >= half && columns.span.upperBound + half - 1 <= image.columns,
      "tiles beyond their image")
    precondition(context.isEmpty || context.count == rows.count * columns.count * ContextFeatures.count)
    self.image = image
    self.rows = rows
    self.columns = columns
    self.context = context
  }

  /// Positions, row by row.
  public var count: Int { rows.count * columns.count }

  /// Tiles and context of some positions, cut out.
  public func batch(_ positions: Range<Int>) -> TileBatch {
    let (edge, half) = (TileBatch.tileEdge, TileBatch.tileEdge / 2)
    var tiles: [Float] = []
    tiles.reserveCapacity(positions.count * TileBatch.tilePixels)
    for position in positions {
      let (row, column) = position.quotientAndRemainder(dividingBy: columns.count)
      for line in rows[row] - half..<rows[row] + half {
        let start = line * image.columns + columns[column] - half
        tiles += image.values[start..<start + edge]
      }
    }
    let features = context.isEmpty ? 0 : ContextFeatures.count
    return TileBatch(
      count: positions.count, tiles: tiles,
      context: Array(context[positions.lowerBound * features..<positions.upperBound * features]))
  }
}

/// The round trip at every position of a band: what scores are made of. Predicted tiles do not leave the networks.
public struct BandRoundTrip: Sendable {
  public var count: Int
  /// (count, latents): latents of the first im2spec member.
  public var latents: [Float]
  /// (count): mean over channels of the population variance over the members.
  public var ensembleVariance: [Float]
  /// (count): mean squared difference between the tile and its round trip.
  public var roundTripError: [Float]
  /// (count, channels): mean over the members, in the bundle's units; empty unless asked for.
  public var spectra: [Float]

  public init(
    count: Int, latents: [Float], ensembleVariance: [Float], roundTripError: [Float], spectra: [Float]
  ) {
    self.count = count
    self.latents = latents
    self.ensembleVariance = ensembleVariance
    self.roundTripError = roundTripError
    self.spectra = spectra
  }

  /// Nothing yet, with room for the scores of `count` positions.
  public init(reserving count: Int) {
    self.init(count: 0, latents: [], ensembleVariance: [], roundTripError: [], spectra: [])
    ensembleVariance.reserveCapacity(count)
    roundTripError.reserveCapacity(count)
  }

  /// The scores of more positions, after these.
  public mutating func append(_ batch: RoundTripBatch, keepsSpectra: Bool) {
    count += batch.count
    latents += batch.latents
    ensembleVariance += batch.ensembleVariance
    roundTripError += batch.roundTripError
    if keepsSpectra { spectra += batch.spectra }
  }
}
