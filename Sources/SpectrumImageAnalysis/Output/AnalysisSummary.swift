// What the analysis says about the whole image: facts, errors side by side, the page and its JSON.

import ModelWorkshop
import StrictJSON

/// The numbers above the figures.
struct AnalysisSummary {
  let image: AnalysedImage
  let networks: TrainedNetworks
  let settings: AnalysisSettings
  let figures: [Figure]
  private let noise: NoiseFloor

  init(image: AnalysedImage, networks: TrainedNetworks, settings: AnalysisSettings, figures: [Figure]) {
    (self.image, self.networks, self.settings, self.figures) = (image, networks, settings, figures)
    noise = ErrorMapFigure.noise(image)
  }

  var notes: [String] {
    var notes: [String] = []
    if !image.isDense {
      notes.append(
        "Spectra at \(Drawing.percent(image.coverage)) of the pixels only: maps show these as dots among pink, and coarser "
          + "sampling is left out. A spectrum at every pixel is needed for whole maps.")
    }
    if let refusal = networks.foldRefusal {
      notes.append("Nothing could be predicted out of fold: \(refusal)")
    }
    return notes
  }

  /// Networks and baselines by row; the first row names the columns.
  var errorRows: [[String]] {
    let kind = networks.fold == nil ? "in-sample" : "out of fold"
    var rows = [
      ["prediction", "paper's measure, mean of map", "paper's measure, pooled", "NMSE", "unexplained variance"]
    ]
    func row(_ name: String, _ errors: PredictionErrors) -> [String] {
      [
        name, Drawing.percent(errors.meanPaper), Drawing.percent(errors.pooled.paperError),
        Drawing.percent(errors.pooled.nmse, 2), Drawing.percent(errors.pooled.unexplainedVariance),
      ]
    }
    for direction in Direction.allCases {
      let name = direction.rawValue
      for prediction in networks.compared[direction] ?? [] {
        rows.append(row("\(name), \(prediction.latents) latents, \(kind)", prediction.errors))
      }
      if networks.fold != nil {
        for latents in settings.compared {
          if let errors = networks.inSample[direction]?[latents] {
            rows.append(row("\(name), \(latents) latents, in-sample", errors))
          }
        }
      }
      if let baseline = networks.baseline[direction] {
        rows.append(row("\(name): mean \(direction.targetName) everywhere", baseline))
      }
      if direction == .im2spec {
        rows.append(
          [
            "im2spec: counting noise alone" + (noise.isKnown ? "" : ", estimated"), Drawing.percent(noise.paper), "",
            Drawing.percent(noise.nmse, 2), "",
          ])
      }
    }
    return rows
  }

  private var energies: (low: Double, high: Double) {
    (image.set.energyEV.min() ?? 0, image.set.energyEV.max() ?? 0)
  }

  var page: AnalysisPage {
    let set = image.set
    let table = AnalysisPage.Table(
      caption:
        "How well the networks predict. Out of fold: trained on other blocks of the image, a tile apart. In-sample: "
        + "trained on the same tiles, as a split whose tiles overlap nearly is. The mean spectrum (or tile) of the training "
        + "blocks, predicted everywhere, is the baseline that a network has to beat; NMSE is the sum of squared errors over "
        + "the sum of squared targets, unexplained variance the same over the variation between positions (100 %: no better "
        + "than the mean of all positions).",
      rows: errorRows)
    return AnalysisPage(
      title: "What the networks learned from \(set.name)",
      introduction: [
        "The figures of Roccapriore, Ziatdinov, Cho, Hachtel and Kalinin, “Predictability of localized plasmonic responses "
          + "in nanoparticle assemblies”, for one spectrum image. im2spec predicts the spectrum of a pixel from the 16×16 "
          + "pixels of HAADF around it; spec2im predicts those pixels from the spectrum. Both pass through a few numbers, the "
          + "latents.",
        "The networks are the small ones of this project without the surroundings (tile-only, no batch norm), trained as in "
          + "the paper without turned or noised tiles.",
      ],
      facts: [
        ("image", "\(set.image.rows)×\(set.image.columns) pixels of \(Drawing.number(set.pixelSizeNM, 3)) nm"),
        (
          "spectra",
          "\(set.positions.count), \(image.channels) channels, \(Drawing.number(energies.low, 3)) to "
            + "\(Drawing.number(energies.high, 3)) eV"
        ), ("tiles with a spectrum", "\(image.count)"),
        ("one scaled unit", "\(Drawing.number(image.scaler.countsPerUnit, 1)) counts a channel"),
        (
          "training",
          "\(settings.steps) steps of \(settings.batch) pairs a network, seed \(settings.seed), \(settings.folds) blocks, "
            + "guard band 16 pixels"
        ),
      ] + set.notes.map { ("preparation", $0) }, tables: [table], notes: notes, figures: figures)
  }

  var json: JSONValue {
    [
      "name": .string(image.set.name), "rows": .int(image.set.image.rows), "columns": .int(image.set.image.columns),
      "pixel_size_nm": .double(image.set.pixelSizeNM), "spectra": .int(image.set.positions.count),
      "tiles": .int(image.count), "energy_eV": JSONValue(image.set.energyEV),
      "counts_per_unit": .double(image.scaler.countsPerUnit), "seed": .string("\(settings.seed)"),
      "steps": .int(settings.steps), "batch": .int(settings.batch), "folds": .int(settings.folds),
      "latents_compared": JSONValue(settings.compared), "latents_in_sample": JSONValue(settings.allLatents),
      "components": .int(settings.components), "preparation": image.set.preparation,
      "noise_floor": ["paper_error": .double(noise.paper), "nmse": .double(noise.nmse), "known": .bool(noise.isKnown)],
      "errors": .array(errorRows.map { JSONValue($0) }), "notes": JSONValue(notes),
      "figures": .array(
        figures.map {
          [
            "title": .string($0.title), "pictures": JSONValue($0.panels.map(\.file)),
            "data": JSONValue($0.data.map(\.file)), "notes": JSONValue($0.notes),
          ]
        }),
    ]
  }
}
