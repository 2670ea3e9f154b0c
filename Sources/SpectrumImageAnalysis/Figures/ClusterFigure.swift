// Figures 3 and 5, third part: groups of latents, mapped onto the image.

import Im2Spec
import Microscopy
import ModelWorkshop
import Pictures
import StrictJSON

enum ClusterFigure {
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
    let plane = direction.network(few).encoded(features, count: image.count)
    let map = image.tileMap(clusters.assignment.map(Float.init))
    let picture = PictureGrid.render([
      [
        .init(
          caption: "clusters of \(settings.latents) latents",
          image: MapPicture.kinds(map, colours: Drawing.palette, side: Drawing.mapSide + 80)),
        .init(caption: "mean spectra", image: spectra(image, clusters)),
      ],
      [
        .init(caption: "the same, in the two-latent plane", image: scatter(plane, clusters)),
        .init(caption: "choice of their number", image: silhouettes(clusters)),
      ],
    ])
    figure.panels.append(
      Figure.Panel(file: "\(stem)-clusters.png", image: picture, caption: caption(clusters, settings)))
    figure.data += [
      .array(file: "\(stem)-clusters.npy", shape: [map.rows, map.columns], values: map.values),
      .array(
        file: "\(stem)-cluster-spectra.npy", shape: [clusters.count, image.channels], values: clusters.meanSpectra),
      .array(file: "\(stem)-cluster-latents.npy", shape: [image.count, settings.latents], values: latents),
      .json(
        file: "\(stem)-clusters.json",
        [
          "clusters": .int(clusters.count), "sizes": JSONValue(clusters.sizes),
          "criterion": "largest mean silhouette of k-means, 2 to 8 clusters, latents divided by their deviation",
          "silhouettes": .array(
            clusters.silhouettes.map { ["clusters": .int($0.clusters), "mean": .double($0.mean)] }),
        ]),
    ]
  }

  private static func caption(_ clusters: LatentClusters, _ settings: AnalysisSettings) -> String {
    let best = clusters.silhouettes.map(\.mean).max() ?? 0
    let strength =
      best < LatentClusters.substantialSilhouette
      ? "Below 0.25 there is no substantial grouping: latents change gradually here, and the borders between colours are a "
        + "matter of definition."
      : "Above 0.25 groups are more than an artefact of cutting; above 0.5 they are well apart."
    return
      "\(clusters.count) clusters in the space of \(settings.latents) latents (in-sample; k-means on latents divided by "
      + "their standard deviation; the number from 2 to 8 with the largest mean silhouette, here "
      + "\(Drawing.number(best))). \(strength) Colours suit any colour vision; the largest cluster comes first. Look "
      + "whether clusters follow structures of the image (particles, gaps, edge) and how their mean measured spectra differ; "
      + "overlap in the two-latent plane shows what two latents cannot tell apart."
  }

  private static func spectra(_ image: AnalysedImage, _ clusters: LatentClusters) -> RGBImage {
    let energies = image.set.energyEV
    let chart = LineChart(
      x: Drawing.energyAxis(energies), y: .init("mean counts a channel"),
      series: (0..<clusters.count).map { cluster in
        Drawing.curve(
          "\(cluster + 1): \(clusters.sizes[cluster])", Drawing.palette[cluster], energies,
          clusters.meanSpectra[cluster * image.channels..<(cluster + 1) * image.channels])
      })
    return chart.render(width: 560, plotHeight: 240)
  }

  private static func scatter(_ plane: [Float], _ clusters: LatentClusters) -> RGBImage {
    let series = (0..<clusters.count).map { cluster in
      let members = clusters.assignment.indices.filter { clusters.assignment[$0] == cluster }
      return LineChart.Series(
        name: "\(cluster + 1)", colour: Drawing.palette[cluster], x: members.map { Double(plane[2 * $0]) },
        y: members.map { Double(plane[2 * $0 + 1]) }, style: .dots)
    }
    return LineChart(x: .init("latent 1 of two"), y: .init("latent 2 of two"), series: series)
      .render(width: Drawing.mapSide + 80, plotHeight: 260)
  }

  private static func silhouettes(_ clusters: LatentClusters) -> RGBImage {
    LineChart(
      x: .init("clusters"), y: .init("mean silhouette"),
      series: [
        .init(
          name: "", colour: .blue, x: clusters.silhouettes.map { Double($0.clusters) },
          y: clusters.silhouettes.map(\.mean), style: .markedLine)
      ]
    ).render(width: 560, plotHeight: 260)
  }
}
