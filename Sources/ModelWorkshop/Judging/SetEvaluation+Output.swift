// Evaluations as JSON and as a table.

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
      "set": .string(name), "positions": .int(positions), "mean_error": .double(meanError),
      "im2spec": spectra.json, "im2spec_clean": cleanSpectra?.json ?? .null,
      "im2spec_mean_spectrum": spectraBaseline.json,
      "spec2im": tiles.json, "spec2im_mean_tile": tilesBaseline.json,
    ]
  }

  /// One line a set, percentages of the measures that METHOD names.
  public static func table(_ evaluations: [SetEvaluation]) -> String {
    func percent(_ value: Double) -> String { String(format: "%7.2f", 100 * value) }
    var lines = [
      "                 positions        e    im2spec, %: paper    NMSE  unexpl.  mean-spectrum NMSE   spec2im, %: MSE    NMSE"
    ]
    for evaluation in evaluations {
      let spectra = evaluation.cleanSpectra ?? evaluation.spectra
      lines.append(
        evaluation.name.padding(toLength: 16, withPad: " ", startingAt: 0)
          + String(format: "%10d", evaluation.positions) + String(format: "%9.4f", evaluation.meanError)
          + "            " + percent(spectra.paperError) + " " + percent(spectra.nmse) + " "
          + percent(spectra.unexplainedVariance) + "             " + percent(evaluation.spectraBaseline.nmse)
          + "           " + percent(evaluation.tiles.meanSquaredError) + " " + percent(evaluation.tiles.nmse))
    }
    return lines.joined(separator: "\n")
  }
}
