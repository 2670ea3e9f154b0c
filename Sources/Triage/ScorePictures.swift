// Score maps reduced to what a person looks at, whatever the size of the grid.

import Microscopy

/// A reduced score map with its place in the scan.
public struct ScorePicture: Equatable, Sendable {
  public enum Name: String, CaseIterable, Sendable {
    /// Robust deviations, smoothed: what anomalies are ranked by.
    case combined
    /// Raw scores (logarithms).
    case roundTrip = "round_trip"
    case novelty
    case ensemble
    /// e in units of the mean squared training spectrum.
    case predictedError = "predicted_error"
  }

  public var name: Name
  /// The largest score of each cell, so that a small odd place stays visible.
  public var values: Raster
  /// Where the centre of the first cell lies in the scan, pixels of the file, and how many of those a cell covers.
  public var firstRow: Double
  public var firstColumn: Double
  public var rowStep: Double
  public var columnStep: Double
}

/// Maps whose full size nobody asked for, in cells of so many grid points that neither side exceeds the limit.
struct ReducedMaps: Sendable {
  /// Cells a side.
  static let longestSide = 160

  /// Grid points along a cell's edge.
  let factor: Int
  private(set) var roundTrip: Raster
  private(set) var novelty: Raster
  private(set) var predictedError: Raster

  init(rows: Int, columns: Int) {
    factor = Self.factor(rows, columns)
    let empty = Self.empty(rows, columns, factor)
    (roundTrip, novelty, predictedError) = (empty, empty, empty)
  }

  /// Adds a band of the grid that begins at a grid row and column.
  mutating func add(_ band: BandScores, row: Int, column: Int) {
    Self.take(band.roundTrip, at: (row, column), factor, into: &roundTrip)
    Self.take(band.novelty, at: (row, column), factor, into: &novelty)
    Self.take(band.predictedError, at: (row, column), factor, into: &predictedError)
  }

  /// A whole map in cells of the same size.
  static func reduced(_ map: any RasterSource) throws -> Raster {
    let factor = factor(map.rows, map.columns)
    var cells = empty(map.rows, map.columns, factor)
    try map.forEachBand { band, first in take(band, at: (first, 0), factor, into: &cells) }
    return cells
  }

  private static func factor(_ rows: Int, _ columns: Int) -> Int {
    max(1, (max(rows, columns) + longestSide - 1) / longestSide)
  }

  private static func empty(_ rows: Int, _ columns: Int, _ factor: Int) -> Raster {
    Raster(rows: (rows + factor - 1) / factor, columns: (columns + factor - 1) / factor, repeating: -.infinity)
  }

  private static func take(_ part: Raster, at place: (row: Int, column: Int), _ factor: Int, into cells: inout Raster) {
    for row in 0..<part.rows {
      let first = (place.row + row) / factor * cells.columns
      for column in 0..<part.columns {
        let cell = first + (place.column + column) / factor
        cells.values[cell] = max(cells.values[cell], part.values[row * part.columns + column])
      }
    }
  }
}

extension GridScores {
  /// Every map, reduced; none where the grid is empty.
  /// - Throws: what reading the maps throws.
  func pictures(of scan: PreparedScan) throws -> [ScorePicture] {
    guard combined.rows > 0, combined.columns > 0 else { return [] }
    let rasters: [(ScorePicture.Name, Raster)] = [
      (.combined, try ReducedMaps.reduced(combined)), (.roundTrip, reduced.roundTrip), (.novelty, reduced.novelty),
      (.ensemble, try ReducedMaps.reduced(ensemble)), (.predictedError, reduced.predictedError),
    ]
    let (rows, columns) = (scan.filePlaces(scan.grid.rows), scan.filePlaces(scan.grid.columns))
    let middle = Double(reduced.factor - 1) / 2
    return rasters.map { name, values in
      ScorePicture(
        name: name, values: values, firstRow: rows.first + middle * rows.step,
        firstColumn: columns.first + middle * columns.step, rowStep: rows.step * Double(reduced.factor),
        columnStep: columns.step * Double(reduced.factor))
    }
  }
}
