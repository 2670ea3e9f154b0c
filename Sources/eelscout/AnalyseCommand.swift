// `eelscout analyse`: a spectrum image → the paper's figures, their data and a page that explains them.

import ArgumentParser
import Foundation
import ModelWorkshop
import SpectrumImageAnalysis

struct AnalyseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyse",
    abstract: "Draw the paper's figures for a spectrum image: what the networks learned from it.",
    discussion: """
      Trains im2spec and spec2im on SI alone and writes pictures (PNG), the numbers behind them (NPY, JSON) and index.html,
      which says what to look for, into DIR:
        1     HAADF, spectra of chosen regions, non-negative factorisation
        3, 5  error maps with 2 and N latents, latent grids, clusters
        4, 6  predicted beside measured at a hole, particle, gap, edge
        S1    error maps against the number of latents, 2 to 16
        S3    the same with a half and a quarter of the sampling

      Error maps and figures 4 and 6 are out of fold: every place is predicted by networks that never saw its neighbourhood.
      Latent spaces, S1 and S3 are in-sample as in the paper, and say so. Nothing here is a model for the daemon: see
      `eelscout train`. SI is a spectrum image as the microscope wrote it, or a prepared set of arrays, as in
      `eelscout train --help`; a spectrum at every pixel gives whole maps. Same data, options and processor: same files.

      Examples:
        eelscout analyse SI.ndata1 --haadf HAADF.ndata1 -o figures --quick
        eelscout analyse film_haadf.npy -o figures      # see index.html there
      """)

  @Argument(help: ArgumentHelp("One spectrum image, in one file or two.", valueName: "SI")) var files: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for figures and data.", valueName: "DIR"))
  var output: String
  @Option(help: "Latents compared with 2 in figures 3 to 6.") var latents = 10
  @Option(help: "Parts of the non-negative factorisation.") var components = 4
  @Option(help: ArgumentHelp("Training steps a network (1500; 300 with --quick).", valueName: "n")) var steps: Int?
  @Option(help: "Blocks that the image is cut into for out-of-fold predictions.") var folds = 4
  @Option(help: "Seed of everything drawn at random.") var seed: UInt64 = 0
  @Flag(help: "A coarse look: few steps, fewer numbers of latents.") var quick = false
  @OptionGroup(title: "Spectra") var input: SpectrumInput
  @Option(help: "Networks trained at the same time.") var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    for (name, value, range) in [
      ("latents", latents, 3...256), ("components", components, 1...8), ("steps", steps ?? 1, 1...1_000_000),
      ("folds", folds, 2...64), ("threads", threads, 1...256),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) \(value) is out of range; allowed \(range.lowerBound)…\(range.upperBound)")
    }
  }

  private var settings: AnalysisSettings {
    var settings = quick ? AnalysisSettings.quick : AnalysisSettings()
    settings.latents = latents
    settings.components = components
    if let steps { settings.steps = steps }
    settings.folds = folds
    settings.seed = seed
    settings.workers = threads
    return settings
  }

  func run() async throws {
    try await Commands.reporting {
      let sets = try input.loader().load(files)
      guard sets.count == 1, let set = sets.first else {
        throw WorkshopError(
          "\(files.joined(separator: ", ")): \(sets.count) spectrum images (\(sets.map(\.name).joined(separator: ", "))); "
            + "name the one to analyse")
      }
      SpectrumInput.report(sets)
      Output.progress("\(set.name): \(set.positions.count) spectra of \(set.channels) channels")
      let line = ProgressLine()
      let outcome = try await PaperFigures(settings: settings).analyse(set: set, folder: output) { line.show($0) }
      line.end()
      for note in outcome.notes { Output.talk(note) }
      print(Self.text(outcome.table))
      print("open \(outcome.page)")
    }
  }

  /// Columns padded to their widest entry.
  private static func text(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, entry in
        let padding = String(repeating: " ", count: entry.1 - entry.0.count)
        return column == 0 ? entry.0 + padding : padding + entry.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
