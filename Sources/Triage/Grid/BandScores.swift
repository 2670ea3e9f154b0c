// What is known of the places of one band of the scoring grid.

import Im2Spec
import Microscopy

/// Scores of a rectangle of the grid, as a worker hands them over.
struct BandScores: Sendable {
  /// What anomalies, and badly predicted places, are ranked by; not smoothed.
  var combined: Raster
  var error: Raster
  /// Raw.
  var ensemble: Raster
  var roundTrip: Raster
  var novelty: Raster
  /// e.
  var predictedError: Raster
  /// Whether the tile holds enough film.
  var holdsFilm: [Bool]
  /// (points, channels), empty unless asked for.
  var spectra: [Float] = []
  var context = ContextOutside()
  /// Points whose novelty lies far above ordinary film.
  var farPoints = 0
  var areFinite = true

  init(rows: Int, columns: Int) {
    let empty = Raster(rows: rows, columns: columns, repeating: 0)
    (combined, error, ensemble) = (empty, empty, empty)
    (roundTrip, novelty, predictedError) = (empty, empty, empty)
    holdsFilm = [Bool](repeating: false, count: rows * columns)
  }
}
