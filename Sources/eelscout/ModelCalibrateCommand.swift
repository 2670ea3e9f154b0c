// `eelscout model calibrate`: what ordinary film scores, for a model that does not know.

import ArgumentParser
import Im2Spec
import ModelWorkshop

struct ModelCalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Add a calibration to a model, or renew it.",
    discussion: """
      The daemon ranks places by how far their scores lie from those of ordinary film. This measures the medians, spreads
      and quantiles of every score on spectra that the networks were not trained on, and writes them into a new bundle.

      A model without a bank of tiles, as an import is, gets one: the last quarter of several sets then calibrates and the
      others fill the bank; of a single spectrum image a corner calibrates, a guard band apart. Sets and spectrum images as
      in `eelscout train --help`.

      Example:
        eelscout model calibrate imported.safetensors SI.ndata1 -o model.safetensors
      """)

  @Argument(help: ArgumentHelp("The bundle.", valueName: "M")) var model: String
  @Argument(help: "Spectrum images, or sets of arrays (files or folders), apart from the training data.")
  var sets: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "M.safetensors"))
  var output: String
  @OptionGroup(title: "Spectra") var input: SpectrumInput
  @Option(help: "Seed of noise and of the choice of tiles.") var seed: UInt64 = 0

  func run() async throws {
    try await Commands.reporting {
      let bundle = try ModelBundle(contentsOf: model)
      let loader = input.loader(energyEV: bundle.energyEV)
      let loaded = try loader.load(sets)
      SpectrumInput.report(loaded)
      for set in loaded {
        if case .seen = TrainingRelation(of: set, to: bundle) {
          Output.talk(
            "\(set.name): the model was trained on it; its scores there are too good, and other film will look odd. "
              + "Calibrate on other spectra")
        }
      }
      let needsBank = bundle.bank.count == 0
      let (training, calibration) = needsBank ? ModelBuilder.split(loaded, seed: seed) : (loaded, loaded)
      guard bundle.countsPerUnit != nil else {
        throw WorkshopError("\(model) does not say how many counts its unit stands for; import it again with --scale")
      }
      let draft = try ModelCalibration.calibrated(
        bundle.draft, training: training, calibration: calibration, seed: seed)
      try draft.write(to: output)
      print(ModelDescription.text(of: try ModelBundle(contentsOf: output)))
    }
  }
}
