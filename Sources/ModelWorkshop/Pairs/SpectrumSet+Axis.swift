// Spectra of several acquisitions on one energy axis: alignment costs each some channels at its end.

import Foundation

extension SpectrumSet {
  /// Steps may differ by this share: more is another dispersion, and counts a channel are not comparable.
  private static let stepTolerance = 0.02
  /// Share of the wanted axis that may lie beyond the set's own at either end; there the last channel is repeated.
  private static let reachTolerance = 0.04

  /// The set with its spectra on other channels, by linear interpolation.
  /// - Throws: `WorkshopError` when the dispersion differs or the axis is not covered.
  func resampled(to energies: [Double]) throws -> SpectrumSet {
    guard energies.count > 1, energyEV.count > 1, let first = energies.first, let last = energies.last else {
      return self
    }
    let wanted = (last - first) / Double(energies.count - 1)
    let start = energyEV[0]
    let step = (energyEV[energyEV.count - 1] - start) / Double(energyEV.count - 1)
    if energies.count == energyEV.count, zip(energies, energyEV).allSatisfy({ abs($0 - $1) < 1e-3 * step }) {
      return self
    }
    let slack = Self.reachTolerance * (last - first)
    guard abs(step / wanted - 1) <= Self.stepTolerance, start <= first + slack,
      energyEV[energyEV.count - 1] >= last - slack
    else {
      func axis(_ low: Double, _ high: Double, _ count: Int) -> String {
        String(format: "%.3f…%.3f eV in %d channels", low, high, count)
      }
      throw WorkshopError(
        "\(name): its axis is \(axis(start, energyEV[energyEV.count - 1], energyEV.count)), "
          + "\(axis(first, last, energies.count)) are wanted; record with the same dispersion, or prepare it with the same "
          + "--energy-min, --energy-max and --rebin")
    }
    let places = energies.map { energy -> (low: Int, share: Float) in
      let place = min(max((energy - start) / step, 0), Double(energyEV.count - 1))
      let low = min(Int(place), energyEV.count - 2)
      return (low, Float(place - Double(low)))
    }
    let channels = energyEV.count
    func moved(_ values: [Float]) -> [Float] {
      var result: [Float] = []
      result.reserveCapacity(values.count / channels * places.count)
      for row in Swift.stride(from: 0, to: values.count, by: channels) {
        for (low, share) in places {
          let (a, b) = (values[row + low], values[row + low + 1])
          result.append(a + (b - a) * share)
        }
      }
      return result
    }
    var set = self
    set.energyEV = energies
    set.counts = moved(counts)
    set.cleanCounts = cleanCounts.map(moved)
    return set
  }
}
