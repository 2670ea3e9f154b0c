// `eelscout model`: what is in a bundle, whether it is sound, and building the one that ships.

import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look at model bundles, import, check and calibrate them, build the one that ships.",
    subcommands: [
      ModelInfoCommand.self, ModelVerifyCommand.self, ModelImportCommand.self, ModelCalibrateCommand.self,
      ModelBuildCommand.self,
    ])
}

struct ModelInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Networks, calibration, provenance and the figures a model reached.",
    discussion: "Example:\n  eelscout model info model.safetensors")

  @Argument(help: ArgumentHelp("The bundle.", valueName: "M")) var model: String
  @Flag(help: "One JSON object.") var json = false

  func run() async throws {
    try await Commands.reporting {
      if let half = try OneWayBundle(contentsOf: model) {
        print(json ? ModelDescription.json(of: half).prettyText : ModelDescription.text(of: half))
        return
      }
      let bundle = try ModelBundle(contentsOf: model)
      print(json ? ModelDescription.json(of: bundle).prettyText : ModelDescription.text(of: bundle))
    }
  }
}

struct ModelVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that a bundle is whole, calibrated and able to predict.",
    discussion: "Exit status 0 when it is, 1 when not.\n\nExample:\n  eelscout model verify model.safetensors")

  @Argument(help: ArgumentHelp("The bundle.", valueName: "M")) var model: String

  func run() async throws {
    try await Commands.reporting {
      guard FileManager.default.fileExists(atPath: model) else { throw MissingInput(path: model) }
      do {
        let bundle = try ModelBundle(contentsOf: model)
        try ModelDescription.verify(bundle)
        print("model \(bundle.id): sound, calibrated, predicts")
      } catch {
        Output.talk("\(error)")
        throw ExitCode(1)
      }
    }
  }
}

struct ModelBuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build a model from simulated films, as the shipped one was.",
    discussion: """
      Simulates anomaly-free films (interior, free edge, holes, cracks; 150 nm of film beyond the view), trains, and
      calibrates on other films. `make model` calls this twice: for the context network and for the tile-only one.

      Example: eelscout model build -o film.safetensors --tile-only tile-only.safetensors
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "M.safetensors"))
  var output: String
  @Option(
    help: ArgumentHelp("Also write the paper's tile-only network, from the same films.", valueName: "M.safetensors"))
  var tileOnly: String?
  @Option(help: "Films to train on.") var films = 20
  @Option(help: "Films to calibrate with.") var calibrationFilms = 4
  @Option(help: "Spectra a film.") var positions = 2000
  @Option(help: "Training steps an im2spec network; spec2im takes half.") var steps = 5000
  @Option(help: "Seed of films, weights and noise.") var seed: UInt64 = 1
  @Option(help: "Workers.") var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    for (name, value, range) in [
      ("films", films, 1...1000), ("calibration-films", calibrationFilms, 1...1000),
      ("positions", positions, 100...100_000), ("steps", steps, 1...1_000_000), ("threads", threads, 1...256),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
  }

  func run() async throws {
    try await Commands.reporting {
      var recipe = FilmRecipe()
      recipe.trainingFilms = films
      recipe.calibrationFilms = calibrationFilms
      recipe.positionsPerFilm = positions
      recipe.seed = seed
      recipe.workers = threads
      let total = films + calibrationFilms
      let (training, calibration) = try await recipe.films { Output.progress("simulated film \($0) of \(total)") }
      for (path, context) in [(output, true)] + (tileOnly.map { [($0, false)] } ?? []) {
        var settings = EnsembleSettings()
        settings.context = context
        settings.seed = seed
        settings.workers = threads
        settings.training.steps = steps
        settings.spec2imSteps = steps / 2
        Output.progress(context ? "training the context network" : "training the tile-only network")
        let line = ProgressLine()
        let builder = ModelBuilder(
          settings: settings, licence: "CC0-1.0",
          source: "simulated F,Sn:In2O3 nanocrystal films (eelscout model build, seed \(seed))")
        let draft = try await builder.build(training: training, calibration: calibration) { line.show($0) }
        line.end()
        try draft.write(to: path)
        print(ModelDescription.text(of: try ModelBundle(contentsOf: path)))
      }
    }
  }
}
