// How spectra are read and prepared: the options that train, evaluate and analyse share.

import ArgumentParser
import ModelWorkshop
import SpectrumPreparation

struct SpectrumInput: ParsableArguments {
  @Option(help: ArgumentHelp("The HAADF image of a spectrum image that lies in another file.", valueName: "F"))
  var haadf: String?
  @Option(help: ArgumentHelp("Pixel size, where the files state none.", valueName: "nm")) var pixelSize: Double?
  @Option(
    help: ArgumentHelp(
      "Zero-loss peak of raw spectra: automatic (align and subtract its tail where the axis covers 0 eV), align, subtract, removed.",
      valueName: "what"))
  var zeroLoss = PreparationSettings.ZeroLoss.automatic
  @Option(
    help: ArgumentHelp(
      "Energies that the zero-loss tail is fitted in; default: from twice the peak's width to --energy-min.",
      valueName: "low:high eV"))
  var tailWindow: EnergyWindow?
  @Option(help: ArgumentHelp("Raw spectra are cut below this energy.", valueName: "eV")) var energyMin = 0.2
  @Option(help: ArgumentHelp("Raw spectra are cut above this energy.", valueName: "eV")) var energyMax: Double?
  @Option(help: ArgumentHelp("Neighbouring channels of raw spectra summed into one.", valueName: "n")) var rebin = 1

  func validate() throws {
    if let pixelSize, !(0.001...1000).contains(pixelSize) {
      throw ValidationError("--pixel-size \(pixelSize) is out of range; allowed 0.001…1000 nm")
    }
    guard (1...1024).contains(rebin) else { throw ValidationError("--rebin \(rebin) is out of range; allowed 1…1024") }
    guard energyMin.isFinite, energyMin < energyMax ?? .infinity else {
      throw ValidationError("--energy-min \(energyMin) must be below --energy-max")
    }
  }

  /// A loader for sets of arrays and for raw spectrum images.
  /// - Parameter energyEV: energies of arrays without `energy_eV.npy`.
  func loader(energyEV: [Double]? = nil) -> SpectrumSetLoader {
    var loader = SpectrumSetLoader(pixelSizeNM: pixelSize, energyEV: energyEV)
    loader.haadf = haadf
    loader.preparation.zeroLoss = zeroLoss
    loader.preparation.tailWindowEV = tailWindow?.range
    loader.preparation.lowestEnergyEV = energyMin
    loader.preparation.highestEnergyEV = energyMax
    loader.preparation.rebinning = rebin
    return loader
  }

  /// Says what was done to raw spectra.
  static func report(_ sets: [SpectrumSet]) {
    for set in sets { for note in set.notes { Output.progress("\(set.name): \(note)") } }
  }
}

extension PreparationSettings.ZeroLoss: ExpressibleByArgument {}

/// Two energies with a colon between.
struct EnergyWindow: ExpressibleByArgument {
  let range: ClosedRange<Double>

  init?(argument: String) {
    let bounds = argument.split(separator: ":").map { Double($0) }
    guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low < high, low > 0, high.isFinite else {
      return nil
    }
    range = low...high
  }
}
