// One image of a DigitalMicrograph file: its tags made into pixels, axes and acquisition conditions.

import Microscopy

/// An entry of `ImageList`.
struct DMImage<Source: ByteSource> {
  let tags: DMTag
  let file: DMTagFile
  let source: Source
  let limits: FileLimits

  private func text(_ path: String...) -> String? {
    tags[["ImageTags"] + path]?.text(in: source, bigEndian: file.isBigEndian)
  }

  private func number(_ path: String...) -> Double? { tags[["ImageTags"] + path]?.number }

  func signal() throws(DecodeFailure) -> Signal {
    let stored = try storedShape()
    let (type, isColour) = try elementType()
    let shape = isColour ? stored + [4] : stored
    let total = try PixelData.byteCount(
      shape: shape, type: type, limits: limits, staysInFile: source is OpenedFile && shape.count == 2)
    guard let array = tags["ImageData"]?["Data"]?.array, array.bytes == total else {
      throw .rejected(
        "an image of \(shape) values of \(type.rawValue) needs \(total) bytes, but its data have "
          + "\(tags["ImageData"]?["Data"]?.array?.bytes ?? 0)")
    }
    func bytes() throws(DecodeFailure) -> [UInt8] { try source.bytes(at: array.offset, count: array.bytes) }
    var axes = namedAxes(stored)
    let pixels: PixelData
    if isColour {
      pixels = Self.redFirst(try bytes(), shape: shape)
      axes.append(Axis(name: "channel", size: 4))
    } else if isEnergyFirst(axes) {
      pixels = Self.energyLast(try bytes(), type: type, shape: shape, isBigEndian: file.isBigEndian)
      axes.append(axes.removeFirst())
    } else if let opened = source as? OpenedFile {
      pixels = try PixelData(
        type: type, shape: shape, isBigEndian: file.isBigEndian, in: opened, at: array.offset, limits: limits)
    } else {
      pixels = PixelData(type: type, shape: shape, isBigEndian: file.isBigEndian, bytes: try bytes())
    }
    return Signal(
      name: tags["Name"]?.text(in: source, bigEndian: file.isBigEndian) ?? "", kind: isColour ? .image : kind(axes),
      pixels: pixels, axes: axes, metadata: acquisition(axes), isColour: isColour, notAScan: notAScan)
  }

  /// Dimensions stand x first; shapes are row-major.
  private func storedShape() throws(DecodeFailure) -> [Int] {
    let dimensions = tags["ImageData"]?["Dimensions"]?.children ?? []
    guard !dimensions.isEmpty, dimensions.count <= limits.dimensions else {
      throw .rejected("an image has \(dimensions.count) dimensions; 1 to \(limits.dimensions) are read")
    }
    var shape: [Int] = []
    for dimension in dimensions.reversed() {
      guard let size = dimension.int else { throw .rejected("a dimension of an image is not a whole number") }
      shape.append(size)
    }
    return shape
  }

  private func elementType() throws(DecodeFailure) -> (ElementType, isColour: Bool) {
    guard let code = tags["ImageData"]?["DataType"]?.int else { throw .rejected("an image has no DataType") }
    switch code {
    case 1: return (.int16, false)
    case 2: return (.float32, false)
    case 3: return (.complex64, false)
    case 6: return (.uint8, false)
    case 7: return (.int32, false)
    case 8, 23: return (.uint8, true)
    case 9: return (.int8, false)
    case 10: return (.uint16, false)
    case 11: return (.uint32, false)
    case 12: return (.float64, false)
    case 13: return (.complex128, false)
    case 14: return (.bool, false)
    case 39: return (.int64, false)
    case 40: return (.uint64, false)
    case 5, 27, 28: throw .rejected("a Fourier transform in packed complex numbers (DataType \(code)); not an image")
    default: throw .rejected("an image of unknown DataType \(code)")
    }
  }

  /// Colour pixels are stored blue, green, red, alpha.
  private static func redFirst(_ bytes: [UInt8], shape: [Int]) -> PixelData {
    var bytes = bytes
    for pixel in stride(from: 0, to: bytes.count, by: 4) { bytes.swapAt(pixel, pixel + 2) }
    return PixelData(type: .uint8, shape: shape, isBigEndian: false, bytes: bytes)
  }

