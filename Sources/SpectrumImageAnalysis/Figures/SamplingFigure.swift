// Figure S3: the same specimen with fewer pixels a particle.

import Microscopy
import ModelWorkshop
import Pictures
import StrictJSON

enum SamplingFigure {
  /// One coarser sampling, or why there is none.
  struct Sampling: Sendable {
    let factor: Int
    let image: AnalysedImage
    let networks: [Int: LatentNetworks]
    let errors: [Direction: [Int: PredictionErrors]]
  }

  static func make(
    _ samplings: [Sampling], refusals: [String], full: TrainedNetworks, settings: AnalysisSettings
  ) -> Figure {
    var figure = Figure("Figure S3", "coarser sampling: a tile sees more, but in fewer pixels")
    figure.notes = refusals
    for sampling in samplings {
      let stem = "figS3-by\(sampling.factor)"
      figure.panels.append(
        Figure.Panel(
          file: "\(stem).png", image: picture(sampling, settings),
          caption: caption(sampling, full: full, settings: settings)))
      figure.data += data(sampling, settings, stem: stem)
    }
    return figure
  }

  private static func picture(_ sampling: Sampling, _ settings: AnalysisSettings) -> RGBImage {
    let image = sampling.image
    let scene = Drawing.haadf(image.set.image, pixelSizeNM: image.set.pixelSizeNM, side: Drawing.mapSide)
    return PictureGrid.render(
      Direction.allCases.enumerated().map { row, direction in
        let errors = settings.compared.compactMap { latents in
          sampling.errors[direction]?[latents].map { (latents, $0) }
        }
        let range = ValueRange.explicit(
          low: 0, high: 100 * Drawing.quantile(errors.flatMap(\.1.paper), 0.99))
        let maps = errors.map { latents, errors in
          CaptionedPictures.Item(
            caption: "\(direction.rawValue) \(latents)L, in-sample",
            image: MapPicture.render(
              image.tileMap(errors.paper.map { 100 * $0 }), side: Drawing.mapSide, range: range, unit: "%"))
        }
        let grid = sampling.networks[AnalysisSettings.fewLatents].map {
          LatentGrid(direction.network($0), features: direction.features(image), count: image.count)
        }
        let back = grid.map {
          CaptionedPictures.Item(
            caption: "\(direction.rawValue), back-projection",
            image: LatentGridFigure.nearestPicture(false, image, $0, cellSide: 48))
        }
        let blank = RGBImage(width: 1, height: 1, filledWith: .white)
        return [row == 0 ? .init(caption: "HAADF", image: scene) : .init(caption: "", image: blank)]
          + (back.map { [$0] } ?? []) + maps
      })
  }

  private static func caption(_ sampling: Sampling, full: TrainedNetworks, settings: AnalysisSettings) -> String {
    let image = sampling.image
    let comparison = Direction.allCases.flatMap { direction in
      settings.compared.compactMap { latents -> String? in
        guard let coarse = sampling.errors[direction]?[latents], let fine = full.inSample[direction]?[latents] else {
          return nil
        }
        return "\(direction.rawValue) \(latents)L \(Drawing.percent(coarse.meanPaper)) "
          + "(full sampling \(Drawing.percent(fine.meanPaper)))"
      }
    }
    return "Blocks of \(sampling.factor)×\(sampling.factor) pixels became one: image averaged, counts added; "
      + "\(Drawing.number(image.set.pixelSizeNM, 3)) nm a pixel, so a tile now spans "
      + "\(Drawing.number(16 * image.set.pixelSizeNM, 0)) nm; \(image.count) tiles remain. Back-projection shows the real "
      + "tile nearest to each point of the two-latent grid. Mean error by the paper's measure: "
      + comparison.joined(separator: ", ")
      + ". Everything here is in-sample: with so few tiles, training and test blocks a "
      + "tile apart do not fit, and small errors may only mean that the tiles were learned by heart. Look whether errors "
      + "still follow edges and holes now that a tile holds several particles."
  }

  private static func data(_ sampling: Sampling, _ settings: AnalysisSettings, stem: String) -> [Figure.Data] {
    let maps = Direction.allCases.flatMap { direction in
      settings.compared.compactMap { latents in
        sampling.errors[direction]?[latents].map {
          (name: "\(direction.rawValue) \(latents) latents", errors: $0, map: sampling.image.tileMap($0.paper))
        }
      }
    }
    guard let first = maps.first else { return [] }
    return [
      .array(
        file: "\(stem)-paper-error.npy", shape: [maps.count, first.map.rows, first.map.columns],
        values: maps.flatMap(\.map.values)),
      .json(
        file: "\(stem).json",
        [
          "layers": JSONValue(maps.map(\.name)), "in_sample": true, "binning": .int(sampling.factor),
          "pixel_size_nm": .double(sampling.image.set.pixelSizeNM), "tiles": .int(sampling.image.count),
          "paper_error_mean": JSONValue(maps.map(\.errors.meanPaper)),
        ]),
    ]
  }
}
