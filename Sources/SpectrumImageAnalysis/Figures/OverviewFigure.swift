// Figure 1: the image, spectra at chosen regions, and what non-negative factorisation makes of all spectra.

import Microscopy
import Pictures
import StrictJSON

enum OverviewFigure {
  /// Regions of the paper's figure 1a, in its order.
  private static let kinds: [PlaceKind] = [.particle, .gap, .hole, .outside]
  private static let regionRadius = 1
  private static let colours: [Colour] = [.vermilion, .blue, .green, .purple]

  /// A region: a box of 3×3 pixels, and the mean of its spectra.
  private struct Region {
    let label: String
    let kind: PlaceKind
    let centre: PixelPosition
    let colour: Colour
    let spectra: Int
    let mean: [Float]
  }

  static func make(_ image: AnalysedImage, places: FilmPlaces, unmixing: Unmixing) -> Figure {
    var figure = Figure("Figure 1", "HAADF, spectra at chosen regions, non-negative factorisation")
    let regions = regions(image, places)
    for kind in kinds where !regions.contains(where: { $0.kind == kind }) {
      figure.notes.append("No region \(label(kind)) (\(kind.rawValue)): \(kind.missing) where spectra were taken.")
    }
    figure.panels = [
      haadf(image, regions), spectra(image, regions), parts(image, unmixing),
    ]
    let channels = image.channels
    figure.data = [
      .array(
        file: "fig1-region-spectra.npy", shape: [regions.count, channels], values: regions.flatMap(\.mean)),
      .json(file: "fig1-regions.json", json(regions)),
      .array(
        file: "fig1-nmf-abundances.npy", shape: mapShape(image) + [unmixing.components],
        values: interleaved(image, unmixing)),
      .array(
        file: "fig1-nmf-endmembers.npy", shape: [unmixing.components, channels], values: unmixing.endmembers),
      .json(file: "fig1-nmf.json", json(unmixing)),
    ]
    return figure
  }

  private static func label(_ kind: PlaceKind) -> String { "R\((kinds.firstIndex(of: kind) ?? 0) + 1)" }

  private static func regions(_ image: AnalysedImage, _ places: FilmPlaces) -> [Region] {
    kinds.enumerated().compactMap { index, kind in
      guard let centre = places.place(kind, among: image.set.positions) else { return nil }
      let members = image.set.positions.indices.filter {
        image.set.positions[$0].chebyshevDistance(to: centre) <= regionRadius
      }
      var mean = [Float](repeating: 0, count: image.channels)
      for member in members {
        for channel in mean.indices {
          mean[channel] += image.set.counts[member * image.channels + channel] / Float(members.count)
        }
      }
      return Region(
        label: label(kind), kind: kind, centre: centre, colour: colours[index], spectra: members.count, mean: mean)
    }
  }

  private static func haadf(_ image: AnalysedImage, _ regions: [Region]) -> Figure.Panel {
    let scale = Double(Drawing.scale(image.set.image, side: Drawing.imageSide))
    var picture = Drawing.haadf(image.set.image, pixelSizeNM: image.set.pixelSizeNM, side: Drawing.imageSide)
    let side = Double(2 * regionRadius + 1) * scale
    for region in regions {
      let (left, top) = (
        Double(region.centre.column - regionRadius) * scale, Double(region.centre.row - regionRadius) * scale
      )
      picture.drawRectangle(x: left, y: top, width: side, height: side, colour: .black, thickness: 5)
      picture.drawRectangle(x: left, y: top, width: side, height: side, colour: region.colour, thickness: 3)
    }
    for region in regions {
      let x = Double(region.centre.column + regionRadius + 1) * scale + 5
      let isRoomy = x + 40 < Double(picture.width)
      picture.drawTag(
        region.label, x: isRoomy ? Int(x) : Int(x - side - 46),
        y: max(2, Int(Double(region.centre.row) * scale) - 8), colour: region.colour, scale: 2)
    }
    let rules = regions.map {
      "\($0.label) (\($0.kind.rawValue), row \($0.centre.row), column \($0.centre.column)): \($0.kind.rule)."
    }
    return Figure.Panel(
      file: "fig1a-haadf.png", image: picture,
      caption: "HAADF image in the detector's units, black to white from the 0.5th to the 99.5th percentile, "
        + "\(Drawing.number(image.set.pixelSizeNM, 3)) nm a pixel. Boxes of 3×3 pixels are chosen from the image alone, "
        + "before any prediction. " + rules.joined(separator: " "))
  }

