// What is known of every point of the scoring grid: as little as choosing targets needs.

import Im2Spec
import Microscopy

/// Scores of a whole grid, 13 bytes a point and reduced maps of the rest; with maps 25, with spectra those on top.
struct GridScores: Sendable {
  /// Maps of raw scores, kept only for those who want to see them.
  struct Maps: Sendable {
    var roundTrip: Raster
    var novelty: Raster
    /// e.
    var predictedError: Raster
  }

  /// What anomalies, and badly predicted places, are ranked by; not smoothed.
  var combined: Raster
  var error: Raster
  /// Raw.
  var ensemble: Raster
  /// Whether the tile holds enough film.
  var holdsFilm: [Bool]
  var maps: Maps?
  /// The same maps, small enough to be kept always.
  var reduced: ReducedMaps?
  /// (points, channels), empty unless asked for.
  var spectra: [Float]
  var context = ContextOutside()
  /// Points whose novelty lies far above ordinary film.
  var farPoints = 0
  var areFinite = true

  /// - Parameter channels: of a spectrum that is kept; 0 for none.
  init(rows: Int, columns: Int, keepsMaps: Bool, channels: Int) {
    let empty = Raster(rows: rows, columns: columns, repeating: 0)
    (combined, error, ensemble) = (empty, empty, empty)
    holdsFilm = [Bool](repeating: false, count: rows * columns)
    maps = keepsMaps ? Maps(roundTrip: empty, novelty: empty, predictedError: empty) : nil
    reduced = ReducedMaps(rows: rows, columns: columns)
    spectra = [Float](repeating: 0, count: rows * columns * channels)
  }

  /// Nothing yet of a part of a grid, which has maps of its own until it is placed.
  init(part rows: Int, _ columns: Int, channels: Int) {
    self.init(rows: rows, columns: columns, keepsMaps: true, channels: channels)
    reduced = nil
  }

  /// Puts the scores of a part of the grid where they belong.
  mutating func place(_ part: GridScores, row: Int, column: Int) {
    combined.paste(part.combined, row: row, column: column)
    error.paste(part.error, row: row, column: column)
    ensemble.paste(part.ensemble, row: row, column: column)
    if let added = part.maps {
      reduced?.add(added, row: row, column: column)
      maps?.roundTrip.paste(added.roundTrip, row: row, column: column)
      maps?.novelty.paste(added.novelty, row: row, column: column)
      maps?.predictedError.paste(added.predictedError, row: row, column: column)
    }
    let width = part.combined.columns
    let channels = part.spectra.count / max(part.holdsFilm.count, 1)
    for partRow in 0..<part.combined.rows {
      let source = partRow * width..<(partRow + 1) * width
      let start = (row + partRow) * combined.columns + column
      holdsFilm.replaceSubrange(start..<start + width, with: part.holdsFilm[source])
      spectra.replaceSubrange(
        start * channels..<(start + width) * channels,
        with: part.spectra[source.lowerBound * channels..<source.upperBound * channels])
    }
    context.add(part.context)
    farPoints += part.farPoints
    areFinite = areFinite && part.areFinite
  }
}

extension Raster {
  /// Overwrites a rectangle that lies inside.
  fileprivate mutating func paste(_ part: Raster, row: Int, column: Int) {
    for partRow in 0..<part.rows {
      let start = (row + partRow) * columns + column
      values.replaceSubrange(
        start..<start + part.columns, with: part.values[partRow * part.columns..<(partRow + 1) * part.columns])
    }
  }
}

/// How many positions have surroundings unlike the training films'.
struct ContextOutside: Sendable {
  /// Positions with any feature outside.
  var positions = 0
  /// Positions with this feature outside.
  var byFeature = [Int](repeating: 0, count: ContextFeatures.count)

  mutating func add(_ other: ContextOutside) {
    positions += other.positions
    for feature in byFeature.indices { byFeature[feature] += other.byFeature[feature] }
  }

  /// - Parameters:
  ///   - values: (count, 12) raw features.
  ///   - ranges: of the training films, already widened by the margin; empty for a model without context.
  init(values: [Float] = [], ranges: [ClosedRange<Double>] = []) {
    guard ranges.count == ContextFeatures.count else { return }
    for start in stride(from: 0, to: values.count, by: ContextFeatures.count) {
      var any = false
      for feature in ranges.indices where !ranges[feature].contains(Double(values[start + feature])) {
        byFeature[feature] += 1
        any = true
      }
      if any { positions += 1 }
    }
  }

  var worstFeature: String? {
    byFeature.indices.max { byFeature[$0] < byFeature[$1] }.map { ContextFeatures.names[$0] }
  }
}
