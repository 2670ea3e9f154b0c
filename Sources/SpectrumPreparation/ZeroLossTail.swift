// What the zero-loss peak leaves under the plasmons: one exponential and one power law.

import Foundation
import Microscopy
import StrictJSON

/// The two-term tail `a exp(-E/t) + b E^-r`, a and b not negative (the paper's preparation).
///
/// Decay t and exponent r are fitted once, to the mean spectrum, where they are best determined, among those whose tail
/// stays below the spectrum; a and b for every spectrum. What the plasmons themselves contribute in the window is
/// subtracted too: the fit can't tell them apart.
struct ZeroLossTail {
  let windowEV: ClosedRange<Double>
  let decayEV: Double
  let exponent: Double
  /// Mean over the spectra of what is subtracted at the lowest energy kept, as a share of the counts there.
  let shareAtCut: Double
  private let first: Int
  private let exponential: [Double]
  private let power: [Double]
  private let window: Range<Int>
  private let weights: [Double]

  private static let fewestChannels = 5
  /// The window begins this many full widths from 0 eV: nearer, the peak's own shape rules.
  private static let widthsToWindow = 2.5

  init(fitting spectra: SpectrumImage, peak: ZeroLossPeak, _ settings: PreparationSettings) throws(PreparationError) {
    let axis = spectra.energyAxis
    let begin = Self.widthsToWindow * peak.width * axis.scale
    windowEV = settings.tailWindowEV ?? min(begin, settings.lowestEnergyEV)...settings.lowestEnergyEV
    let low = Int(((windowEV.lowerBound - axis.offset) / axis.scale).rounded(.up))
    let high = Int(((windowEV.upperBound - axis.offset) / axis.scale).rounded(.down))
    guard windowEV.lowerBound > 0, low >= 0, high < axis.size, high - low + 1 >= Self.fewestChannels else {
      throw PreparationError(
        "the zero-loss tail cannot be fitted in \(Text.energy(windowEV.lowerBound))…\(Text.energy(windowEV.upperBound)) "
          + "eV: fewer than \(Self.fewestChannels) channels of the axis lie there above 0 eV; the peak is "
          + "\(Text.energy(peak.width * axis.scale)) eV wide; give a --tail-window, or raise --energy-min")
    }
    // Only the channels from the window on are touched: nearer to 0 eV a power law has no end.
    let first = low
    self.first = first
    let energies = (first..<axis.size).map(axis.value(at:))
    let window = 0..<high - low + 1
    self.window = window
    let mean = Array(MeanSpectrum.of(spectra)[first...])
    // Counting noise: the variance of a channel is its mean.
    let weights = window.map { 1 / max(mean[$0], 1) }
    self.weights = weights
    let best = TailShape.best(for: mean, energies: energies, window: window, weights: weights)
    decayEV = best.decayEV
    exponent = best.exponent
    exponential = best.exponential(energies)
    power = best.power(energies)
    let cut = energies.firstIndex { $0 >= settings.lowestEnergyEV } ?? 0
    let fit = TwoTerms.fit(mean[window], Array(exponential[window]), Array(power[window]), weights)
    let under = fit.first * exponential[cut] + fit.second * power[cut]
    shareAtCut = mean[cut] > 0 ? under / mean[cut] : 0
  }

  /// Subtracts each spectrum's own tail, from the window's beginning on.
  func subtract(from spectra: inout SpectrumImage) {
    let channels = spectra.energyAxis.size
    let shapes = (Array(exponential[window]), Array(power[window]))
    for start in stride(from: 0, to: spectra.counts.count, by: channels) {
      let values = spectra.counts[start + first..<start + first + window.count].map(Double.init)
      let fit = TwoTerms.fit(values[...], shapes.0, shapes.1, weights)
      for index in exponential.indices {
        spectra.counts[start + first + index] -= Float(fit.first * exponential[index] + fit.second * power[index])
      }
    }
  }

  var description: String {
    "zero-loss tail subtracted: a exp(-E/\(Text.energy(decayEV)) eV) + b E^-\(Text.energy(exponent)), fitted in "
      + "\(Text.energy(windowEV.lowerBound))…\(Text.energy(windowEV.upperBound)) eV; "
      + "\(Int((100 * shareAtCut).rounded())) % of the mean counts where the axis is cut"
  }

  var json: JSONValue {
    [
      "model": "a exp(-E/t) + b E^-r; t and r of the mean spectrum, a and b of each",
      "window_ev": JSONValue([windowEV.lowerBound, windowEV.upperBound]), "t_ev": .double(decayEV),
      "r": .double(exponent), "share_of_mean_counts_at_cut": .double(shareAtCut),
    ]
  }
}
