// Every spectrum's zero loss to 0 eV: the spectrometer drifts during a scan.

import Microscopy
import StrictJSON

/// Shifts that bring each spectrum's zero-loss peak to 0 eV.
struct ZeroLossAlignment {
  /// Channels to move each spectrum by; positive moves to higher energies.
  let shifts: [Double]
  /// Spectra whose peak was too weak to measure; they move with the median.
  let unmeasured: Int
  private let stepEV: Double

  /// A peak is looked for this many widths round the mean spectrum's.
  private static let reach = 6.0
  /// Below this share of the median height a spectrum has no peak to measure.
  private static let smallestHeight: Float = 0.1

  init(_ spectra: SpectrumImage, peak: ZeroLossPeak) {
    let axis = spectra.energyAxis
    let channels = axis.size
    let count = spectra.counts.count / channels
    let reach = max(4, Int((Self.reach * peak.width).rounded()))
    let window = max(0, peak.channel - reach)...min(channels - 1, peak.channel + reach)
    let zero = -axis.offset / axis.scale
    var heights: [Float] = []
    var centres: [Double] = []
    for spectrum in 0..<count {
      let values = spectra.counts[spectrum * channels..<(spectrum + 1) * channels]
      let (height, centre) = Self.centre(of: values, window: window)
      heights.append(height)
      centres.append(centre)
    }
    let limit = Self.smallestHeight * heights.sorted()[count / 2]
    let measured = zip(heights, centres).filter { $0.0 >= limit && $0.0 > 0 }.map(\.1).sorted()
    let median = measured.isEmpty ? Double(peak.channel) : measured[measured.count / 2]
    shifts = zip(heights, centres).map { zero - ($0 >= limit && $0 > 0 ? $1 : median) }
    unmeasured = count - measured.count
    stepEV = axis.scale
  }

  /// Height of the peak, and the centroid (channels) of what rises above half of it round the summit.
  ///
  /// The centroid of the upper half stays put for saturated and for noisy peaks alike.
  private static func centre(of values: ArraySlice<Float>, window: ClosedRange<Int>) -> (Float, Double) {
    let start = values.startIndex
    guard let top = window.max(by: { values[start + $0] < values[start + $1] }) else { return (0, 0) }
    let half = values[start + top] / 2
    guard half > 0 else { return (0, Double(top)) }
    var (first, last) = (top, top)
    while first > window.lowerBound, values[start + first - 1] > half { first -= 1 }
    while last < window.upperBound, values[start + last + 1] > half { last += 1 }
    var (weight, moment) = (0.0, 0.0)
    for channel in first...last {
      let excess = Double(values[start + channel] - half)
      weight += excess
      moment += excess * Double(channel)
    }
    return (values[start + top], weight > 0 ? moment / weight : Double(top))
  }

  /// The spectra moved, by linear interpolation, on the channels that all of them cover.
  func apply(to spectra: SpectrumImage) throws(PreparationError) -> SpectrumImage {
    let axis = spectra.energyAxis
    let channels = axis.size
    let first = max(0, Int((shifts.max() ?? 0).rounded(.up)))
    let last = channels - 1 + min(0, Int((shifts.min() ?? 0).rounded(.down)))
    guard last - first + 1 >= SpectrumPreparation.fewestChannels else {
      throw PreparationError(
        "the zero-loss peaks lie up to \(Text.energy((shifts.map(abs).max() ?? 0) * stepEV)) eV from 0: "
          + "aligned, the spectra share no range; check the energy calibration")
    }
    var counts: [Float] = []
    counts.reserveCapacity(shifts.count * (last - first + 1))
    for (spectrum, shift) in shifts.enumerated() {
      let start = spectrum * channels
      for channel in first...last {
        let place = Double(channel) - shift
        let below = min(max(Int(place.rounded(.down)), 0), channels - 2)
        let share = Float(place - Double(below))
        let (low, high) = (spectra.counts[start + below], spectra.counts[start + below + 1])
        counts.append(low + (high - low) * share)
      }
    }
    return SpectrumImage(
      frame: spectra.frame,
      energyAxis: Axis(
        name: axis.name, size: last - first + 1, scale: axis.scale, offset: axis.value(at: first), units: axis.units),
      counts: counts)
  }

  private var range: (least: Double, median: Double, most: Double) {
    let sorted = shifts.sorted()
    guard let least = sorted.first, let most = sorted.last else { return (0, 0, 0) }
    return (1000 * stepEV * least, 1000 * stepEV * sorted[sorted.count / 2], 1000 * stepEV * most)
  }

  var description: String {
    let (least, median, most) = range
    let weak = unmeasured == 0 ? "" : "; \(unmeasured) spectra with too weak a peak moved with the median"
    return "zero-loss peaks aligned: shifts \(Text.energy(least))…\(Text.energy(most)) meV, median "
      + "\(Text.energy(median))\(weak)"
  }

  var json: JSONValue {
    let (least, median, most) = range
    return [
      "least_shift_mev": .double(least), "median_shift_mev": .double(median), "most_shift_mev": .double(most),
      "unmeasured": .int(unmeasured),
    ]
  }
}
