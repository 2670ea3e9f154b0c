// Figures 3 and 5, first part: where predictions fail.

import Microscopy
import Pictures
import StrictJSON

enum ErrorMapFigure {
  /// Adds maps of the paper's measure and of the mean squared error.
  static func add(
    to figure: inout Figure, _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks, stem: String
  ) {
    guard let compared = networks.compared[direction], let baseline = networks.baseline[direction] else { return }
    let isOutOfFold = networks.fold != nil
    let kind = isOutOfFold ? "out of fold" : "in-sample"
    let columns =
      compared.map { ("\($0.latents)L \(kind)", $0.errors) } + [("mean \(direction.targetName)", baseline)]
    func row(
      _ title: String, _ map: ColourMap, unit: String, _ values: (PredictionErrors) -> [Float], first: RGBImage,
      firstCaption: String
    ) -> [CaptionedPictures.Item] {
      let shown = compared.flatMap { values($0.errors) }
      let range = ValueRange.explicit(low: 0, high: Drawing.quantile(shown, 0.99))
      return [.init(caption: firstCaption, image: first)]
        + columns.map {
          .init(
            caption: "\($0.0), \(title)",
            image: MapPicture.render(
              image.tileMap(values($0.1)), side: Drawing.mapSide, range: range, map: map, unit: unit))
        }
    }
    let scene = Drawing.haadf(
      image.tileMap(image.tileSet.positions.map { image.normalised[$0] }), pixelSizeNM: image.set.pixelSizeNM,
      side: Drawing.mapSide)
    let folds = networks.fold.map {
      MapPicture.kinds(image.tileMap($0.map(Float.init)), colours: Drawing.palette, side: Drawing.mapSide)
    }
    let picture = PictureGrid.render([
      row("%", .viridis, unit: "%", { $0.paper.map { 100 * $0 } }, first: scene, firstCaption: "HAADF, same area"),
      row(
        "MSE", .viridis, unit: "", \.meanSquared, first: folds ?? scene,
        firstCaption: folds == nil ? "HAADF, same area" : "folds"),
    ])
    figure.panels.append(
      Figure.Panel(
        file: "\(stem)-errors.png", image: picture,
        caption: caption(direction, image, networks, compared: compared, baseline: baseline)))
    if let refusal = networks.foldRefusal {
      figure.notes.append("In-sample, not out of fold: \(refusal). Errors on training tiles are too small.")
    }
    figure.data.append(contentsOf: data(direction, image, networks, compared: compared, baseline: baseline, stem: stem))
  }

  private static func caption(
    _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks, compared: [ComparedPrediction],
    baseline: PredictionErrors
  ) -> String {
    let averages = compared.map { "\(Drawing.percent($0.errors.meanPaper)) with \($0.latents) latents" }
    let unit =
      direction == .im2spec
      ? "the square of \(Drawing.number(image.scaler.countsPerUnit, 0)) counts a channel"
      : "the square of the step from background to particle"
    let how =
      networks.fold == nil
      ? "These networks were trained on the very tiles they are tested on (in-sample)."
      : "Every position is predicted by networks that were trained on other blocks only, one tile (16 pixels) apart; the "
        + "colours of the folds show the blocks, and a seam between them in an error map is a difference of training sets, "
        + "not of the specimen. The paper's own maps come from a split whose tiles overlap."
    let extra =
      direction == .im2spec
      ? " Counting noise alone costs \(Drawing.percent(noise(image).paper)) on average: no map can fall below that."
      : " A spectrum does not say how the particles around it are turned, so errors of tens of per cent are expected."
    return "Top: the paper's measure at each position, the root of mean (p−t)² over mean (p+t)², averaging "
      + averages.joined(separator: " and ") + ", \(Drawing.percent(baseline.meanPaper)) for the mean "
      + "\(direction.targetName) predicted everywhere (right). Bottom: mean squared error; its unit is \(unit). Maps of a row "
      + "share one colour scale from 0 to the 99th percentile of the networks' errors; where the baseline goes beyond, it is "
      + "saturated. Pixels without a spectrum are pink. \(how)\(extra) Look for structure: errors that follow edges, holes "
      + "or single particles show where the learned relation breaks. The percentages are large wherever the target itself "
      + "is weak, such as far outside the film; the squared error is not."
  }

  static func noise(_ image: AnalysedImage) -> NoiseFloor {
    NoiseFloor(
      spectra: image.tileSet.counts, clean: image.tileSet.cleanCounts, channels: image.channels)
  }

  private static func data(
    _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks, compared: [ComparedPrediction],
    baseline: PredictionErrors, stem: String
  ) -> [Figure.Data] {
    let layers = compared.map(\.errors) + [baseline]
    func stack(_ values: (PredictionErrors) -> [Float]) -> (shape: [Int], values: [Float]) {
      let maps = layers.map { image.tileMap(values($0)) }
      return ([maps.count, maps[0].rows, maps[0].columns], maps.flatMap(\.values))
    }
    let (paper, squared) = (stack(\.paper), stack(\.meanSquared))
    var files: [Figure.Data] = [
      .array(file: "\(stem)-paper-error.npy", shape: paper.shape, values: paper.values),
      .array(file: "\(stem)-mean-squared-error.npy", shape: squared.shape, values: squared.values),
      .json(
        file: "\(stem)-errors.json",
        [
          "layers": JSONValue(compared.map { "\($0.latents) latents" } + ["mean \(direction.targetName)"]),
          "out_of_fold": .bool(networks.fold != nil),
          "first_row": .int(image.tileSet.positions.map(\.row).min() ?? 0),
          "first_column": .int(image.tileSet.positions.map(\.column).min() ?? 0),
          "paper_error_mean": JSONValue(layers.map(\.meanPaper)),
          "paper_error_pooled": JSONValue(layers.map(\.pooled.paperError)),
          "nmse": JSONValue(layers.map(\.pooled.nmse)),
          "unexplained_variance": JSONValue(layers.map(\.pooled.unexplainedVariance)),
          "mean_squared_error": JSONValue(layers.map(\.pooled.meanSquaredError)),
        ]),
    ]
    if let fold = networks.fold {
      let map = image.tileMap(fold.map(Float.init))
      files.append(.array(file: "\(stem)-folds.npy", shape: [map.rows, map.columns], values: map.values))
    }
    return files
  }
}
