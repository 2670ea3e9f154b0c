// What the tags of a TIFF page say about scale and acquisition, by the program that wrote them.

import Microscopy

/// Axes and conditions of a page.
///
/// The plain resolution tags count only where ImageJ gives them a unit: most programs write the screen's or nothing true.
struct TIFFCalibration {
  var x: Axis
  var y: Axis
  /// The axis along pages.
  var series: Axis
  var title: String?
  var metadata = AcquisitionMetadata()
  var notAScan: String?

  init(
    _ directory: TIFFDirectory, page: TIFFPage, first: TIFFDirectory, file: OpenedFile, count: Int
  ) throws(DecodeFailure) {
    x = Axis(name: "width", size: page.width)
    y = Axis(name: "height", size: page.height)
    series = Axis(name: count > 1 ? "image series" : "", size: count)
    let description = try first.text(270, in: file) ?? ""
    if let stamp = try first.text(306, in: file) { metadata.acquiredAt = Self.isoTime(stamp) }
    if first.entries[34682] != nil || first.entries[34680] != nil {
      let text = try first.text(first.entries[34682] == nil ? 34680 : 34682, in: file) ?? ""
      readFEI(INIText(text))
    } else if let text = try first.text(34118, in: file) {
      readZeiss(text)
    } else if first.entries[37706] != nil || first.entries[33471] != nil || first.entries[33560] != nil {
      notAScan = "it comes from a TVIPS or Olympus camera, not from a scan"
    } else if description.contains("<TemReporter") {
      try readJEOL(MarkupText(description), directory, file)
    } else if description.contains("<OME") {
      readOME(MarkupText(description))
    } else if first.entries[65009] != nil {
      try readGatan(directory, file)
    } else if let text = ImageJText(description) {
      try readImageJ(text, directory, file)
    }
  }

  /// `2016:06:13 16:08:49` and `2019/11/27 16:11` as ISO 8601.
  private static func isoTime(_ stamp: String) -> String? {
    let parts = stamp.split { !$0.isNumber }
    guard parts.count >= 5, parts[0].count == 4, parts[1...].allSatisfy({ $0.count == 2 }) else { return nil }
    let clock = parts[3...].prefix(3).joined(separator: ":")
    return "\(parts[0])-\(parts[1])-\(parts[2])T\(clock)"
  }

  private mutating func setScale(x scaleX: Double?, y scaleY: Double?, units: String) {
    guard let scaleX, let scaleY, scaleX.isFinite, scaleY.isFinite, scaleX > 0, scaleY > 0 else { return }
    x.scale = scaleX
    x.units = units
    y.scale = scaleY
    y.units = units
  }

  /// FEI and Thermo Fisher, tags 34680 and 34682.
  private mutating func readFEI(_ text: INIText) {
    setScale(x: text.number("Scan", "PixelWidth"), y: text.number("Scan", "PixelHeight"), units: "m")
    metadata.channelName = text["Detectors", "Name"]
    metadata.dwellUS = text.number("Scan", "Dwelltime").map { $0 * 1e6 }
    metadata.voltageV = text.number("Beam", "HV")
    metadata.rotationRad = text.number("Beam", "ScanRotation")
  }

