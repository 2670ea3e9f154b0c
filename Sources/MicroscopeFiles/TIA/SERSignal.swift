// A TIA series made into a data set: navigation shape, axes, conditions.

import Microscopy

struct SERSignal {
  let header: SERHeader
  let elements: SERElements
  let companion: TIACompanion.Conditions?

  func signal(name: String) -> Signal {
    let navigation = navigationAxes
    let axes = navigation + elementAxes
    let pixels = PixelData(reshaping: elements.pixels, to: axes.map(\.size))
    var signal = Signal(
      name: name, kind: kind(navigation: navigation.count), pixels: pixels, axes: axes, metadata: .init(),
      notAScan: notAScan)
    signal.hasNoPixelSize = !isCalibrated
    signal.metadata = acquisition(signal)
    return signal
  }

  private func kind(navigation: Int) -> SignalKind {
    switch (header.isImages, navigation) {
    case (true, 0): .image
    case (true, 1): .imageSeries
    case (true, _): .other
    case (false, 0): .spectrum
    case (false, _): .spectrumImage
    }
  }

  /// Slowest first. A single image needs none; a series that was stopped has as many elements as are there.
  private var navigationAxes: [Axis] {
    let isRowByRow = elements.isRowByRow ?? true
    let stored = isRowByRow ? header.dimensions.reversed() : header.dimensions
    let kept = stored.filter { !header.isImages || $0.size != 1 }
    let product = kept.reduce(1.0) { $0 * Double($1.size) }
    guard product == Double(header.valid), !kept.isEmpty else {
      // A stopped series, or one that does not state its dimensions.
      guard header.valid > 1 else { return [] }
      guard kept.count == 1 else { return [Axis(name: "", size: header.valid)] }
      return [Self.axis(kept[0], name: "x", size: header.valid)]
    }
    var names = ["x", "y"]
    return kept.reversed().map { dimension in
      Self.axis(dimension, name: names.isEmpty ? "" : names.removeFirst(), size: dimension.size)
    }.reversed()
  }

  private static func axis(_ dimension: SERHeader.Dimension, name: String, size: Int) -> Axis {
    guard dimension.units == "meters" else {
      return Axis(
        name: "", size: size, scale: dimension.delta,
        offset: dimension.offset - Double(dimension.element) * dimension.delta, units: dimension.units)
    }
    return Axis(
      name: name, size: size, scale: dimension.delta * 1e9,
      offset: (dimension.offset - Double(dimension.element) * dimension.delta) * 1e9, units: "nm")
  }

  private var elementAxes: [Axis] {
    let shape = elements.pixels.shape.dropFirst()
    guard header.isImages else {
      let energy = elements.calibrations[0]
      return shape.map {
        Axis(
          name: "Energy", size: $0, scale: energy.delta,
          offset: energy.offset - Double(energy.element) * energy.delta, units: "eV")
      }
    }
    return zip(zip(["y", "x"], shape), elements.calibrations).map { named, calibration in
      Axis(
        name: named.0, size: named.1, scale: calibration.delta * 1e9,
        offset: (calibration.offset - Double(calibration.element) * calibration.delta) * 1e9, units: "nm")
    }
  }

  /// TIA gives every image in metres, also diffraction patterns, whose 1/m come out as kilometres a pixel.
  private static let largestPixelM = 1e-3

  private var isDiffraction: Bool {
    header.isImages && elements.calibrations.contains { abs($0.delta) > Self.largestPixelM }
  }

  private var isCalibrated: Bool {
    elements.calibrations.allSatisfy { $0.delta.isFinite && $0.delta > 0 && $0.delta <= Self.largestPixelM }
  }

  private var notAScan: String? {
    guard header.isImages else { return nil }
    if let camera = companion?.camera { return "it comes from the camera \(camera), not from a scan" }
    return isDiffraction ? "its pixels are in reciprocal metres: a diffraction pattern" : nil
  }

  private func acquisition(_ signal: Signal) -> AcquisitionMetadata {
    AcquisitionMetadata(
      channelName: companion?.channel, dwellUS: companion?.dwellUS,
      fieldOfViewNM: signal.pixelSize.nanometres.map { $0 * Double(signal.axes.map(\.size).max() ?? 0) },
      rotationRad: companion?.rotationRad,
      acquiredAt: elements.time.flatMap { Timestamp.utc(secondsSince1970: Double($0)) }, scanID: companion?.id,
      voltageV: companion?.voltageV)
  }
}
