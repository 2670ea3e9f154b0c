// Figures 3 and 5, third part: groups of latents, mapped onto the image.

import Im2Spec
import Microscopy
import ModelWorkshop
import Pictures
import StrictJSON

enum ClusterFigure {
  private static let mapSide = Drawing.mapSide + 80
  private static let chartWidth = 560

  static func add(
    to figure: inout Figure, _ direction: Direction, _ image: AnalysedImage, _ networks: TrainedNetworks, stem: String,
    settings: AnalysisSettings
  ) {
    guard let many = networks.onAllTiles[settings.latents], let few = networks.onAllTiles[AnalysisSettings.fewLatents]
    else { return }
    let features = direction.features(image)
    let latents = direction.network(many).encoded(features, count: image.count)
    let clusters = LatentClusters(
      latents: latents, dimensions: settings.latents, spectra: image.tileSet.counts, channels: image.channels,
      seed: settings.seed)
    let plane = LatentPlane(direction.network(few).encoded(features, count: image.count))
    let divisions = [clusters.best] + (clusters.finest.map { [$0] } ?? [])
    let rows = divisions.map { division -> [CaptionedPictures.Item] in
      let map = image.tileMap(division.assignment.map(Float.init))
      return [
        .init(
          caption: "\(division.count) clusters, silhouette \(Drawing.number(division.silhouette))",
          image: MapPicture.kinds(map, colours: Drawing.palette, side: mapSide)),
        .init(caption: "", image: spectra(image, division)),
      ]
    }
    let choice = [
      CaptionedPictures.Item(caption: "", image: scatter(plane, clusters.best)),
      .init(caption: "", image: silhouettes(clusters)),
    ]
    figure.panels.append(
      Figure.Panel(
        file: "\(stem)-clusters.png", image: PictureGrid.render(rows + [choice]), caption: caption(clusters, settings)))
    figure.data += data(image, clusters, latents: latents, stem: stem, settings: settings)
  }

  private static func caption(_ clusters: LatentClusters, _ settings: AnalysisSettings) -> String {
    let best = clusters.best
    let strength =
      best.silhouette < LatentClusters.substantialSilhouette
      ? "Below 0.25 there is no substantial grouping: latents change gradually here, and the borders between colours are a "
        + "matter of definition."
      : "Below 0.25 there would be no substantial grouping; above 0.5 groups are well apart."
    let finer =
      clusters.finest.map { " Second row: the finest division that stays above 0.25, \($0.count) clusters." } ?? ""
    return
      "Clusters in the space of \(settings.latents) latents (in-sample; k-means on latents divided by their standard "
      + "deviation), mapped onto the image, beside the mean measured spectrum of each. First row: \(best.count) clusters, the "
      + "number from 2 to 8 with the largest mean silhouette, \(Drawing.number(best.silhouette)). \(strength)\(finer) Last "
      + "row: the first row's clusters in the plane of the two-latent network (principal axes), and the silhouettes. Colours "
      + "suit any colour vision; the largest cluster comes first. Look whether clusters follow structures of the image "
      + "(particles, gaps, edge) and how their spectra differ; overlap in the plane shows what two latents cannot tell apart."
  }

  private static func spectra(_ image: AnalysedImage, _ clusters: LatentClusters.Division) -> RGBImage {
    let energies = image.set.energyEV
    let chart = LineChart(
      x: Drawing.energyAxis(energies), y: .init("mean counts a channel"),
      series: (0..<clusters.count).map { cluster in
        Drawing.curve(
          "\(cluster + 1): \(clusters.sizes[cluster]) px", Drawing.palette[cluster], energies,
          clusters.meanSpectra[cluster * image.channels..<(cluster + 1) * image.channels])
      })
    return chart.render(width: chartWidth, plotHeight: 220)
  }

  private static func scatter(_ plane: LatentPlane, _ clusters: LatentClusters.Division) -> RGBImage {
    let series = (0..<clusters.count).map { cluster in
      let members = clusters.assignment.indices.filter { clusters.assignment[$0] == cluster }
      return LineChart.Series(
        name: "\(cluster + 1)", colour: Drawing.palette[cluster],
        x: members.map { Double(plane.coordinates[2 * $0]) },
        y: members.map { Double(plane.coordinates[2 * $0 + 1]) }, style: .dots)
    }
    return LineChart(x: .init("two latents, axis 1"), y: .init("axis 2"), series: series)
      .render(width: mapSide, plotHeight: 240)
  }

  private static func silhouettes(_ clusters: LatentClusters) -> RGBImage {
    LineChart(
      x: .init("clusters"), y: .init("mean silhouette"),
      series: [
        .init(
          name: "", colour: .blue, x: clusters.silhouettes.map { Double($0.clusters) },
          y: clusters.silhouettes.map(\.mean), style: .markedLine)
      ]
    ).render(width: chartWidth, plotHeight: 240)
  }

  private static func data(
    _ image: AnalysedImage, _ clusters: LatentClusters, latents: [Float], stem: String, settings: AnalysisSettings
  ) -> [Figure.Data] {
    let divisions = [clusters.best] + (clusters.finest.map { [$0] } ?? [])
    let maps = divisions.map { image.tileMap($0.assignment.map(Float.init)) }
    return [
      .array(
        file: "\(stem)-clusters.npy", shape: [maps.count, maps[0].rows, maps[0].columns], values: maps.flatMap(\.values)
      ),
      .array(
        file: "\(stem)-cluster-spectra.npy", shape: [divisions.map(\.count).reduce(0, +), image.channels],
        values: divisions.flatMap(\.meanSpectra)),
      .array(file: "\(stem)-cluster-latents.npy", shape: [image.count, settings.latents], values: latents),
      .json(
        file: "\(stem)-clusters.json",
        [
          "divisions": .array(
            divisions.map {
              [
                "clusters": .int($0.count), "sizes": JSONValue($0.sizes), "silhouette": .double($0.silhouette),
              ]
            }),
          "criterion": "largest mean silhouette of k-means, 2 to 8 clusters, latents divided by their deviation",
          "silhouettes": .array(
            clusters.silhouettes.map { ["clusters": .int($0.clusters), "mean": .double($0.mean)] }),
        ]),
    ]
  }
}
