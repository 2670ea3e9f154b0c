// A spectrum image as the spectrometer delivers it: zero-loss peak, its tail, drift, counting noise.

import Foundation
import Microscopy
import SeededRandom

/// Conditions of a raw spectrum image.
public struct RawSpectrumConditions: Equatable, Sendable {
  /// Full width at half maximum of the zero-loss peak, eV (the paper's monochromated beam).
  public var zeroLossWidthEV = 0.04
  /// Electrons in the zero-loss peak of a position.
  public var zeroLossElectrons = 3e6
  /// Standard deviation of the energy drift from one line to the next, eV.
  public var driftEV = 0.002
  /// Energy that the axis is wrong by from the beginning, eV.
  public var offsetEV = 0.012

  public init() {}
}

extension SimulatedFilm {
  /// Channels below those of `SimulatedSpectra.energyAxis`, so that the axis reaches below 0 eV.
  private static let channelsBelow = 64

  /// Adds to noise-free plasmon spectra what the spectrometer adds.
  /// - Parameter clean: as `spectrumImage(workers:)` gives it.
  public func rawSpectrumImage(
    _ clean: SpectrumImage, conditions: RawSpectrumConditions = RawSpectrumConditions()
  ) -> SpectrumImage {
    let plasmons = clean.energyAxis
    let below = Self.channelsBelow
    let axis = Axis(
      name: "Energy loss", size: plasmons.size + below, scale: plasmons.scale,
      offset: plasmons.offset - plasmons.scale * Double(below), units: "eV")
    var generator = Stream.spectra.generator(seed &+ 1)
    let sigma = conditions.zeroLossWidthEV / (8 * log(2)).squareRoot()
    let height = conditions.zeroLossElectrons * axis.scale / (sigma * (2 * Double.pi).squareRoot())
    var drift = conditions.offsetEV
    var counts: [Float] = []
    counts.reserveCapacity(clean.frame.rows * clean.frame.columns * axis.size)
    for row in 0..<clean.frame.rows {
      drift += generator.normal() * conditions.driftEV
      for column in 0..<clean.frame.columns {
        let spectrum = clean.spectrum(at: PixelPosition(row: row, column: column))
        for channel in 0..<axis.size {
          // The spectrum stands `drift` too high on the axis.
          let energy = axis.value(at: channel) - drift
          let mean =
            height * exp(-0.5 * (energy / sigma) * (energy / sigma)) + Self.tail(energy)
            + Self.plasmons(spectrum, plasmons, at: energy)
          counts.append(Float(generator.poisson(mean)))
        }
      }
    }
    return SpectrumImage(frame: clean.frame, energyAxis: axis, counts: counts)
  }

  /// Tail of the zero-loss peak on the loss side, counts a channel.
  private static func tail(_ energy: Double) -> Double {
    energy <= 0 ? 0 : (60 * exp(-(energy - 0.2) / 0.08) + 15) * (1 - exp(-energy / 0.02))
  }

  /// Interpolated; below the first energy the dipole response falls with the square of the energy.
  private static func plasmons(_ spectrum: ArraySlice<Float>, _ axis: Axis, at energy: Double) -> Double {
    guard energy > 0 else { return 0 }
    let first = spectrum.startIndex
    guard energy >= axis.offset else {
      let share = energy / axis.offset
      return Double(spectrum[first]) * share * share
    }
    let place = min((energy - axis.offset) / axis.scale, Double(axis.size - 1))
    let low = min(Int(place), axis.size - 2)
    let (a, b) = (Double(spectrum[first + low]), Double(spectrum[first + low + 1]))
    return a + (b - a) * (place - Double(low))
  }
}
