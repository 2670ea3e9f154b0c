// The JSON texts of a Velox file: one for each frame, in columns of bytes; numbers are written as texts.

import Microscopy
import StrictJSON

enum VeloxJSON {
  /// A number, or a text that is one.
  static func number(_ value: JSONValue?) -> Double? {
    let number = value?.double ?? value?.string.flatMap { Double($0) }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }

  /// A data set of one JSON text; nil when it is absent or no JSON.
  static func small(_ object: HDF5Object?, limits: FileLimits) throws(DecodeFailure) -> JSONValue? {
    guard let text = try object?.smallValue(maximumBytes: limits.jsonBytes)?.text else { return nil }
    return try? JSONValue.parse(Array(text.utf8), maximumDepth: limits.jsonDepth)
  }
}

/// The metadata of a group's first frame.
struct VeloxMetadata {
  /// A range of an EELS spectrum image.
  struct EnergyRange: Equatable {
    var offsetEV: Double
    var dispersionEV: Double
  }

  private let json: JSONValue

  /// Nil while the metadata are not written.
  init?(_ group: HDF5Object, limits: FileLimits) throws(DecodeFailure) {
    guard let object = try group.child("Metadata"), let data = try HDF5Dataset(object), data.type.element == .uint8,
      data.type.channels == 1, data.shape.count == 2, !data.shape.contains(0), data.shape[0] <= limits.jsonBytes
    else { return nil }
    let (column, _) = try data.pixels(lastExtent: 1)
    var bytes: [UInt8] = []
    try column.forEachPiece { values, count in
      for index in 0..<count { bytes.append(UInt8(values[index])) }
    }
    let text = bytes.prefix { $0 != 0 }
    guard !text.isEmpty else { return nil }
    do {
      json = try JSONValue.parse(text, maximumDepth: limits.jsonDepth)
    } catch {
      throw .incomplete("the metadata of its image \(group.name) are \(error): being written, or damaged")
    }
  }

  private func value(_ path: String...) -> JSONValue? {
    var value: JSONValue? = json
    for name in path { value = value?[name] }
    return value
  }

  var detector: String? { value("BinaryResult", "Detector")?.string.flatMap { $0.isEmpty ? nil : $0 } }

  var acquisition: AcquisitionMetadata {
    let started = VeloxJSON.number(value("Acquisition", "AcquisitionStartDatetime", "DateTime"))
    return AcquisitionMetadata(
      channelName: detector,
      dwellUS: VeloxJSON.number(value("Scan", "DwellTime")).map { $0 * 1e6 },
      rotationRad: VeloxJSON.number(value("Scan", "ScanRotation")),
      acquiredAt: started.flatMap(Timestamp.utc(secondsSince1970:)),
      voltageV: VeloxJSON.number(value("Optics", "AccelerationVoltage")))
  }

  /// y, then x, in a unit that makes handy numbers of them; uncalibrated where the file states no pixel size.
  func imageAxes(rows: Int, columns: Int) -> [Axis] {
    [
      axis("y", size: rows, scale: "height", offset: "y", unit: "PixelUnitY"),
      axis("x", size: columns, scale: "width", offset: "x", unit: "PixelUnitX"),
    ]
  }

  private func axis(_ name: String, size: Int, scale: String, offset: String, unit: String) -> Axis {
    guard let step = VeloxJSON.number(value("BinaryResult", "PixelSize", scale)), step > 0 else {
      return Axis(name: name, size: size)
    }
    let start = VeloxJSON.number(value("BinaryResult", "Offset", offset)) ?? 0
    let unit = HandyUnit(value("BinaryResult", unit)?.string ?? "", for: step * Double(size) / 2)
    return Axis(name: name, size: size, scale: step * unit.factor, offset: start * unit.factor, units: unit.name)
  }

  /// Seconds between frames: of the scan, else the camera's exposure.
  func timeAxis(count: Int) -> Axis {
    let detectors = value("Detectors")?.members ?? []
    let exposure = detectors.lazy.map(\.value).first { $0["DetectorName"]?.string == detector }.flatMap {
      VeloxJSON.number($0["ExposureTime"])
    }
    guard let step = VeloxJSON.number(value("Scan", "FrameTime")) ?? exposure, step > 0 else {
      return Axis(name: "", size: count)
    }
    return Axis(name: "Time", size: count, scale: step, units: "s")
  }

