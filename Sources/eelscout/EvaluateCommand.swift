// `eelscout evaluate`: how well a model predicts sets it was not trained on.

import ArgumentParser
import Im2Spec
import ModelWorkshop
import StrictJSON

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on spectra it was not trained on.",
    discussion: """
      For every set: e (mean squared error in units of the mean squared training spectrum; against noise-free spectra
      where a simulation has them), the paper's measure, NMSE and unexplained variance of im2spec beside the baseline
      that predicts the set's mean spectrum everywhere, and the same for spec2im. Sets as in `eelscout train --help`.

      Example:
        eelscout evaluate model.safetensors films/film12_haadf.npy films/film13_haadf.npy
      """)

  @Argument(help: ArgumentHelp("The bundle.", valueName: "M")) var model: String
  @Argument(help: "Sets of spectra (files or folders).") var sets: [String]
  @Option(help: ArgumentHelp("Pixel size, where the files state none.", valueName: "nm")) var pixelSize: Double?
  @Flag(help: "One JSON array.") var json = false

  func run() async throws {
    try await Commands.reporting {
      let bundle = try ModelBundle(contentsOf: model)
      let loader = SpectrumSetLoader(pixelSizeNM: pixelSize, energyEV: bundle.energyEV)
      let results = try loader.load(sets).map { try SetEvaluation(model: bundle, set: $0) }
      print(json ? JSONValue.array(results.map(\.json)).prettyText : SetEvaluation.table(results))
    }
  }
}