  /// Zeiss, tag 34118: unnamed numbers first; the fourth is the size of a pixel on a screen of 1024 columns, in metres.
  private mutating func readZeiss(_ text: String) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    let size = lines.count > 3 ? Double(lines[3].filter { !$0.isWhitespace }) : nil
    let scale = size.map { $0 * 1024 / Double(x.size) }
    setScale(x: scale, y: scale, units: "m")
    if let index = lines.firstIndex(of: "DP_DETECTOR_CHANNEL"), index + 1 < lines.count {
      metadata.channelName = lines[index + 1].split(separator: "=").last.map { String($0.drop(while: \.isWhitespace)) }
    }
  }

  /// JEOL SightX: the resolution is the detector's, in pixels per inch or centimetre; the magnification is in the XML.
  private mutating func readJEOL(
    _ text: MarkupText, _ directory: TIFFDirectory, _ file: OpenedFile
  ) throws(DecodeFailure) {
    metadata.acquiredAt = text.element("DateTime") ?? metadata.acquiredAt
    metadata.voltageV = text.element("AccelerationVoltage").flatMap(Double.init)
    let mode = text.element("EosMode") ?? ""
    // As SightX notes it: eosTEM, ilmBrightField, imgMAG1, X150k.
    let names = ["ImageField", "ImageFormingMode"].compactMap { text.element($0)?.dropFirst(4) }.map(String.init)
    title = ([mode == "modeASID" ? "STEM" : "TEM"] + names + [text.element("SelectorString") ?? ""]).joined(
      separator: ", ")
    if mode.hasPrefix("eosTEM") { notAScan = "a picture of the TEM's camera, not a scan" }
    guard mode == "eosTEM", text.element("ModeString") == "MAG",
      let magnification = text.element("SelectorValue").flatMap(Double.init), magnification > 0
    else { return }
    let unit = try directory.int(296, in: file) == 2 ? 0.0254e9 : 0.01e9
    let scales = try resolution(directory, file).map { unit / magnification / $0 }
    setScale(x: scales[0], y: scales[1], units: "nm")
  }

  private func resolution(_ directory: TIFFDirectory, _ file: OpenedFile) throws(DecodeFailure) -> [Double] {
    [try directory.numbers(282, in: file).first ?? 0, try directory.numbers(283, in: file).first ?? 0]
  }

  private mutating func readOME(_ text: MarkupText) {
    guard let pixels = text.tags("Pixels", atMost: 1).first else { return }
    func number(_ name: String) -> Double? { pixels.attribute(name).flatMap(Double.init) }
    let units = pixels.attribute("PhysicalSizeXUnit") ?? "µm"
    if units == pixels.attribute("PhysicalSizeYUnit") ?? "µm" {
      setScale(x: number("PhysicalSizeX"), y: number("PhysicalSizeY"), units: units)
    }
    let channels = text.tags("Channel", atMost: 16).map { $0.attribute("Name") }
    if channels.count == 1 { metadata.channelName = channels[0] }
    if channels.count > 1 { series.name = "channel" }
    metadata.acquiredAt = text.element("AcquisitionDate") ?? metadata.acquiredAt
  }

  /// DigitalMicrograph's export, and HyperSpy's in the same tags.
  private mutating func readGatan(_ directory: TIFFDirectory, _ file: OpenedFile) throws(DecodeFailure) {
    func axis(_ axis: inout Axis, units: Int, origin: Int, scale: Int) throws(DecodeFailure) {
      guard let value = try directory.numbers(scale, in: file).first, value.isFinite, value != 0 else { return }
      axis.scale = value
      if let value = try directory.numbers(origin, in: file).first, value.isFinite { axis.offset = value }
      axis.units = try directory.text(units, in: file) ?? ""
    }
    try axis(&x, units: 65003, origin: 65006, scale: 65009)
    try axis(&y, units: 65004, origin: 65007, scale: 65010)
    if series.size > 1 { try axis(&series, units: 65005, origin: 65008, scale: 65011) }
  }

  private mutating func readImageJ(
    _ text: ImageJText, _ directory: TIFFDirectory, _ file: OpenedFile
  ) throws(DecodeFailure) {
    if series.size > 1, let spacing = text.number("spacing"), spacing.isFinite, spacing > 0 { series.scale = spacing }
    guard let units = text.units else { return }
    let scales = try resolution(directory, file).map { 1 / $0 }
    setScale(x: scales[0], y: scales[1], units: units)
  }
}

/// ImageJ's description: `name=value` lines after `ImageJ=version`.
struct ImageJText {
  private let values: [String: String]

  init?(_ text: String) {
    guard text.hasPrefix("ImageJ=") else { return nil }
    values = Dictionary(
      text.split(whereSeparator: \.isNewline).compactMap { line in
        line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
      }
    ) { first, _ in first }
  }

  func number(_ name: String) -> Double? { values[name].flatMap(Double.init) }
  var images: Int? { values["images"].flatMap { Int($0) } }

  /// The unit of the resolution tags; nil when there is none.
  var units: String? {
    guard let unit = values["unit"], !unit.isEmpty, unit != "pixel", unit != "pixels" else { return nil }
    return ["micron", "um", "\\u00B5m", "\u{3BC}m"].contains(unit) ? "µm" : unit
  }
}

/// `[section]` and `name=value` lines.
struct INIText {
  private var values: [String: String] = [:]

  init(_ text: String) {
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = String(line.dropFirst().dropLast())
      } else if let equals = line.firstIndex(of: "=") {
        values["\(section).\(line[..<equals])"] = String(line[line.index(after: equals)...])
      }
    }
  }

  subscript(_ section: String, _ name: String) -> String? {
    values["\(section).\(name)"].flatMap { $0.isEmpty ? nil : $0 }
  }

  func number(_ section: String, _ name: String) -> Double? { self[section, name].flatMap(Double.init) }
}
