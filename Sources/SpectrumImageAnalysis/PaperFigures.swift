// From one spectrum image to a folder with the paper's figures.

import ModelWorkshop
import StrictJSON

/// Draws figures 1, 3 to 6, S1 and S3 of the paper for one spectrum image.
///
/// Same set, settings and processor: same files.
public struct PaperFigures: Sendable {
  public let settings: AnalysisSettings

  public init(settings: AnalysisSettings) { self.settings = settings }

  /// What was written.
  public struct Outcome: Sendable {
    /// The page that ties the figures together.
    public let page: String
    /// What was left out, and why.
    public let notes: [String]
    /// The errors at a glance.
    public let table: [[String]]
  }

  /// - Parameters:
  ///   - set: a spectrum at every pixel; of spectra at some positions only, maps have gaps and figure S3 is left out.
  ///   - folder: made where it does not exist; files of the same names are replaced.
  /// - Throws: `WorkshopError` for images that cannot be analysed; errors of writing.
  public func analyse(
    set: SpectrumSet, folder: String, progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) async throws -> Outcome {
    let image = try AnalysedImage(set)
    let output = try AnalysisFolder(folder)
    let places = FilmPlaces(normalised: image.normalised, pixelSizeNM: set.pixelSizeNM)
    let unmixing = try Unmixing(image, components: settings.components, seed: settings.seed)
    let coarser = coarserImages(of: image)
    let compared = settings.compared.count
    let stages = TrainingStages(
      total: 2 * settings.steps
        * (settings.allLatents.count + compared * (settings.folds + coarser.images.count)), report: progress)
    let networks = try await TrainedNetworks.train(image, settings: settings, stages: stages)
    var samplings: [SamplingFigure.Sampling] = []
    for (factor, coarse) in coarser.images {
      let trained = try await TrainedNetworks.sweep(
        coarse, settings.compared, settings: settings, stages: stages, name: "\(factor)×\(factor) pixels, ")
      samplings.append(
        .init(
          factor: factor, image: coarse, networks: trained, errors: TrainedNetworks.errors(trained, coarse)))
    }
    let figures =
      [OverviewFigure.make(image, places: places, unmixing: unmixing)]
      + Direction.allCases.flatMap { direction in
        [
          latentFigure(direction, image, networks),
          PlacesFigure.make(direction, image, places: places, networks: networks),
        ]
      } + [
        LatentCountFigure.make(image, networks),
        SamplingFigure.make(samplings, refusals: coarser.refusals, full: networks, settings: settings),
      ]
    let summary = AnalysisSummary(image: image, networks: networks, settings: settings, figures: figures)
    try output.write(figures, summary: summary.json, page: summary.page.html)
    return Outcome(
      page: "\(folder)/index.html", notes: summary.notes + figures.flatMap(\.notes), table: summary.errorRows)
  }

  /// Figure 3 or 5.
  private func latentFigure(
    _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks
  ) -> Figure {
    let number = direction == .im2spec ? 3 : 5
    let stem = "fig\(number)"
    var figure = Figure(
      "Figure \(number)", "\(direction.rawValue): error maps, latent space, back-projection, clusters")
    ErrorMapFigure.add(to: &figure, direction, image, networks, stem: stem)
    LatentGridFigure.add(to: &figure, direction, image, networks, stem: stem, seed: settings.seed)
    ClusterFigure.add(to: &figure, direction, image, networks, stem: stem, settings: settings)
    return figure
  }

  private func coarserImages(
    of image: AnalysedImage
  ) -> (images: [(factor: Int, image: AnalysedImage)], refusals: [String]) {
    var images: [(Int, AnalysedImage)] = []
    var refusals: [String] = []
    for factor in settings.coarserBy {
      do {
        guard image.isDense else {
          throw WorkshopError("spectra of neighbouring pixels are added, and not every pixel has one")
        }
        images.append((factor, try AnalysedImage(image.set.coarser(by: factor))))
      } catch { refusals.append("1/\(factor) of the sampling is left out: \(error)") }
    }
    return (images, refusals)
  }
}
