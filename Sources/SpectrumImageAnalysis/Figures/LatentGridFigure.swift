// Figures 3 and 5, second part: a two-latent space decoded, and projected back to real features.

import Im2Spec
import Microscopy
import Pictures
import StrictJSON

enum LatentGridFigure {
  static let tileCell = 64
  private static let curveCell = (width: 84, height: 64)

  /// Adds the decoded grid, the back-projected grid and the numbers behind them.
  static func add(
    to figure: inout Figure, _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks, stem: String,
    seed: UInt64
  ) {
    guard let trained = networks.onAllTiles[AnalysisSettings.fewLatents] else { return }
    let features = direction.features(image)
    let grid = LatentGrid(direction.network(trained), features: features, count: image.count)
    let veracity = LatentVeracity(
      latents: grid.latents, dimensions: 2, features: features, size: direction.featureSize(image),
      positions: image.tileSet.positions, apart: TileBatch.tileEdge, seed: seed)
    let populated = grid.nearest.indices.filter(grid.isPopulated).count
    let share = "\(populated) of \(grid.nearest.count) cells are populated"
    figure.panels.append(
      Figure.Panel(
        file: "\(stem)-latent-grid.png", image: decodedPicture(direction, image, grid),
        caption:
          "Latent space decoded: the \(direction.targetName) that the two-latent network makes of each point of a "
          + "uniform grid over the range of its latents, along their principal axes (the longer one to the right; turning the "
          + "axes changes nothing that the decoder can tell). In-sample: the network "
          + "was trained on all tiles. \(curveNote(direction.targetName == "spectrum", image)) "
          + "Cells are faint where no real \(direction.featureName) lies within half a cell's diagonal (\(share)): "
          + "there the decoder invents. Look for smooth changes from cell to cell, and for which change each axis stands."
      ))
    let apart =
      veracity.dispersionRatioApart.map { ", \(Drawing.number($0)) among neighbours whose tiles do not overlap" } ?? ""
    figure.panels.append(
      Figure.Panel(
        file: "\(stem)-back-projection.png",
        image: nearestPicture(direction.featureName == "spectrum", image, grid),
        caption:
          "The same grid projected back: the real \(direction.featureName) whose latents lie nearest to each point; "
          + "\(curveNote(direction.featureName == "spectrum", image)) faint where it lies outside the cell. Veracity: latent "
          + "neighbours differ \(Drawing.number(veracity.dispersionRatio)) times as much as random pairs do\(apart) (0: "
          + "equal latents mean equal \(direction.featureName == "tile" ? "tiles" : "spectra"); 1: they say nothing); latent "
          + "and feature distances correlate with r = \(Drawing.number(veracity.distanceCorrelation)). Look whether "
          + "neighbouring cells resemble each other; where they do not, two latents do not tell these places apart."))
    if direction == .spec2im {
      figure.panels.append(
        Figure.Panel(
          file: "\(stem)-back-projection-tiles.png", image: nearestPicture(false, image, grid),
          caption:
            "The places of those spectra: the real tile around each spectrum of the grid above. Tiles that differ in "
            + "neighbouring cells have nearly equal spectra: a spectrum does not fix its surroundings."))
    }
    figure.data.append(contentsOf: data(direction, image, grid, veracity, stem: stem))
  }

  private static func curveNote(_ isSpectrum: Bool, _ image: AnalysedImage) -> String {
    guard isSpectrum else { return "Grey from background to particle." }
    let energies = image.set.energyEV
    let range = curveRange(image)
    func counts(_ value: Float) -> String { Drawing.number(Double(value) * image.scaler.countsPerUnit, 0) }
    return "Each curve spans \(Drawing.number(energies.first ?? 0)) to \(Drawing.number(energies.last ?? 0)) eV and "
      + "\(counts(range.lowerBound)) to \(counts(range.upperBound)) counts a channel."
  }

