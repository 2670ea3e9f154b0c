// One scalar for every spectrum, frozen with the model: relative intensities between positions are kept.

import ImageProcessing
import StrictJSON

/// Counts ↔ the units that networks work in.
public struct SpectrumScaler: Equatable, Sendable {
  /// Detector counts a channel that 1.0 stands for.
  public var countsPerUnit: Double
  /// Mean squared training spectrum, in squared units: the unit of the error e.
  public var meanSquare: Double

  public init(countsPerUnit: Double, meanSquare: Double) {
    self.countsPerUnit = countsPerUnit
    self.meanSquare = meanSquare
  }

  /// Fits the scaler: 99th percentile over spectra of the largest of their 16-channel means.
  /// - Parameters:
  ///   - spectra: (n, channels) training counts.
  ///   - clean: (n, channels) noise-free counts for `meanSquare` where they are known, else the training counts.
  public init(fitting spectra: [Float], clean: [Float]? = nil, channels: Int) {
    let bin = min(16, channels)
    let maxima = (0..<spectra.count / channels).map { spectrum -> Float in
      (0..<channels / bin).map { block in
        let start = spectrum * channels + block * bin
        return spectra[start..<start + bin].reduce(0, +) / Float(bin)
      }.max() ?? 0
    }
    let scale = Double(Quantile.linear(of: maxima, 0.99))
    countsPerUnit = scale > 0 ? scale : 1
    let values = clean ?? spectra
    let sum = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    meanSquare = sum / Double(max(1, values.count)) / (countsPerUnit * countsPerUnit)
  }

  var json: JSONValue {
    [
      "counts_per_unit": .double(countsPerUnit), "mean_square": .double(meanSquare),
      "rule": "99th percentile over training spectra of the largest mean of 16 channels",
    ]
  }
}
