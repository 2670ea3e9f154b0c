// Figure S1: how error maps change with the number of latents.

import Microscopy
import Pictures
import StrictJSON

enum LatentCountFigure {
  /// What one number of latents gives.
  private struct Point {
    let latents: Int
    let correlation: Double
    let meanSquaredDifference: Double
    let paperError: Double
  }

  static func make(_ image: AnalysedImage, _ networks: TrainedNetworks) -> Figure {
    var figure = Figure("Figure S1", "error maps and the HAADF image against the number of latents")
    let haadf = scaled(image.tileSet.positions.map { image.normalised[$0] })
    var points: [Direction: [Point]] = [:]
    for direction in Direction.allCases {
      points[direction] = (networks.inSample[direction] ?? [:]).sorted { $0.key < $1.key }.map { latents, errors in
        let map = scaled(errors.paper)
        let difference = zip(map, haadf).map { ($0 - $1) * ($0 - $1) }.filter(\.isFinite)
        return Point(
          latents: latents, correlation: Correlation.pearson(map, haadf),
          meanSquaredDifference: difference.reduce(0, +) / Double(max(1, difference.count)),
          paperError: errors.meanPaper)
      }
    }
    func chart(_ label: String, _ value: (Point) -> Double, floor: Bool = false) -> CaptionedPictures.Item {
      var series = Direction.allCases.map { direction in
        LineChart.Series(
          name: direction.rawValue, colour: direction == .im2spec ? Drawing.many : Drawing.few,
          x: (points[direction] ?? []).map { Double($0.latents) }, y: (points[direction] ?? []).map(value),
          style: .markedLine)
      }
      if floor, let counts = points[.im2spec]?.map({ Double($0.latents) }) {
        let noise = 100 * ErrorMapFigure.noise(image).paper
        series.append(
          .init(
            name: "noise (im2spec)", colour: .black, x: counts, y: counts.map { _ in noise }))
      }
      return .init(
        caption: "",
        image: LineChart(x: .init("latents"), y: .init(label), series: series)
          .render(width: 400, plotHeight: 240))
    }
    figure.panels = [
      Figure.Panel(
        file: "figS1-latents.png",
        image: PictureGrid.render([
          [
            chart("correlation r with HAADF", \.correlation),
            chart("MSE to HAADF, both 0...1", \.meanSquaredDifference),
            chart("mean error (%)", { 100 * $0.paperError }, floor: true),
          ]
        ]),
        caption:
          "In-sample, as in the paper: one network a point, trained on all tiles and tested on them. Left: Pearson's "
          + "correlation of the error map (the paper's measure) with the HAADF image of the same pixels. Middle: mean squared "
          + "difference of the two, each scaled from its 1st to its 99th percentile to 0…1. Right: the mean error itself, with "
          + "what counting noise alone costs im2spec. The paper reads a rising correlation and a falling MSE as a sign that more "
          + "latents leave errors that follow the structure. Look where the curves level off; a step between neighbouring points "
          + "is also what another seed does. An in-sample error that keeps falling is no proof of better prediction: see the "
          + "out-of-fold table.")
    ]
    figure.data = [.json(file: "figS1-latents.json", json(points, image))]
    return figure
  }

  /// Values from the 1st to the 99th percentile to 0…1.
  private static func scaled(_ values: [Float]) -> [Double] {
    let (low, high) = (Drawing.quantile(values, 0.01), Drawing.quantile(values, 0.99))
    let span = max(high - low, .leastNormalMagnitude)
    return values.map { $0.isFinite ? Double(min(max(($0 - low) / span, 0), 1)) : .nan }
  }

  private static func json(_ points: [Direction: [Point]], _ image: AnalysedImage) -> JSONValue {
    .object(
      Direction.allCases.map { direction in
        .init(
          direction.rawValue,
          .array(
            (points[direction] ?? []).map {
              [
                "latents": .int($0.latents), "correlation_with_haadf": .double($0.correlation),
                "mse_of_scaled_maps": .double($0.meanSquaredDifference), "paper_error_mean": .double($0.paperError),
              ]
            }))
      } + [
        .init("in_sample", true), .init("noise_floor_im2spec", .double(ErrorMapFigure.noise(image).paper)),
      ])
  }
}
