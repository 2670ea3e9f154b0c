// Which steps lead from a raw spectrum image to plasmon spectra.

import StrictJSON

/// The paper's preparation, step by step (Materials and Methods, "Imaging and spectroscopy").
public struct PreparationSettings: Equatable, Sendable {
  /// What is done about the zero-loss peak.
  public enum ZeroLoss: String, CaseIterable, Sendable {
    /// Align and subtract where the axis covers 0 eV; else take the spectra as already treated, and say so.
    case automatic
    /// Align, but leave the tail.
    case align
    /// Align and subtract the tail.
    case subtract
    /// The spectra come without a zero-loss peak, or it was removed before.
    case removed
  }

  public var zeroLoss = ZeroLoss.automatic
  /// Energies that the tail is fitted in, eV; nil for twice the peak's full width up to `lowestEnergyEV`.
  public var tailWindowEV: ClosedRange<Double>?
  /// Channels below are cut off: the support's phonons lie there.
  public var lowestEnergyEV = 0.2
  /// Channels above are cut off; nil keeps them.
  public var highestEnergyEV: Double?
  /// Neighbouring channels summed into one.
  public var rebinning = 1

  public init() {}

  /// As a bundle records it.
  public var json: JSONValue {
    [
      "zero_loss": .string(zeroLoss.rawValue),
      "tail_window_ev": tailWindowEV.map { JSONValue([$0.lowerBound, $0.upperBound]) } ?? .null,
      "lowest_energy_ev": .double(lowestEnergyEV), "highest_energy_ev": JSONValue(highestEnergyEV),
      "rebinning": .int(rebinning),
    ]
  }

  /// Reads what `json` wrote; a field that is missing takes its default.
  public init(json: JSONValue) {
    zeroLoss = json["zero_loss"]?.string.flatMap(ZeroLoss.init(rawValue:)) ?? .automatic
    if let window = json["tail_window_ev"]?.array?.compactMap(\.double), window.count == 2, window[0] <= window[1] {
      tailWindowEV = window[0]...window[1]
    }
    lowestEnergyEV = json["lowest_energy_ev"]?.double ?? 0.2
    highestEnergyEV = json["highest_energy_ev"]?.double
    rebinning = max(1, json["rebinning"]?.int ?? 1)
  }
}

/// Why spectra cannot be prepared, and what to do.
public struct PreparationError: Error, Equatable, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}
