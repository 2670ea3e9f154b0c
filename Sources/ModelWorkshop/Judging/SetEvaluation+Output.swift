// Evaluations as JSON and as tables.

import Foundation
import Im2Spec
import StrictJSON

extension SpectralMeasures {
  var json: JSONValue {
    [
      "paper_error": .double(paperError), "nmse": .double(nmse), "unexplained_variance": .double(unexplainedVariance),
      "mean_squared_error": .double(meanSquaredError),
    ]
  }
}

extension SetEvaluation {
  public var json: JSONValue {
    [
      "set": .string(name), "positions": .int(positions), "predictor": .string(predictor), "split": .string(split),
      "latents": .int(latents), "mean_error": .double(meanError),
      "im2spec": spectra.json, "im2spec_clean": cleanSpectra?.json ?? .null,
      "im2spec_mean_spectrum": spectraBaseline.json,
      "spec2im": tiles.json, "spec2im_mean_tile": tilesBaseline.json,
    ]
  }

  /// A block a set: predictors side by side, the baselines last.
  public static func table(_ evaluations: [SetEvaluation]) -> String {
    var blocks: [String] = []
    var rest = evaluations[...]
    while let first = rest.first {
      let same = rest.prefix { $0.name == first.name }
      rest = rest.dropFirst(same.count)
      blocks.append(block(Array(same)))
    }
    return blocks.joined(separator: "\n\n")
  }

  private static func block(_ evaluations: [SetEvaluation]) -> String {
    let first = evaluations[0]
    var lines = [
      "\(first.name): \(first.positions) positions; \(first.split)",
      row("", ["paper", "NMSE", "unexplained", "MSE", "e"]),
    ]
    for one in evaluations {
      let who = "\(one.latents) latents" + (one.predictor.hasPrefix("model") ? ", \(one.predictor)" : "")
      lines.append(row("im2spec, \(who)", values(one.spectra) + [String(format: "%.4f", one.meanError)]))
      if let clean = one.cleanSpectra { lines.append(row("  against noise-free spectra", values(clean))) }
    }
    lines.append(row("mean spectrum everywhere", values(first.spectraBaseline)))
    for one in evaluations { lines.append(row("spec2im, \(one.latents) latents", values(one.tiles))) }
    lines.append(row("mean tile everywhere", values(first.tilesBaseline)))
    return lines.joined(separator: "\n")
  }

  private static func values(_ measures: SpectralMeasures) -> [String] {
    [measures.paperError, measures.nmse, measures.unexplainedVariance].map { String(format: "%.2f %%", 100 * $0) }
      + [String(format: "%.5f", measures.meanSquaredError)]
  }

  static func row(_ label: String, _ cells: [String]) -> String {
    "  " + label.padding(toLength: max(44, label.count), withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
  }

  /// What the columns are, for people.
  public static let legend = """
    paper: the paper's measure, sqrt(mean (p-t)^2 / mean (p+t)^2). NMSE: sum (p-t)^2 / sum t^2. unexplained: share of the
    variance between positions that is left. MSE: spectra in the scaler's units, tiles in background 0, particle 1.
    e: mean squared error in units of the mean squared training spectrum, without the noise of the measurement.
    """
}