  /// Spectrum images are stored energy first; here energy comes last.
  private static func energyLast(_ bytes: [UInt8], type: ElementType, shape: [Int], isBigEndian: Bool) -> PixelData {
    var strides = [Int](repeating: 1, count: shape.count)
    for dimension in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
    }
    return PixelData.reordered(
      bytes: bytes, start: 0, type: type, shape: Array(shape.dropFirst()) + [shape[0]],
      strides: Array(strides.dropFirst()) + [strides[0]], isBigEndian: isBigEndian)
  }

  private var isSpectrumFormat: Bool { text("Meta Data", "Format")?.lowercased().hasPrefix("spectrum") ?? false }

  /// Whether the first stored dimension is energy: said by its units, else by the tags.
  private func isEnergyFirst(_ axes: [Axis]) -> Bool {
    guard axes.count > 2 else { return false }
    if let spectral = axes.firstIndex(where: { AxisUnit($0.units) == .energy }) { return spectral == 0 }
    return axes.count == 3
      && (text("Meta Data", "Format")?.lowercased() == "spectrum image" || tags["ImageTags"]?["spim"] != nil)
  }

  private func kind(_ axes: [Axis]) -> SignalKind {
    let isSpectral =
      isSpectrumFormat || tags["ImageTags"]?["spim"] != nil || axes.contains { AxisUnit($0.units) == .energy }
    guard isSpectral else { return Signal.kind(axes: axes) }
    return switch axes.count {
    case 1: .spectrum
    case 2: axes[0].size == 1 ? .spectrum : .spectrumImage
    case 3: .spectrumImage
    default: .other
    }
  }
}

// Axes and acquisition conditions.
extension DMImage {
  /// `value = (index - Origin) * Scale`; missing calibrations are padded with scale 1.
  private func namedAxes(_ shape: [Int]) -> [Axis] {
    let calibrations = tags["ImageData"]?["Calibrations"]?["Dimension"]?.children ?? []
    var axes: [Axis] = []
    for (dimension, size) in shape.reversed().enumerated() {
      var axis = Axis(name: "", size: size)
      if calibrations.indices.contains(dimension) {
        let calibration = calibrations[dimension]
        let scale = calibration["Scale"]?.number ?? 1
        let origin = calibration["Origin"]?.number ?? 0
        if scale.isFinite, scale != 0, origin.isFinite {
          axis.scale = scale
          axis.offset = -origin * scale
          axis.units = calibration["Units"]?.text(in: source, bigEndian: file.isBigEndian) ?? ""
        }
      }
      axes.append(axis)
    }
    axes.reverse()
    return names(axes)
  }

  /// The spectral axis by its kind of spectroscopy, the others x, y, z from the last.
  private func names(_ axes: [Axis]) -> [Axis] {
    var axes = axes
    var free = Array(axes.indices)
    let signal = text("Meta Data", "Signal") ?? ""
    let isEELS = signal == "EELS" || tags["ImageTags"]?["spim"]?["eels"] != nil
    let spectral: (units: String, name: String)? =
      isEELS ? ("eV", "Energy loss") : signal == "CL" ? ("nm", "Wavelength") : nil
    if let spectral, let index = axes.firstIndex(where: { $0.units == spectral.units }) {
      axes[index].name = spectral.name
      free.removeAll { $0 == index }
    }
    for (index, name) in zip(free.reversed(), ["x", "y", "z"]) { axes[index].name = name }
    return axes
  }

  private func acquisition(_ axes: [Axis]) -> AcquisitionMetadata {
    let pixelSize = axes.count == 2 ? PixelSize(row: axes[0], column: axes[1]) : .unknown
    return AcquisitionMetadata(
      channelName: text("hardware_source", "channel_name") ?? text("SuperScan", "ChannelName")
        ?? text("DataBar", "Signal Name"),
      dwellUS: number("hardware_source", "pixel_time_us") ?? number("DigiScan", "Sample Time")
        ?? number("SuperScan", "PixelTime(us)"),
      fieldOfViewNM: pixelSize.nanometres.map { $0 * Double(axes.map(\.size).max() ?? 0) },
      rotationRad: number("scan", "rotation") ?? number("DigiScan", "Rotation").map { $0 * .pi / 180 },
      acquiredAt: number("DataBar", "Acquisition Time (OS)").flatMap(Timestamp.utc(windowsTicks:)),
      scanID: text("scan", "scan_id"),
      voltageV: number("Microscope Info", "Voltage") ?? number("instrument", "high_tension"),
      geometry: NionContext.geometry(number: { number("scan", $0) }, pair: { pair("scan", $0) }))
  }

  /// Two numbers that were written as a structure.
  private func pair(_ path: String...) -> PlanePoint? {
    guard case .structure(let values) = tags[["ImageTags"] + path], values.count == 2, values.allSatisfy(\.isFinite)
    else { return nil }
    return PlanePoint(y: values[0], x: values[1])
  }

  /// Cameras write the same files as scan generators; only the latter leave their tags.
  private var notAScan: String? {
    let signal = text("Meta Data", "Signal") ?? ""
    if ["EELS", "X-ray", "CL"].contains(signal) { return "it holds a \(signal) signal" }
    let scanners = ["DigiScan", "SuperScan", "hardware_source"]
    guard !scanners.contains(where: { tags["ImageTags"]?[$0] != nil }) else { return nil }
    guard let device = text("Acquisition", "Device", "Name"), !device.contains("DigiScan") else { return nil }
    return "it comes from the camera \(device), not from a scan"
  }
}
