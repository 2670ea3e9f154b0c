// `eelscout train`: spectra with their images → a calibrated model bundle.

import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop
import NeuralNetworks

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an im2spec ensemble and spec2im on your own spectrum image.",
    discussion: """
      SI is a spectrum image as the microscope wrote it, in any format that `eelscout inspect` reads as one. Its
      simultaneous HAADF image comes from the same file, from a file of the same Nion scan id beside it, from another SI
      argument, or from --haadf. Zero-loss peaks are aligned, their tail is fitted (one exponential, one power law) and
      subtracted, the axis is cut at --energy-min; the bundle records each step.

      Or SI is a prepared set: X_haadf.npy (rows, columns) with X_spectra.npy (rows, columns, channels), or with
      X_positions.npy and (positions, channels), energy_eV.npy and meta.json ("pixel_size_nm") beside them. A folder
      stands for every such set in it; there, sets named cal… calibrate and sets named test… are left out.

      The last quarter of several sets is kept back for calibration; a single one keeps a corner back, a guard band of
      one tile apart, because neighbouring tiles overlap. Same data, settings and processor: same model. A training that
      was interrupted goes on where it stood when the same command is given again.

      Examples:
        eelscout train SI.ndata1 --haadf HAADF.ndata1 -o model.safetensors
        eelscout simulate film --seed 3 -o film3 && eelscout train film3 -o model.safetensors
        eelscoutd --model model.safetensors --watch /data/session
      """)

  @Argument(help: "Spectrum images, or sets of arrays (files or folders).") var sets: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "M.safetensors"))
  var output: String
  @OptionGroup(title: "Spectra") var input: SpectrumInput
  @Option(help: "Sets to calibrate with, instead of keeping some back.") var calibration: [String] = []
  @Option(help: "Latents of both networks.") var latents = 10
  @Option(help: "im2spec networks in the ensemble.") var members = 4
  @Option(help: "Seed of weights, order and noise.") var seed: UInt64 = 0
  @Option(help: "Training steps a network.") var steps = 3000
  @Option(help: "Pairs a step.") var batch = 64
  @Option(help: "Schedule: one-cycle (peak 2e-3) or constant (1e-3).") var schedule = Schedule.oneCycle
  @Option(
    help: ArgumentHelp(
      "Stop a network after so many epochs without a lower loss on the pairs kept back, and keep its best epoch; default: 10 with the constant schedule, never with one-cycle, which ends by itself.",
      valueName: "epochs"))
  var patience: Int?
  @Flag(help: "The paper's network, without the twelve numbers about a tile's surroundings.") var tileOnly = false
  @Flag(help: "Begin anew, also where an interrupted training could go on.") var restart = false
  @Option(help: "Networks trained at the same time.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Licence written into the bundle.") var licence = "unspecified"

  enum Schedule: String, ExpressibleByArgument, CaseIterable {
    case oneCycle = "one-cycle"
    case constant
  }

  func validate() throws {
    for (name, value, range) in [
      ("latents", latents, 1...256), ("members", members, 1...64), ("steps", steps, 1...1_000_000),
      ("batch", batch, 2...4096), ("threads", threads, 1...256), ("patience", patience ?? 1, 1...100_000),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      let (training, kept) = try input.loader().trainingAndCalibration(sets, calibration: calibration, seed: seed)
      SpectrumInput.report(training)
      let builder = ModelBuilder(settings: settings, licence: licence, source: sets.joined(separator: " "))
      let folder = output + ".training"
      if restart { try? FileManager.default.removeItem(atPath: folder) }
      let checkpoints = try TrainingCheckpoints(
        folder: folder, identity: builder.identity(training: training, calibration: kept))
      Output.progress(
        (checkpoints.isEmpty ? "training on " : "going on with an interrupted training on ")
          + "\(training.count) sets, \(training.map(\.positions.count).reduce(0, +)) pairs; calibrating on "
          + "\(kept.map(\.name).joined(separator: ", ")) (\(kept.map(\.positions.count).reduce(0, +)) pairs)")
      let line = ProgressLine(.everyEpoch)
      let draft = try await builder.build(training: training, calibration: kept, checkpoints: checkpoints) {
        line.show($0)
      }
      line.end()
      try draft.write(to: output)
      checkpoints.remove()
      let model = try ModelBundle(contentsOf: output)
      print(ModelDescription.text(of: model))
    }
  }

  private var settings: EnsembleSettings {
    var settings = EnsembleSettings()
    settings.members = members
    settings.latents = latents
    settings.context = !tileOnly
    settings.seed = seed
    settings.workers = threads
    settings.spec2imSteps = steps
    settings.training = TrainingSettings(
      steps: steps, batch: batch,
      schedule: schedule == .constant ? .constant(1e-3) : .oneCycle(peak: 2e-3, warmUp: 0.15),
      patience: patience ?? (schedule == .constant ? Self.patienceOfConstantSchedule : nil))
    return settings
  }

  private static let patienceOfConstantSchedule = 10
}
