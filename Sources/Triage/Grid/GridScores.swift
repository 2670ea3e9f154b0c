// What is known of every point of the scoring grid: as little as choosing targets needs.

import ImageProcessing
import Microscopy

/// Scores of a whole grid: four numbers a point in rasters that need not lie in memory, a bit a point, and reduced maps of
/// the rest. Maps and spectra that somebody asked for are held on top.
struct GridScores: Sendable {
  /// Maps of raw scores, kept only for those who want to see them.
  struct Maps: Sendable {
    var roundTrip: Raster
    var novelty: Raster
    /// e.
    var predictedError: Raster
  }

  /// What anomalies, and badly predicted places, are ranked by.
  private(set) var combined: any WritableRaster
  private(set) var error: any WritableRaster
  /// Raw.
  let ensemble: any WritableRaster
  /// For smoothing; taken with the others, so that nothing fails for lack of room once all is scored.
  private var spare: any WritableRaster
  /// Where the tile holds enough film.
  private(set) var holdsFilm: PlaceSet
  private(set) var maps: Maps?
  /// The same maps, small enough to be kept always.
  private(set) var reduced: ReducedMaps
  /// (points, channels), empty unless asked for.
  private(set) var spectra: [Float]
  private(set) var context = ContextOutside()
  /// Points whose novelty lies far above ordinary film.
  private(set) var farPoints = 0
  private(set) var areFinite = true

  /// - Parameter channels: of a spectrum that is kept; 0 for none.
  /// - Throws: what the storage throws.
  init(rows: Int, columns: Int, in storage: any RasterStorage, keepsMaps: Bool, channels: Int) throws {
    combined = try storage.raster(rows: rows, columns: columns)
    error = try storage.raster(rows: rows, columns: columns)
    ensemble = try storage.raster(rows: rows, columns: columns)
    spare = try storage.raster(rows: rows, columns: columns)
    holdsFilm = PlaceSet(rows: rows, columns: columns)
    let empty = Raster(rows: keepsMaps ? rows : 0, columns: keepsMaps ? columns : 0, repeating: 0)
    maps = keepsMaps ? Maps(roundTrip: empty, novelty: empty, predictedError: empty) : nil
    reduced = ReducedMaps(rows: rows, columns: columns)
    spectra = [Float](repeating: 0, count: rows * columns * channels)
  }

  /// Puts the scores of a band where they belong.
  mutating func place(_ band: BandScores, row: Int, column: Int) throws {
    try combined.write(band.combined, row: row, column: column)
    try error.write(band.error, row: row, column: column)
    try ensemble.write(band.ensemble, row: row, column: column)
    reduced.add(band, row: row, column: column)
    maps?.roundTrip.paste(band.roundTrip, row: row, column: column)
    maps?.novelty.paste(band.novelty, row: row, column: column)
    maps?.predictedError.paste(band.predictedError, row: row, column: column)
    let width = band.combined.columns
    holdsFilm.paste(band.holdsFilm, row: row, column: column, columns: width)
    let channels = band.spectra.count / max(band.holdsFilm.count, 1)
    for bandRow in 0..<band.combined.rows where channels > 0 {
      let start = (row + bandRow) * combined.columns + column
      spectra.replaceSubrange(
        start * channels..<(start + width) * channels,
        with: band.spectra[bandRow * width * channels..<(bandRow + 1) * width * channels])
    }
    context.add(band.context)
    farPoints += band.farPoints
    areFinite = areFinite && band.areFinite
  }

  /// Means over `window`×`window` points instead of what targets are ranked by.
  mutating func smooth(window: Int) throws {
    try MeanFilter.apply(combined, into: spare, window: window, border: .reflect)
    swap(&combined, &spare)
    try MeanFilter.apply(error, into: spare, window: window, border: .reflect)
    swap(&error, &spare)
  }

  func medianCombined() throws -> Float { try StreamedOrder(combined).quantiles([0.5])[0] }

  /// By row-major index.
  func combined(at index: Int) throws -> Double {
    let (row, column) = index.quotientAndRemainder(dividingBy: combined.columns)
    return Double(try combined.piece(rows: row..<row + 1, columns: column..<column + 1).values[0])
  }
}
