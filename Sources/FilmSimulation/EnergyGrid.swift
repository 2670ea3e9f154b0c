// Energy axis, resolution and the fine grid on which losses are computed.

import Foundation
import Microscopy

/// Energies of simulated spectra, eV.
public enum SimulatedSpectra {
  /// 128 channels from 0.2 to 1.2 eV inclusive.
  public static let energyAxis = Axis(name: "energy", size: 128, scale: 1.0 / 127, offset: 0.2, units: "eV")
  /// Full width at half maximum of the zero-loss peak.
  public static let resolutionEV = 0.040
}

/// The fine grid, and its broadening to channels.
package struct EnergyGrid: Sendable {
  /// 0.05 to 1.35 eV in steps of 4 meV.
  package let energies: [Double]
  package let channels: Int
  /// (fine energies, channels): each column adds up to 1.
  let broadening: [Double]

  package init() {
    energies = (0..<326).map { 0.05 + 0.004 * Double($0) }
    let axis = SimulatedSpectra.energyAxis.values
    channels = axis.count
    let sigma = SimulatedSpectra.resolutionEV / 2.355
    var weights = energies.flatMap { energy in
      axis.map { exp(-0.5 * ((energy - $0) / sigma) * ((energy - $0) / sigma)) }
    }
    for channel in 0..<channels {
      var sum = 0.0
      for index in energies.indices { sum += weights[index * channels + channel] }
      for index in energies.indices { weights[index * channels + channel] /= sum }
    }
    broadening = weights
  }

  /// A spectrum on the fine grid as the spectrometer sees it, one value a channel.
  package func broadened(_ spectrum: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: channels)
    for index in energies.indices {
      for channel in 0..<channels { result[channel] += spectrum[index] * broadening[index * channels + channel] }
    }
    return result
  }
}

/// Im 1/(E₀² - E² - iEγ).
@inline(__always)
func lorentzian(squaredResonance: Double, damping: Double, energy: Double) -> Double {
  let detuning = squaredResonance - energy * energy
  let loss = energy * damping
  return loss / (detuning * detuning + loss * loss)
}