  /// Ranges of the spectrometer by rising energy: the properties carry their number in brackets.
  var energyRanges: [EnergyRange] {
    let properties = value("CustomProperties")?.members ?? []
    func numbers(_ name: String) -> [String: Double] {
      var found: [String: Double] = [:]
      for property in properties where property.name.contains("EELS") {
        guard let start = property.name.range(of: "\(name)[") else { continue }
        found[String(property.name[start.upperBound...].prefix { $0 != "]" })] = VeloxJSON.number(
          property.value["value"] ?? property.value)
      }
      return found
    }
    let offsets = numbers("SpectrumOffsetEnergy")
    return numbers("SpectrumDispersion").filter { $0.value > 0 }.map { index, dispersion in
      EnergyRange(offsetEV: offsets[index] ?? 0, dispersionEV: dispersion)
    }.sorted { $0.offsetEV < $1.offsetEV }
  }
}

extension String {
  /// Where a text stands in this one.
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

/// Metres and reciprocal metres with the prefix that leaves one to three digits before the point.
struct HandyUnit {
  let name: String
  /// What values in the plain unit are multiplied by.
  let factor: Double

  private static let prefixes = [-12: "p", -9: "n", -6: "µ", -3: "m", 0: ""]

  init(_ unit: String, for value: Double) {
    let exponent = value > 0 && value.isFinite ? Int((Self.log10(value) / 3).rounded(.down)) * 3 : 0
    switch unit {
    case "m":
      let power = min(0, max(-12, exponent))
      name = "\(Self.prefixes[power] ?? "")m"
      factor = Self.powerOfTen(-power)
    case "1/m":
      let power = min(0, max(-12, -exponent))
      name = "1 / \(Self.prefixes[power] ?? "")m"
      factor = Self.powerOfTen(power)
    default:
      name = unit
      factor = 1
    }
  }

  /// Exact powers: a factor of 1e-9 would spoil the last digit.
  private static func powerOfTen(_ power: Int) -> Double { Double("1e\(power)") ?? 1 }

  /// The integer part is all that counts here.
  private static func log10(_ value: Double) -> Double {
    var (value, power) = (value, 0.0)
    while value >= 10 {
      value /= 10
      power += 1
    }
    while value < 1 {
      value *= 10
      power -= 1
    }
    return power
  }
}

/// What the operator sees above each picture: names by the path of the data.
struct VeloxNames {
  private(set) var byDataPath: [String: String] = [:]

  init(_ root: HDF5Object) throws(DecodeFailure) {
    let limits = root.limits
    // Version 11 links displays to data through references.
    var references: [String: String] = [:]
    try Self.forEach(try root.descendant("SharedProperties", "ImageSeriesDataReference"), limits) { name, json in
      references["/SharedProperties/ImageSeriesDataReference/\(name)"] = json["dataPath"]?.string
    }
    try Self.forEach(try root.descendant("Displays", "ImageDisplay"), limits) { _, json in
      guard let data = json["data"]?.string, let path = references[data] else { return }
      byDataPath[path] = json["title"]?.string
    }
    try Self.forEach(try root.descendant("Presentation", "Displays", "ImageDisplay"), limits) { _, json in
      guard let path = json["dataPath"]?.string else { return }
      byDataPath[path] = json["display"]?["label"]?.string
    }
    for (operation, key) in [("StemInputOperation", "detector"), ("CameraInputOperation", "cameraName")] {
      try Self.forEach(try root.descendant("Operations", operation), limits) { _, json in
        guard let path = json["dataPath"]?.string, let name = json[key]?.string else { return }
        byDataPath[path] = name
      }
    }
  }

  private static func forEach(
    _ group: HDF5Object?, _ limits: FileLimits, _ body: (_ name: String, _ json: JSONValue) -> Void
  ) throws(DecodeFailure) {
    for name in try group?.childNames() ?? [] {
      guard let json = try VeloxJSON.small(try group?.child(name), limits: limits) else { continue }
      body(name, json)
    }
  }
}
