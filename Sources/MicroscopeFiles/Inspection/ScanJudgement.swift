// Whether a decoded data set is a HAADF image to triage, and if not, why.

import Microscopy

/// The rules by which a data set becomes a scan.
struct ScanJudgement {
  let limits: FileLimits
  let channels: ChannelRule
  /// Without its extension; tells the channel where the file does not.
  let fileName: String

  enum Outcome {
    case ready(pixelSizeNM: Double?)
    case refused(DecodeFailure)
  }

  func judge(_ signal: Signal, _ statistics: PixelStatistics) -> Outcome {
    if let failure = emptiness(statistics) ?? kindFailure(signal) ?? originFailure(signal)
      ?? contentFailure(signal, statistics)
    {
      return .refused(failure)
    }
    switch signal.pixelSize {
    case .unknown: return .ready(pixelSizeNM: nil)
    case .square(let nanometres): return .ready(pixelSizeNM: nanometres)
    case .oblong(let rowNM, let columnNM):
      return .refused(
        .rejected(
          "its pixels are not square: \(Self.short(columnNM)) nm wide, \(Self.short(rowNM)) nm high; "
            + "scan with equal steps in x and y"))
    }
  }

  private func emptiness(_ statistics: PixelStatistics) -> DecodeFailure? {
    guard let value = statistics.constant, value.re == 0, value.im ?? 0 == 0 else { return nil }
    return .incomplete("all its values are zero: a placeholder, or an acquisition that never delivered")
  }

  private func kindFailure(_ signal: Signal) -> DecodeFailure? {
    switch signal.kind {
    case .image: break
    case .imageSeries:
      return .ignored("a series of \(signal.pixels.shape[0]) images; only single HAADF images are triaged")
    case .spectrum: return .ignored("a spectrum; only HAADF images are triaged")
    case .spectrumImage: return .ignored("a spectrum image; only HAADF images are triaged")
    case .other: return .ignored("an array of \(signal.pixels.shape.count) dimensions; only HAADF images are triaged")
    }
    if signal.isColour { return .rejected("a colour picture; save the detector's own values") }
    if signal.pixels.type.isComplex { return .ignored("an image of complex numbers, such as a Fourier transform") }
    return nil
  }

  private func originFailure(_ signal: Signal) -> DecodeFailure? {
    for axis in signal.axes {
      switch AxisUnit(axis.units) {
      case .reciprocal: return .ignored("its axes are in \(axis.units): a diffraction pattern or a Fourier transform")
      case .energy: return .ignored("one of its axes is in \(axis.units): a spectrometer's image")
      default: continue
      }
    }
    if let reason = signal.notAScan { return .ignored("\(reason); only HAADF images are triaged") }
    guard let channel = signal.metadata.channelName else {
      return channels.reasonToIgnoreUnnamed(fileName: fileName).map { .ignored($0) }
    }
    guard !channels.accepts(channel) else { return nil }
    return .ignored("its channel is \(channel); only HAADF images are triaged")
  }

  private func contentFailure(_ signal: Signal, _ statistics: PixelStatistics) -> DecodeFailure? {
    let shape = signal.pixels.shape
    let side = limits.smallestImageSide
    if shape.contains(where: { $0 < side }) {
      return .rejected("an image of \(shape[0]) × \(shape[1]) pixels; at least \(side) × \(side) are needed")
    }
    if statistics.nonFinite > 0 {
      return .rejected("\(statistics.nonFinite) of its values are not numbers or infinite; save it with finite values")
    }
    if let value = statistics.constant {
      return .rejected("all its values are \(Self.short(value.re)): the detector was off or saturated")
    }
    let largest = max(abs(statistics.minimum?.re ?? 0), abs(statistics.maximum?.re ?? 0))
    if largest > Double(Float.greatestFiniteMagnitude) {
      return .rejected("its values reach \(largest), beyond single precision; save it in other units")
    }
    return nil
  }

  /// Four significant digits, as sentences need no more.
  static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value.description }
    var factor = 1.0
    while abs(value) * factor < 1000, factor < 1e15 { factor *= 10 }
    let rounded = (value * factor).rounded() / factor
    return rounded.description
  }
}
