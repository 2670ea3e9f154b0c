// Figures 4 and 6: predicted against measured at chosen places.

import Im2Spec
import Microscopy
import Pictures
import StrictJSON

enum PlacesFigure {
  /// The paper's places, and the outside where an image has no hole.
  private static let kinds: [PlaceKind] = [.hole, .particle, .gap, .edge, .outside]

  /// A chosen place among the tile positions.
  private struct Place {
    let kind: PlaceKind
    let index: Int
    let position: PixelPosition
  }

  static func make(
    _ direction: Direction, _ image: AnalysedImage, places: FilmPlaces, networks: TrainedNetworks
  ) -> Figure {
    let number = direction == .im2spec ? 4 : 6
    let stem = "fig\(number)"
    var figure = Figure(
      "Figure \(number)", "\(direction.rawValue): predicted and measured \(direction.targetName) at chosen places")
    let chosen = kinds.compactMap { kind -> Place? in
      guard let position = places.place(kind, among: image.tileSet.positions),
        let index = image.tileSet.positions.firstIndex(of: position)
      else { return nil }
      return Place(kind: kind, index: index, position: position)
    }
    for kind in kinds where !chosen.contains(where: { $0.kind == kind }) {
      figure.notes.append("No \(kind.rawValue): \(kind.missing) where a whole tile fits.")
    }
    guard let compared = networks.compared[direction], !chosen.isEmpty else { return figure }
    if networks.fold == nil { figure.notes.append("In-sample: these networks were trained on the very tiles shown.") }
    figure.panels = [
      Figure.Panel(
        file: "\(stem)-places.png",
        image: direction == .im2spec ? spectra(image, chosen, compared) : tiles(image, chosen, compared),
        caption: caption(direction, chosen, compared, isOutOfFold: networks.fold != nil))
    ]
    figure.data = data(direction, image, chosen, compared, isOutOfFold: networks.fold != nil, stem: stem)
    return figure
  }

  private static func caption(
    _ direction: Direction, _ places: [Place], _ compared: [ComparedPrediction], isOutOfFold: Bool
  ) -> String {
    let errors = places.map { place in
      let each = compared.map { "\(Drawing.percent(Double($0.errors.paper[place.index]))) with \($0.latents)" }
      return "\(place.kind.rawValue) (row \(place.position.row), column \(place.position.column)): "
        + each.joined(separator: ", ")
    }
    let source =
      isOutOfFold
      ? "Predictions come from networks that never saw the place or anything within a tile of it."
      : "Predictions are in-sample."
    let look =
      direction == .im2spec
      ? "The cross marks the pixel whose spectrum is measured (black). Look whether peak energies and the ratio of the peaks "
        + "are met, not only the height; a single measured spectrum carries counting noise that no prediction should follow."
      : "Left the real tile, then what each network says from the spectrum at its centre. Look for coverage and for the side on "
        + "which an edge lies; single particles cannot be told from one spectrum, so a grey blur is an honest answer."
    return "Places are chosen from the image alone, before any prediction. \(source) \(look) The paper's measure: "
      + errors.joined(separator: "; ") + " latents."
  }

  private static func label(_ place: Place) -> String { place.kind.rawValue }

  private static func spectra(
    _ image: AnalysedImage, _ places: [Place], _ compared: [ComparedPrediction]
  ) -> RGBImage {
    let (energies, channels) = (image.set.energyEV, image.channels)
    let unit = Float(image.scaler.countsPerUnit)
    let rows = places.map { place -> [CaptionedPictures.Item] in
      let range = place.index * channels..<(place.index + 1) * channels
      let predictions = zip(compared, [Drawing.few, Drawing.many]).map { prediction, colour in
        Drawing.curve("\(prediction.latents)L", colour, energies, prediction.values[range].map { $0 * unit })
      }
      let chart = LineChart(
        x: Drawing.energyAxis(energies), y: .init("counts a channel"),
        series: [Drawing.curve("measured", .black, energies, image.tileSet.counts[range])] + predictions)
      return [
        .init(caption: label(place), image: tile(image, place, crosshair: true)),
        .init(caption: "", image: chart.render(width: 680, plotHeight: 190)),
      ]
    }
    return PictureGrid.render(rows)
  }

  private static func tiles(_ image: AnalysedImage, _ places: [Place], _ compared: [ComparedPrediction]) -> RGBImage {
    let size = TileBatch.tilePixels
    return PictureGrid.render(
      places.map { place in
        [.init(caption: "\(label(place))", image: tile(image, place, crosshair: false))]
          + compared.map { prediction in
            .init(
              caption: "\(prediction.latents)L",
              image: Drawing.tile(
                prediction.values[place.index * size..<(place.index + 1) * size], side: Drawing.tileSide))
          }
      })
  }

  private static func tile(_ image: AnalysedImage, _ place: Place, crosshair: Bool) -> RGBImage {
    let size = TileBatch.tilePixels
    return Drawing.tile(
      image.tiles[place.index * size..<(place.index + 1) * size], side: Drawing.tileSide, crosshair: crosshair)
  }

  private static func data(
    _ direction: Direction, _ image: AnalysedImage, _ places: [Place], _ compared: [ComparedPrediction],
    isOutOfFold: Bool, stem: String
  ) -> [Figure.Data] {
    let size = direction.targetSize(image)
    let unit = direction == .im2spec ? Float(image.scaler.countsPerUnit) : 1
    let shape = direction == .im2spec ? [size] : [TileBatch.tileEdge, TileBatch.tileEdge]
    let layers = [direction.targets(image)] + compared.map(\.values)
    let values = places.flatMap { place in
      layers.flatMap { $0[place.index * size..<(place.index + 1) * size].map { $0 * unit } }
    }
    return [
      .array(
        file: "\(stem)-\(direction == .im2spec ? "spectra" : "tiles").npy",
        shape: [places.count, layers.count] + shape, values: values),
      .json(
        file: "\(stem)-places.json",
        [
          "layers": JSONValue(["measured"] + compared.map { "\($0.latents) latents" }),
          "out_of_fold": .bool(isOutOfFold),
          "places": .array(
            places.map { place in
              [
                "kind": .string(place.kind.rawValue), "row": .int(place.position.row),
                "column": .int(place.position.column), "rule": .string(place.kind.rule),
                "paper_error": JSONValue(compared.map { Double($0.errors.paper[place.index]) }),
              ]
            }),
        ]),
    ]
  }
}
