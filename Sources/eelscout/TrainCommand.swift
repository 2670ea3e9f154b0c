// `eelscout train`: spectra with their images → a calibrated model bundle.

import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop
import NeuralNetworks

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an im2spec ensemble and spec2im on spectra with their images.",
    discussion: """
      SI names a set: X_haadf.npy (rows, columns) with X_spectra.npy or X_spectra_f32.npy, which holds counts for
      every pixel (rows, columns, channels), or for the pixels in X_positions.npy (positions, channels). energy_eV.npy
      and meta.json ("pixel_size_nm") stand beside them. A folder stands for every set in it; there, sets named cal…
      calibrate and sets named test… are left out.

      The last quarter of the sets is kept back for calibration; a single set keeps one corner back, a guard band
      of one tile apart, because neighbouring tiles overlap. Same data, settings and processor: same model.

      Examples:
        eelscout simulate film --seed 3 -o film3 && eelscout train film3 -o model.safetensors
        eelscout train films/ -o model.safetensors --members 4 --latents 10
        eelscoutd --model model.safetensors --watch /data/session
      """)

  @Argument(help: "Sets of spectra (files or folders).") var sets: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "M.safetensors"))
  var output: String
  @Option(help: "Sets to calibrate with, instead of keeping some back.") var calibration: [String] = []
  @Option(help: "Latents of both networks.") var latents = 10
  @Option(help: "im2spec networks in the ensemble.") var members = 4
  @Option(help: "Seed of weights, order and noise.") var seed: UInt64 = 0
  @Option(help: "Training steps a network.") var steps = 3000
  @Option(help: "Pairs a step.") var batch = 64
  @Option(help: "Schedule: one-cycle (peak 2e-3) or constant (1e-3).") var schedule = Schedule.oneCycle
  @Flag(help: "The paper's network, without the twelve numbers about a tile's surroundings.") var tileOnly = false
  @Option(help: ArgumentHelp("Pixel size, where the files state none.", valueName: "nm")) var pixelSize: Double?
  @Option(help: "Networks trained at the same time.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Licence written into the bundle.") var licence = "unspecified"

  enum Schedule: String, ExpressibleByArgument, CaseIterable {
    case oneCycle = "one-cycle"
    case constant
  }

  func validate() throws {
    for (name, value, range) in [
      ("latents", latents, 1...256), ("members", members, 1...64), ("steps", steps, 1...1_000_000),
      ("batch", batch, 2...4096), ("threads", threads, 1...256),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
    if let pixelSize, !(0.001...1000).contains(pixelSize) {
      throw ValidationError("--pixel-size \(pixelSize) is out of range; allowed 0.001…1000 nm")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      let loader = SpectrumSetLoader(pixelSizeNM: pixelSize)
      let (training, kept) = try loader.trainingAndCalibration(sets, calibration: calibration, seed: seed)
      var settings = EnsembleSettings()
      settings.members = members
      settings.latents = latents
      settings.context = !tileOnly
      settings.seed = seed
      settings.workers = threads
      settings.spec2imSteps = steps
      settings.training = TrainingSettings(
        steps: steps, batch: batch,
        schedule: schedule == .constant ? .constant(1e-3) : .oneCycle(peak: 2e-3, warmUp: 0.15))
      Output.progress(
        "training on \(training.count) sets, \(training.map(\.positions.count).reduce(0, +)) pairs; calibrating on "
          + "\(kept.map(\.name).joined(separator: ", ")) (\(kept.map(\.positions.count).reduce(0, +)) pairs)")
      let builder = ModelBuilder(settings: settings, licence: licence, source: sets.joined(separator: " "))
      let line = ProgressLine()
      let draft = try await builder.build(training: training, calibration: kept) { line.show($0) }
      line.end()
      try draft.write(to: output)
      let model = try ModelBundle(contentsOf: output)
      print(ModelDescription.text(of: model))
    }
  }
}
