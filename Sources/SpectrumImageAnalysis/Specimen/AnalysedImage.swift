// A spectrum image made ready: normalised tiles and scaled spectra at the same positions.

import Im2Spec
import Microscopy
import ModelWorkshop

/// One spectrum image with everything that the figures are drawn from.
struct AnalysedImage: Sendable {
  /// Every position with a spectrum.
  let set: SpectrumSet
  /// Background 0, particle 1.
  let normalised: Raster
  /// The positions at which a whole tile fits; all networks work on these.
  let tileSet: SpectrumSet
  let pairs: TrainingSet
  let scaler: SpectrumScaler
  /// (tile positions, 16, 16), normalised.
  let tiles: [Float]
  /// (tile positions, channels), in the scaler's units.
  let spectra: [Float]

  /// Fewer tiles than a few batches teach a network nothing that could be looked at.
  static let fewestTiles = 128

  init(_ set: SpectrumSet) throws {
    let edge = TileBatch.tileEdge
    guard set.image.rows >= edge, set.image.columns >= edge else {
      throw WorkshopError(
        "\(set.name): the image has \(set.image.rows)×\(set.image.columns) pixels, a tile has \(edge)×\(edge): "
          + "analyse a larger spectrum image")
    }
    if let bad = set.counts.firstIndex(where: { !$0.isFinite }) {
      let position = set.positions[bad / set.channels]
      throw WorkshopError(
        "\(set.name): channel \(bad % set.channels) at row \(position.row), column \(position.column) is not a finite "
          + "number; cut bad channels out before the analysis")
    }
    let half = edge / 2
    let fitting = set.positions.indices.filter {
      (half...set.image.rows - half).contains(set.positions[$0].row)
        && (half...set.image.columns - half).contains(set.positions[$0].column)
    }
    guard fitting.count >= Self.fewestTiles else {
      throw WorkshopError(
        "\(set.name): too few spectra (\(fitting.count)) have a whole tile of \(edge)×\(edge) pixels around them; "
          + "at least \(Self.fewestTiles) are needed")
    }
    self.set = set
    do {
      normalised = try ScanNormalisation.normalise(set.image, levels: try ScanNormalisation.levels(of: set.image))
      tileSet = set.subset(fitting)
      var pairs = TrainingSet(channels: set.channels)
      try pairs.add(
        image: set.image, pixelSizeNM: set.pixelSizeNM, positions: tileSet.positions, spectra: tileSet.counts)
      self.pairs = pairs
    } catch { throw WorkshopError("\(set.name): \(error)") }
    scaler = SpectrumScaler(fitting: tileSet.counts, channels: set.channels)
    let factor = Float(1 / scaler.countsPerUnit)
    spectra = tileSet.counts.map { $0 * factor }
    tiles = pairs.batch(Array(0..<pairs.count), context: false).tiles
  }

  var count: Int { tileSet.positions.count }
  var channels: Int { self.set.channels }

  /// One value a tile position as an image: the positions' bounding box, NaN where there is no spectrum.
  func tileMap(_ values: [Float]) -> Raster { Self.map(values, at: tileSet.positions) }

  /// One value a position with a spectrum as an image.
  func spectrumMap(_ values: [Float]) -> Raster { Self.map(values, at: set.positions) }

  private static func map(_ values: [Float], at positions: [PixelPosition]) -> Raster {
    precondition(values.count == positions.count)
    let rows = positions.map(\.row)
    let columns = positions.map(\.column)
    let (top, left) = (rows.min() ?? 0, columns.min() ?? 0)
    var map = Raster(
      rows: (rows.max() ?? 0) - top + 1, columns: (columns.max() ?? 0) - left + 1, repeating: .nan)
    for (position, value) in zip(positions, values) { map[position.row - top, position.column - left] = value }
    return map
  }

  /// Share of the pixels between the outermost positions that have a spectrum.
  var coverage: Double {
    let map = tileMap([Float](repeating: 0, count: count))
    return Double(count) / Double(map.values.count)
  }

  var isDense: Bool { coverage == 1 }
}
