// Raw electron energy-loss spectra → plasmon spectra: the room's front door.

import Microscopy
import StrictJSON

/// A spectrum image ready for training, and what was done to it.
public struct PreparedSpectra: Sendable {
  /// Zero-loss tail removed, axis cut and rebinned; energy ascending, eV.
  public var image: SpectrumImage
  /// Every step with its figures, as a bundle records it.
  public var record: JSONValue
  /// The same in words, a line a step.
  public var steps: [String]
}

public enum SpectrumPreparation {
  /// Channels that spec2im's pooling by 16 leaves two values of; fewer carry no spectrum.
  public static let fewestChannels = 32

  /// Aligns the zero-loss peaks, subtracts their tail, cuts the axis and rebins.
  /// - Throws: `PreparationError` that says which spectra or energies are at fault and what to do.
  public static func prepare(
    _ raw: SpectrumImage, _ settings: PreparationSettings
  ) throws(PreparationError) -> PreparedSpectra {
    var spectra = try Ascending.axis(of: raw)
    try SpectrumChecks.finite(spectra)
    var steps: [String] = []
    var record: [JSONValue.Member] = [.init("settings", settings.json)]
    if raw.energyAxis.scale < 0 {
      steps.append("energy axis turned round: it ran from high to low")
      record.append(.init("axis_reversed", .bool(true)))
    }
    if let peak = try zeroLossPeak(in: spectra, settings.zeroLoss, &steps) {
      let alignment = ZeroLossAlignment(spectra, peak: peak)
      spectra = try alignment.apply(to: spectra)
      steps.append(alignment.description)
      record.append(.init("zero_loss_alignment", alignment.json))
      if settings.zeroLoss != .align {
        let tail = try ZeroLossTail(fitting: spectra, peak: peak, settings)
        tail.subtract(from: &spectra)
        steps.append(tail.description)
        record.append(.init("zero_loss_tail", tail.json))
      }
    }
    spectra = try EnergyCut.apply(to: spectra, settings)
    steps.append(EnergyCut.description(of: spectra, settings))
    if let note = try SpectrumChecks.negative(spectra) { steps.append(note) }
    return PreparedSpectra(
      image: spectra, record: .object(record + [.init("steps", JSONValue(steps))]), steps: steps)
  }

  private static func zeroLossPeak(
    in spectra: SpectrumImage, _ wanted: PreparationSettings.ZeroLoss, _ steps: inout [String]
  ) throws(PreparationError) -> ZeroLossPeak? {
    guard wanted != .removed else {
      steps.append("zero-loss peak: none expected, as told")
      return nil
    }
    let axis = spectra.energyAxis
    let span = "\(Text.energy(axis.value(at: 0)))…\(Text.energy(axis.value(at: axis.size - 1))) eV"
    guard axis.value(at: 0) < 0, axis.value(at: axis.size - 1) > 0 else {
      guard wanted == .automatic else {
        throw PreparationError(
          "no zero-loss peak to align: the energy axis \(span) does not reach below 0 eV; "
            + "give the raw spectra, or say --zero-loss removed")
      }
      steps.append(
        "zero-loss peak: the energy axis \(span) does not cover it; taken as removed before, nothing subtracted")
      return nil
    }
    guard let peak = ZeroLossPeak(in: spectra) else {
      throw PreparationError(
        "no zero-loss peak to align: the axis \(span) covers 0 eV, but the mean spectrum has no peak there that stands "
          + "out; check the energy calibration, or say --zero-loss removed if it was removed before")
    }
    return peak
  }
}

/// Numbers as sentences show them.
enum Text {
  /// Three decimals, without trailing zeros.
  static func energy(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : String(rounded)
  }
}