  private static func curveRange(_ image: AnalysedImage) -> ClosedRange<Float> {
    min(0, Drawing.quantile(image.spectra, 0.001))...max(1e-6, Drawing.quantile(image.spectra, 0.9995))
  }

  static func decodedPicture(_ direction: Direction, _ image: AnalysedImage, _ grid: LatentGrid) -> RGBImage {
    let size = direction.targetSize(image)
    return lattice(direction.targetName == "spectrum", image, grid) { point in
      grid.decoded[point * size..<(point + 1) * size]
    }
  }

  /// The nearest real spectra or tiles.
  static func nearestPicture(
    _ isSpectrum: Bool, _ image: AnalysedImage, _ grid: LatentGrid, cellSide: Int = tileCell
  ) -> RGBImage {
    let size = isSpectrum ? image.channels : TileBatch.tilePixels
    let values = isSpectrum ? image.spectra : image.tiles
    return lattice(isSpectrum, image, grid, cellSide: cellSide) { point in
      values[grid.nearest[point] * size..<(grid.nearest[point] + 1) * size]
    }
  }

  private static func lattice(
    _ isSpectrum: Bool, _ image: AnalysedImage, _ grid: LatentGrid, cellSide: Int = tileCell,
    values: (Int) -> ArraySlice<Float>
  ) -> RGBImage {
    let edge = LatentGrid.edge
    let range = curveRange(image)
    let cell = isSpectrum ? curveCell : (width: cellSide, height: cellSide)
    let cells = (0..<edge).map { row in
      (0..<edge).map { column -> (image: RGBImage, isFaint: Bool) in
        let point = row * edge + column
        let picture =
          isSpectrum
          ? PictureGrid.sparkline(
            Array(values(point)), range: range, colour: .blue, width: cell.width, height: cell.height)
          : Drawing.tile(values(point), side: cellSide)
        return (picture, !grid.isPopulated(point))
      }
    }
    func text(_ value: Float) -> String { Drawing.number(Double(value)) }
    return PictureGrid.lattice(
      cells, cell: cell, right: "axis 1: \(text(grid.low[0])) to \(text(grid.high[0])), rightwards",
      up: "axis 2: \(text(grid.low[1])) to \(text(grid.high[1])), upwards")
  }

  private static func data(
    _ direction: Direction, _ image: AnalysedImage, _ grid: LatentGrid, _ veracity: LatentVeracity, stem: String
  ) -> [Figure.Data] {
    let edge = LatentGrid.edge
    let size = direction.targetSize(image)
    let factor = direction == .im2spec ? Float(image.scaler.countsPerUnit) : 1
    let shape = direction == .im2spec ? [size] : [TileBatch.tileEdge, TileBatch.tileEdge]
    let cells = grid.nearest.indices.map { point -> JSONValue in
      let position = image.tileSet.positions[grid.nearest[point]]
      return [
        "latents": .array([JSONValue(grid.points[2 * point]), JSONValue(grid.points[2 * point + 1])]),
        "nearest_row": .int(position.row), "nearest_column": .int(position.column),
        "distance_grid_steps": JSONValue(grid.distances[point]), "populated": .bool(grid.isPopulated(point)),
      ]
    }
    return [
      .array(
        file: "\(stem)-latent-grid.npy", shape: [edge, edge] + shape, values: grid.decoded.map { $0 * factor }),
      .array(file: "\(stem)-latents.npy", shape: [image.count, 2], values: grid.latents),
      .json(
        file: "\(stem)-back-projection.json",
        [
          "cells": .array(cells),
          "order": "rows from the top (axis 2 falling), each from left to right (axis 1 rising)",
          "near_distance_grid_steps": .double(LatentGrid.nearDistance),
          "dispersion_ratio": .double(veracity.dispersionRatio),
          "dispersion_ratio_without_overlapping_tiles": JSONValue(veracity.dispersionRatioApart),
          "distance_correlation": .double(veracity.distanceCorrelation),
          "neighbours": .int(LatentVeracity.neighbours),
        ]),
    ]
  }
}
