// Raw spectra whose truth is known by construction.

import Foundation
import Microscopy
import SeededRandom

/// A spectrum image of one row: a zero-loss peak, its two-term tail and one plasmon peak.
struct RawSpectra {
  var positions = 40
  var axis = Axis(name: "Energy loss", size: 300, scale: 0.005, offset: -0.3, units: "eV")
  var zeroLossHeight = 4e5
  var zeroLossSigmaEV = 0.017
  /// Energy that position p's spectrum stands too high by.
  var driftEV: (Int) -> Double = { _ in 0 }
  /// Tail at an energy above 0.
  var tail: (Double) -> Double = { 300 * exp(-($0 - 0.2) / 0.06) + 20 * pow($0 / 0.2, -2) }
  /// Plasmons: nothing below 0.3 eV, so that what the tail is fitted to holds none.
  var plasmon: (Int, Double) -> Double = { position, energy in
    energy < 0.3 ? 0 : Double(200 + 10 * position) * exp(-0.5 * pow((energy - 0.55) / 0.05, 2))
  }
  /// Seed of counting noise; nil for mean counts.
  var noiseSeed: UInt64?

  func mean(_ position: Int, _ energy: Double) -> Double {
    let peak = zeroLossHeight * exp(-0.5 * pow(energy / zeroLossSigmaEV, 2))
    return peak + (energy > 0.05 ? tail(energy) : 0) + plasmon(position, energy)
  }

  var image: SpectrumImage {
    var generator = noiseSeed.map(SeededGenerator.init(seed:))
    let counts = (0..<positions).flatMap { position in
      axis.values.map { energy -> Float in
        let mean = mean(position, energy - driftEV(position))
        return Float(generator != nil ? Double(generator?.poisson(mean) ?? 0) : mean)
      }
    }
    return SpectrumImage(
      frame: ScanFrame(rows: 1, columns: positions, pixelSizeNM: 1.5), energyAxis: axis, counts: counts)
  }
}

/// What a throwing call complains of; nil when it does not.
func complaint(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}
