// `eelscout model import`: networks from AtomAI or safetensors files → a bundle.

import AcquisitionAssistant
import ArgumentParser
import Im2Spec
import ModelWorkshop

struct ModelImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a bundle of networks that AtomAI or another program trained.",
    discussion: """
      FILE is what AtomAI's ImSpec wrote: model.save_model("im2spec") gives im2spec.tar, an ensemble's
      save_ensemble_metadict gives …_ensemble_metadict.tar; or a state dictionary (.pt); or a safetensors file in
      AtomAI's tensor names or this project's. im2spec and spec2im are told apart by their layers, so the order does
      not matter; several im2spec networks become an ensemble. Layers, filters, batch norm, pooling and up-sampling
      come from the file. A checkpoint is a program (a Python pickle): it is not run, only its tensors are rebuilt,
      and a file that asks for anything else is refused by the name of what it asks for. The optimizer is left out.

      The files do not say what they were trained on, so say it here: the energy axis, the pixel size, and the scale.
      Networks get tiles whose background is 0 and whose particles are 1: import networks that were trained so.

      With one of the two networks the bundle is kept for the other: give it as a FILE later. A bundle that is not
      calibrated predicts (`eelscout forward`, `eelscout evaluate`) but the daemon refuses it: it does not know what
      ordinary film looks like. --calibrate shows it some: spectra with their images, best those that the networks
      were trained on and some they were not, named as for `eelscout train`.

      Examples:
        eelscout model import im2spec.tar spec2im.tar -o M.safetensors \\
          --energy-range-ev 0.2 1.2 --pixel-size-nm 1.5 --scale 1000
        eelscout model import im2spec.tar -o half.safetensors --energy-axis energy_eV.npy --pixel-size-nm 2 --scale 1
        eelscout model import half.safetensors spec2im.tar -o M.safetensors --calibrate films/
      """)

  @Argument(help: ArgumentHelp("Checkpoints or safetensors files.", valueName: "file")) var files: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "M.safetensors"))
  var output: String
  @Option(
    name: .customLong("energy-range-ev"), parsing: .upToNextOption,
    help: ArgumentHelp("Energies of the first and the last channel, eV: two numbers.", valueName: "LO HI"))
  var energyRangeEV: [Double] = []
  @Option(help: ArgumentHelp("The energy of each channel, eV; instead of the range.", valueName: "F.npy"))
  var energyAxis: String?
  @Option(
    name: .customLong("pixel-size-nm"), help: ArgumentHelp("Pixel size of the training images.", valueName: "nm"))
  var pixelSizeNM: Double?
  @Option(help: ArgumentHelp("Detector counts that 1.0 in the networks' spectra stands for.", valueName: "counts"))
  var scale: Double?
  @Option(
    help: ArgumentHelp(
      "Mean squared training spectrum, in the networks' units: errors are given in it. Without it they are given in "
        + "squared units.", valueName: "number"))
  var meanSquare: Double?
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Spectra with their images, to calibrate with.", valueName: "SI"))
  var calibrate: [String] = []
  @OptionGroup(title: "Spectra to calibrate with") var input: SpectrumInput
  @Option(help: "Seed of the tiles drawn and the noise added for the calibration.") var seed: UInt64 = 0
  @Option(help: "Licence written into the bundle.") var licence = "unspecified"

  func validate() throws {
    guard [0, 2].contains(energyRangeEV.count) else {
      throw ValidationError("--energy-range-ev takes two numbers, such as 0.2 1.2; give the files before the options")
    }
    if energyRangeEV.count == 2, !(energyRangeEV[0] < energyRangeEV[1]) {
      throw ValidationError("--energy-range-ev \(energyRangeEV[0]) \(energyRangeEV[1]): the second must be larger")
    }
    guard energyRangeEV.isEmpty || energyAxis == nil else {
      throw ValidationError("give --energy-range-ev or --energy-axis, not both")
    }
    for (name, value, range) in [
      ("pixel-size-nm", pixelSizeNM, 0.001...1000), ("scale", scale, 1e-12...1e12),
      ("mean-square", meanSquare, 1e-12...1e12),
    ] {
      guard let value, !range.contains(value) else { continue }
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      var settings = ImportSettings(
        pixelSizeNM: pixelSizeNM, countsPerUnit: scale, meanSquare: meanSquare, licence: licence)
      settings.energyAxis =
        energyRangeEV.isEmpty ? energyAxis.map { .file($0) } : .range(energyRangeEV[0], energyRangeEV[1])
      var bundle: ImportedBundle
      do {
        bundle = try ModelImport(files: files, settings: settings).bundle()
      } catch let error as MissingImportSettings { throw CommandError(.usage, error.description) }
      if !calibrate.isEmpty {
        var loader = input.loader(energyEV: bundle.energyEV)
        loader.pixelSizeNM = loader.pixelSizeNM ?? bundle.pixelSizeNM
        bundle = try bundle.calibrated(on: loader.load(calibrate), seed: seed)
      }
      try bundle.write(to: output)
      switch bundle {
      case .whole:
        print(ModelDescription.text(of: try ModelBundle(contentsOf: output)))
        if calibrate.isEmpty { Output.progress("not calibrated: the daemon refuses it; see --calibrate in --help") }
      case .oneWay(let bundle): print(ModelDescription.text(of: bundle))
      }
    }
  }
}
