// What networks need to be of use and AtomAI's files do not hold.

import Foundation
import Im2Spec
import MicroscopeFiles
import SystemPackage

/// Everything about a model that its networks do not say; nil where the caller has not said it either.
public struct ImportSettings: Sendable {
  public enum EnergyAxis: Sendable {
    /// Energies of the first and the last channel, eV; evenly spaced.
    case range(Double, Double)
    /// An NPY array: the energy of each channel, eV.
    case file(String)
  }

  public var energyAxis: EnergyAxis?
  /// Of the images that the network was trained with, nm.
  public var pixelSizeNM: Double?
  /// Detector counts a channel that 1.0 in a spectrum stands for.
  public var countsPerUnit: Double?
  /// Mean squared training spectrum in the network's units: the unit of the error e.
  public var meanSquare: Double?
  public var licence: String

  public init(
    energyAxis: EnergyAxis? = nil, pixelSizeNM: Double? = nil, countsPerUnit: Double? = nil, meanSquare: Double? = nil,
    licence: String = "unspecified"
  ) {
    self.energyAxis = energyAxis
    self.pixelSizeNM = pixelSizeNM
    self.countsPerUnit = countsPerUnit
    self.meanSquare = meanSquare
    self.licence = licence
  }

  /// Energies of the axis file, which also tell how many channels there are; nil without one.
  func fileEnergies() throws -> [Double]? {
    guard case .file(let path) = energyAxis else { return nil }
    guard FileManager.default.fileExists(atPath: path) else { throw MissingInput(path: path) }
    let array = try NPYArray.read(FilePath(path))
    guard array.shape.count == 1 else {
      throw WorkshopError("\(path): shape \(array.shape) is no energy axis; (channels) is needed")
    }
    // The shortest decimal number that single precision tells apart is the one that was meant.
    return array.values.map { Double("\($0)") ?? Double($0) }
  }

  /// The energy of each channel, checked; nil when none is given.
  func energies(channels: Int) throws -> [Double]? {
    let energies: [Double]
    switch energyAxis {
    case nil: return nil
    case .file: energies = try fileEnergies() ?? []
    case .range(let low, let high):
      energies = (0..<channels).map { low + (high - low) * Double($0) / Double(max(1, channels - 1)) }
    }
    guard energies.count == channels else {
      throw WorkshopError("the energy axis has \(energies.count) values; the networks' spectra have \(channels)")
    }
    guard energies.allSatisfy(\.isFinite), zip(energies, energies.dropFirst()).allSatisfy(<) else {
      throw WorkshopError("the energy axis must ascend from channel to channel; energies are in eV")
    }
    return energies
  }
}

/// Settings that an import cannot do without, all of them at once.
public struct MissingImportSettings: Error, Equatable, CustomStringConvertible {
  public var description: String

  /// - Parameter missing: what is lacking, and the option that gives it.
  init(_ missing: [(what: String, option: String)]) {
    description =
      "the files hold networks, but no \(missing.map(\.what).joined(separator: ", no ")). Add "
      + missing.map(\.option).joined(separator: "; ")
  }
}
