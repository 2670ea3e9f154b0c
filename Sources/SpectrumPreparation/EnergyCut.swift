// The part of the energy axis that is kept, and its channels summed.

import Microscopy

enum EnergyCut {
  static func apply(
    to spectra: SpectrumImage, _ settings: PreparationSettings
  ) throws(PreparationError) -> SpectrumImage {
    let axis = spectra.energyAxis
    let channels = axis.size
    // A channel belongs to the range when its centre does, up to rounding of the calibration.
    let slack = 1e-6 * axis.scale
    let kept = (0..<channels).filter {
      let energy = axis.value(at: $0)
      return energy >= settings.lowestEnergyEV - slack && energy <= (settings.highestEnergyEV ?? .infinity) + slack
    }
    let bin = settings.rebinning
    let size = kept.count / max(1, bin)
    guard let first = kept.first, size >= SpectrumPreparation.fewestChannels else {
      let upper = settings.highestEnergyEV.map { "…\(Text.energy($0)) eV" } ?? " eV up"
      throw PreparationError(
        "\(size) channels are left from \(Text.energy(settings.lowestEnergyEV))\(upper)"
          + (bin > 1 ? " in bins of \(bin)" : "")
          + "; \(SpectrumPreparation.fewestChannels) are needed. The axis is "
          + "\(Text.energy(axis.value(at: 0)))…\(Text.energy(axis.value(at: channels - 1))) eV in \(channels) channels")
    }
    var counts: [Float] = []
    counts.reserveCapacity(spectra.counts.count / channels * size)
    for start in stride(from: 0, to: spectra.counts.count, by: channels) {
      for channel in 0..<size {
        let low = start + first + channel * bin
        counts.append(spectra.counts[low..<low + bin].reduce(0, +))
      }
    }
    return SpectrumImage(
      frame: spectra.frame,
      energyAxis: Axis(
        name: axis.name, size: size, scale: axis.scale * Double(bin),
        offset: axis.value(at: first) + 0.5 * axis.scale * Double(bin - 1), units: axis.units),
      counts: counts)
  }

  static func description(of spectra: SpectrumImage, _ settings: PreparationSettings) -> String {
    let axis = spectra.energyAxis
    let bins = settings.rebinning > 1 ? " after summing \(settings.rebinning) neighbours" : ""
    return "energy axis cut to \(Text.energy(axis.value(at: 0)))…\(Text.energy(axis.value(at: axis.size - 1))) eV, "
      + "\(axis.size) channels of \(Text.energy(1000 * axis.scale)) meV\(bins)"
  }
}
