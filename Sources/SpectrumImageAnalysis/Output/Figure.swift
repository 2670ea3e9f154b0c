// A figure: pictures, the words below them, and the data behind them.

import Pictures
import StrictJSON

/// One figure of the analysis.
struct Figure: Sendable {
  /// One picture with its caption.
  struct Panel: Sendable {
    /// File name without folder.
    let file: String
    let image: RGBImage
    /// What to look for, and what it cannot show.
    let caption: String
  }

  /// A file of numbers.
  enum Data: Sendable {
    case array(file: String, shape: [Int], values: [Float])
    case json(file: String, JSONValue)

    var file: String {
      switch self {
      case .array(let file, _, _), .json(let file, _): file
      }
    }
  }

  /// Such as `Figure 3`.
  let title: String
  /// What of the paper's figure this is.
  let subtitle: String
  var panels: [Panel] = []
  var data: [Data] = []
  /// What was left out, and why.
  var notes: [String] = []

  init(_ title: String, _ subtitle: String) { (self.title, self.subtitle) = (title, subtitle) }
}