  private static func spectra(_ image: AnalysedImage, _ regions: [Region]) -> Figure.Panel {
    let energies = image.set.energyEV
    let chart = LineChart(
      x: Drawing.energyAxis(energies), y: .init("mean counts a channel"),
      series: regions.map { Drawing.curve("\($0.label) \($0.kind.rawValue)", $0.colour, energies, $0.mean) })
    return Figure.Panel(
      file: "fig1b-region-spectra.png", image: chart.render(width: 720, plotHeight: 320),
      caption:
        "Mean spectrum of each box, as measured. Look for peaks that move in energy or change their share from place "
        + "to place, not only in height. Nine spectra a box: the smallest wiggles are counting noise.")
  }

  private static func parts(_ image: AnalysedImage, _ unmixing: Unmixing) -> Figure.Panel {
    let energies = image.set.energyEV
    var maps: [CaptionedPictures.Item] = []
    var curves: [CaptionedPictures.Item] = []
    for component in 0..<unmixing.components {
      let colour = Drawing.palette[component % Drawing.palette.count]
      maps.append(
        .init(
          caption: "component \(component + 1)",
          image: MapPicture.render(
            image.spectrumMap(unmixing.abundance(component)), side: Drawing.mapSide, range: .explicit(low: 0, high: 1)))
      )
      let chart = LineChart(
        x: Drawing.energyAxis(energies), y: .init("counts a channel"),
        series: [Drawing.curve("", colour, energies, unmixing.endmember(component))])
      curves.append(.init(caption: "", image: chart.render(width: Drawing.mapSide, plotHeight: 160)))
    }
    let negative =
      unmixing.negativeShare > 0
      ? " \(Drawing.percent(unmixing.negativeShare)) of the counts were negative after background removal and count as 0."
      : ""
    return Figure.Panel(
      file: "fig1-nmf.png", image: PictureGrid.render([maps, curves]),
      caption:
        "Non-negative factorisation into \(unmixing.components) components: every spectrum is a sum of the curves "
        + "(endmembers, below) weighted by the maps (abundances, above; 0…1, each component's largest is 1). Components "
        + "stand in falling order of their share of all counts. "
        + "\(Drawing.percent(unmixing.residualShare)) of the squared counts stay unexplained; "
        + "\(unmixing.objective.count - 1) sweeps, "
        + (unmixing.hasConverged
          ? "stopped when a sweep lowered the residual by less than 1e-7 of its start."
          : "stopped by the limit before the residual settled.") + negative
        + " Look for which structures each map lights up and how far it reaches beyond the particles. An endmember is no "
        + "physical mode: several peaks may share one, and another number of components divides them differently.")
  }

  private static func mapShape(_ image: AnalysedImage) -> [Int] {
    let map = image.spectrumMap([Float](repeating: 0, count: image.set.positions.count))
    return [map.rows, map.columns]
  }

  /// (rows, columns, components).
  private static func interleaved(_ image: AnalysedImage, _ unmixing: Unmixing) -> [Float] {
    let maps = (0..<unmixing.components).map { image.spectrumMap(unmixing.abundance($0)).values }
    return (maps.first?.indices ?? 0..<0).flatMap { pixel in maps.map { $0[pixel] } }
  }

  private static func json(_ regions: [Region]) -> JSONValue {
    .array(
      regions.map {
        [
          "label": .string($0.label), "kind": .string($0.kind.rawValue), "row": .int($0.centre.row),
          "column": .int($0.centre.column), "spectra": .int($0.spectra), "rule": .string($0.kind.rule),
        ]
      })
  }

  private static func json(_ unmixing: Unmixing) -> JSONValue {
    [
      "components": .int(unmixing.components), "residual_share": .double(unmixing.residualShare),
      "converged": .bool(unmixing.hasConverged), "negative_share": .double(unmixing.negativeShare),
      "objective_counts_squared": JSONValue(unmixing.objective),
    ]
  }
}
