// Counting noise of a spectrometer.

import Foundation
import SeededRandom

public enum CountingNoise {
  /// Mean counts of the zero-loss peak's tail and of the support, one value a channel; subtracted after counting.
  static let background = SimulatedSpectra.energyAxis.values.map { 60 * exp(-($0 - 0.2) / 0.08) + 15 }

  /// - Parameter clean: (spectra, channels), mean counts.
  public static func apply(_ clean: [Float], using generator: inout SeededGenerator) -> [Float] {
    let background = background
    var channel = 0
    return clean.map { mean in
      let tail = background[channel]
      channel = channel + 1 == background.count ? 0 : channel + 1
      return Float(Double(generator.poisson(Double(mean) + tail)) - tail)
    }
  }
}
