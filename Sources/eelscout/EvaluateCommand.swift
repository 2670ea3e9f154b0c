// `eelscout evaluate`: how well a model predicts sets it was not trained on, or how well a set can be learned.

import ArgumentParser
import Foundation
import Im2Spec
import ModelWorkshop
import SpectrumPreparation
import StrictJSON

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure models, or what can be learned from a spectrum image, honestly.",
    discussion: """
      With bundles (….safetensors) before the sets: each model on each set, side by side. What a model was trained on is
      left out; of a spectrum image that it learned in part, the corner kept back is used.

      With sets alone: every set is cut into blocks; networks are trained on all blocks but one, a guard band of one tile
      apart, and predict that one. --random-split draws the folds at random instead: neighbouring tiles overlap by up to
      15/16, so that split leaks, and its figures are for comparison with papers that use it. Sets of fewer than 200 pairs
      get simple predictors, each pair left out once.

      Always beside the baselines: the mean spectrum, and the mean tile, predicted everywhere. Sets and spectrum images as
      in `eelscout train --help`.

      Examples:
        eelscout evaluate model.safetensors films/film12_haadf.npy films/film13_haadf.npy
        eelscout evaluate m2.safetensors m10.safetensors SI.ndata1
        eelscout evaluate SI.ndata1 --latents 2 --latents 10
      """)

  @Argument(help: ArgumentHelp("Bundles, then spectrum images or sets.", valueName: "M… SI…")) var paths: [String]
  @OptionGroup(title: "Spectra") var input: SpectrumInput
  @Option(help: "Latents to cross-validate with, one network each (repeatable; default 2 and 10).") var latents: [Int] =
    []
  @Option(help: "Blocks a spectrum image is cut into.") var folds = 4
  @Flag(help: "Folds drawn at random: they leak.") var randomSplit = false
  @Option(help: "im2spec networks in an ensemble.") var members = 1
  @Option(help: "Training steps a network.") var steps = 2000
  @Option(help: "Seed of weights, order and noise.") var seed: UInt64 = 0
  @Flag(help: "The paper's network, without the twelve numbers about a tile's surroundings.") var tileOnly = false
  @Option(help: "Networks trained at the same time.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "One JSON array.") var json = false

  private var models: [String] { paths.filter { $0.hasSuffix(".safetensors") } }
  private var sets: [String] { paths.filter { !$0.hasSuffix(".safetensors") } }

  func validate() throws {
    for (name, value, range) in [
      ("folds", folds, 2...64), ("members", members, 1...64), ("steps", steps, 1...1_000_000),
      ("threads", threads, 1...256),
    ] + latents.map({ ("latents", $0, 1...256) }) where !range.contains(value) {
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
    guard !sets.isEmpty else { throw ValidationError("name at least one spectrum image or set after the bundles") }
  }

  func run() async throws {
    try await Commands.reporting {
      var results: [JSONValue] = []
      var tables: [String] = []
      if models.isEmpty {
        let loaded = try input.loader().load(sets)
        SpectrumInput.report(loaded)
        for set in loaded {
          if set.positions.count < ModelBuilder.fewestPairs {
            let few = try FewPairsEvaluation(set)
            results.append(few.json)
            tables.append(few.table)
          } else {
            let evaluations = try await crossValidate(set)
            results += evaluations.map(\.json)
            tables.append(SetEvaluation.table(evaluations))
          }
        }
      } else {
        let evaluations = try judge()
        results = evaluations.map(\.json)
        tables = [SetEvaluation.table(evaluations)]
      }
      if json {
        print(JSONValue.array(results).prettyText)
      } else {
        print((tables + [SetEvaluation.legend]).joined(separator: "\n\n"))
      }
    }
  }

  private func judge() throws -> [SetEvaluation] {
    let bundles = try models.map { try ModelBundle(contentsOf: $0) }
    var loader = input.loader(energyEV: bundles[0].energyEV)
    // Raw spectra are prepared as the model's own were, unless told otherwise.
    let recorded = bundles[0].training["training_sets"]?.array?.first?["preparation"]?["settings"]
    if let recorded, loader.preparation == PreparationSettings() {
      loader.preparation = PreparationSettings(json: recorded)
    }
    let loaded = try loader.load(sets)
    SpectrumInput.report(loaded)
    return try loaded.flatMap { set in try bundles.map { try SetEvaluation.unseen(model: $0, set: set) } }
  }

  private func crossValidate(_ set: SpectrumSet) async throws -> [SetEvaluation] {
    var settings = EnsembleSettings()
    settings.members = members
    settings.context = !tileOnly
    settings.seed = seed
    settings.workers = threads
    settings.training.steps = steps
    settings.spec2imSteps = steps
    let validation = BlockCrossValidation(folds: folds, settings: settings, isRandom: randomSplit)
    let line = ProgressLine()
    let predictions = try await validation.predict(set, latents: latents.isEmpty ? [2, 10] : latents) { line.show($0) }
    line.end()
    let split =
      randomSplit
      ? "\(folds) random folds, which LEAK: tiles of training and test overlap"
      : "\(folds) spatial blocks, training a tile apart from the tested one"
    return try predictions.map { try SetEvaluation($0, of: set, split: split) }
  }
}
