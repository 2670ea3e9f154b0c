// HyperSpy's HDF5 files, `.hspy` and the older `.hdf5`.

import Microscopy

/// Reads HyperSpy files, versions 1.0 to 3.3: every experiment with its axes and metadata.
enum HyperSpyReader: FormatReader {
  static let format = "hspy"
  static let fileExtensions = ["hspy", "hdf5"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .hyperSpy }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      guard let experiments = try root.child("Experiments") else { throw .incomplete("it holds no experiments yet") }
      var decoded = DecodedFile(signals: [])
      for name in try experiments.childNames() {
        guard let group = try experiments.child(name), let values = try group.child("data"),
          let data = try HDF5Dataset(values)
        else { continue }
        guard decoded.signals.count < limits.signals else {
          throw .rejected("it holds more than \(limits.signals) experiments")
        }
        let (pixels, missing) = try data.pixels()
        let experiment = try HyperSpyExperiment(group, rank: data.shape.count)
        decoded.signals.append(try experiment.signal(pixels, isColour: data.type.channels > 1))
        decoded.incompleteReason = decoded.incompleteReason ?? missing
      }
      guard !decoded.signals.isEmpty else { throw .rejected("it holds no experiment with an array of numbers") }
      return decoded
    }
  }
}

/// Axes and metadata of one experiment.
private struct HyperSpyExperiment {
  private let group: HDF5Object
  /// `metadata`, in old files `mapped_parameters`.
  private let metadata: HDF5Object?
  private var axes: [Axis] = []
  /// Navigation dimensions; nil when the file does not say.
  private var navigation: Int?

  init(_ group: HDF5Object, rank: Int) throws(DecodeFailure) {
    self.group = group
    let current = try group.child("metadata")
    metadata = if let current { current } else { try group.child("mapped_parameters") }
    var isNavigated: [Bool] = []
    for index in 0..<rank {
      guard let axis = try group.child("axis-\(index)") else { continue }
      func number(_ name: String, _ fallback: Double) throws(DecodeFailure) -> Double {
        guard let value = try axis.number(name), value.isFinite else { return fallback }
        return value
      }
      axes.append(
        Axis(
          name: Self.stated(try axis.text("name")), size: 0, scale: try number("scale", 1),
          offset: try number("offset", 0), units: Self.stated(try axis.text("units"))))
      if let flag = try axis.number("navigate") { isNavigated.append(flag != 0) }
    }
    if axes.count == rank, isNavigated.count == rank { navigation = isNavigated.filter { $0 }.count }
  }

  /// HyperSpy writes words where it has nothing to say.
  private static func stated(_ text: String?) -> String {
    guard let text, text != "<undefined>", text != "_None_", text != "None" else { return "" }
    return text
  }

  private func metadata(_ path: [String], _ name: String) throws(DecodeFailure) -> HDF5Value? {
    var object = metadata
    for name in path { object = try object?.child(name) }
    return try object?.attribute(name)
  }

  /// A value in its place, or where version 1.0 had it.
  private func metadata(_ path: [String], orOld old: [String], _ name: String) throws(DecodeFailure) -> HDF5Value? {
    if let value = try metadata(path, name) { return value }
    return try metadata(old, name)
  }

  func signal(_ pixels: PixelData, isColour: Bool) throws(DecodeFailure) -> Signal {
    let stored = isColour ? Array(pixels.shape.dropLast()) : pixels.shape
    var calibrated = Signal.plainAxes(stored)
    if axes.count == stored.count {
      for index in stored.indices {
        calibrated[index] = axes[index]
        calibrated[index].size = stored[index]
      }
    }
    let title = try metadata(["General"], orOld: [], "title")
    let kind = try kind(calibrated)
    if isColour { calibrated.append(Axis(name: "channel", size: pixels.shape[stored.count])) }
    let groupName = group.name == "__unnamed__" ? "" : group.name
    let name = title?.text ?? groupName
    var signal = Signal(
      name: name, kind: kind, pixels: pixels, axes: calibrated, metadata: try acquisition(name: name),
      isColour: isColour, notAScan: try notAScan())
    signal.metadata.fieldOfViewNM = signal.pixelSize.nanometres.map { $0 * Double(stored.max() ?? 0) }
    return signal
  }

  private func kind(_ axes: [Axis]) throws(DecodeFailure) -> SignalKind {
    var navigation = navigation
    let record = try metadata(["Signal"], orOld: [], "record_by")
    if navigation == nil, let record = record?.text {
      navigation = record == "spectrum" ? axes.count - 1 : record == "image" ? axes.count - 2 : nil
    }
    guard let navigation else { return Signal.kind(axes: axes) }
    return switch (navigation, axes.count - navigation) {
    case (0, 1): .spectrum
    case (0, 2), (2, 0): Signal.kind(axes: axes)
    case (1, 1), (2, 1): .spectrumImage
    case (1, 2): .imageSeries
    default: .other
    }
  }

  private func acquisition(name: String) throws(DecodeFailure) -> AcquisitionMetadata {
    let energy = try metadata(["Acquisition_instrument", "TEM"], orOld: ["TEM"], "beam_energy")
    return AcquisitionMetadata(
      channelName: DetectorName.inTitle(name), acquiredAt: try acquiredAt(),
      voltageV: energy?.lenientNumber.map { $0 * 1000 })
  }

  /// ISO date and time, with the offset where the zone is given as one.
  private func acquiredAt() throws(DecodeFailure) -> String? {
    guard let date = try metadata(["General"], "date")?.text, let time = try metadata(["General"], "time")?.text,
      date.split(separator: "-").count == 3
    else { return nil }
    let zone = try metadata(["General"], "time_zone")?.text
    let offset = zone.map { $0 == "UTC" || $0 == "Z" ? "Z" : $0.hasPrefix("+") || $0.hasPrefix("-") ? $0 : "" }
    return "\(date)T\(time)\(offset ?? "")"
  }

  private func notAScan() throws(DecodeFailure) -> String? {
    if let type = try metadata(["Signal"], orOld: [], "signal_type")?.text,
      ["EELS", "EDS", "EDS_TEM", "EDS_SEM", "CL", "electron_diffraction", "diffraction"].contains(type)
    {
      return "it holds a \(type) signal"
    }
    let mode = try metadata(["Acquisition_instrument", "TEM"], "acquisition_mode")?.text
    return mode == "TEM" ? "an image of a TEM's camera, not a scan" : nil
  }
}
