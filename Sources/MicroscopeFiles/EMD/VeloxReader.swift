// Thermo Fisher Velox EMD files: images, image series and EELS spectrum images.

import Microscopy
import StrictJSON

/// Reads Velox files: `Data/Image` stored (y, x, frame), `Data/EelsSpectrumImage` stored (x, energy, y).
enum VeloxReader: FormatReader {
  static let format = "emd-velox"
  static let fileExtensions = ["emd"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .velox }

  static func isVelox(_ root: HDF5Object) throws(DecodeFailure) -> Bool {
    try root.child("Version")?.smallValue(maximumBytes: root.limits.hdf5AttributeBytes)?.text?.contains("Velox")
      ?? false
  }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      guard let data = try root.child("Data") else { throw .incomplete("it holds no data yet") }
      var decoded = DecodedFile(signals: [])
      let names = try VeloxNames(root)
      for group in try groups(data, "Image") {
        try add(try VeloxImage(group, names: names, limits: limits).decoded(), to: &decoded, limits: limits)
      }
      let spectra = try groups(data, "EelsSpectrumImage")
      for (rank, group) in spectra.enumerated() {
        let image = try VeloxSpectrumImage(group, rank: rank, of: spectra.count, limits: limits)
        try add(try image.decoded(), to: &decoded, limits: limits)
      }
      guard decoded.signals.isEmpty else { return decoded }
      if try data.child("SpectrumStream") != nil {
        throw .ignored("it holds only X-ray spectra; HAADF images are triaged")
      }
      throw .incomplete("it holds no images yet")
    }
  }

  /// Groups of a kind of data, in the order in which they were made.
  private static func groups(_ data: HDF5Object, _ kind: String) throws(DecodeFailure) -> [HDF5Object] {
    guard let parent = try data.child(kind) else { return [] }
    var groups: [HDF5Object] = []
    for name in try parent.childNames() {
      guard let group = try parent.child(name), try group.child("Data") != nil else { continue }
      groups.append(group)
    }
    guard kind != "Image" else { return groups }
    return groups.sorted { ($0.address ?? 0) < ($1.address ?? 0) }
  }

  private static func add(
    _ one: (Signal, incompleteReason: String?), to decoded: inout DecodedFile, limits: FileLimits
  ) throws(DecodeFailure) {
    guard decoded.signals.count < limits.signals else {
      throw .rejected("it holds more than \(limits.signals) data sets")
    }
    decoded.signals.append(one.0)
    decoded.incompleteReason = decoded.incompleteReason ?? one.incompleteReason
  }
}

/// One group of `Data/Image`.
private struct VeloxImage {
  private let data: HDF5Dataset
  private let metadata: VeloxMetadata?
  private let name: String?
  private let unfinished: String?

  init(_ group: HDF5Object, names: VeloxNames, limits: FileLimits) throws(DecodeFailure) {
    guard let object = try group.child("Data"), let data = try HDF5Dataset(object), (2...3).contains(data.shape.count)
    else { throw .rejected("its image \(group.name) is no array of numbers in two or three dimensions") }
    self.data = data
    metadata = try VeloxMetadata(group, limits: limits)
    name = names.byDataPath["/Data/Image/\(group.name)"]
    unfinished =
      metadata == nil ? "its metadata are not written yet: the acquisition is in progress, or was stopped" : nil
  }

  func decoded() throws(DecodeFailure) -> (Signal, incompleteReason: String?) {
    if data.shape.contains(0) { throw .incomplete("it holds no frames yet") }
    let (stored, missing) = try data.pixels()
    guard data.type.channels == 1 else {
      throw .rejected("its images are colour pictures; save the detector's own values")
    }
    // (y, x, frame) becomes (y, x), or (frame, y, x).
    let isSeries = stored.shape.count == 3 && stored.shape[2] > 1
    let pixels =
      isSeries
      ? stored.transposed([2, 0, 1]) : PixelData(reshaping: stored, to: Array(stored.shape.prefix(2)))
    var axes =
      metadata?.imageAxes(rows: stored.shape[0], columns: stored.shape[1])
      ?? [Axis(name: "y", size: stored.shape[0]), Axis(name: "x", size: stored.shape[1])]
    if isSeries {
      axes.insert(metadata?.timeAxis(count: pixels.shape[0]) ?? Axis(name: "", size: pixels.shape[0]), at: 0)
    }
    let half = data.isHalfSpectrum ? "Half FFT" : nil
    var signal = Signal(
      name: half ?? name ?? metadata?.detector ?? data.object.name, kind: isSeries ? .imageSeries : .image,
      pixels: pixels, axes: axes, metadata: metadata?.acquisition ?? .init())
    // Element maps carry the X-ray detector's name, results of a calculation none: then the display's name tells.
    if signal.metadata.channelName == nil { signal.metadata.channelName = name }
    signal.metadata.fieldOfViewNM = signal.pixelSize.nanometres.map { $0 * Double(pixels.shape.max() ?? 0) }
    return (signal, missing ?? unfinished)
  }
}

/// One group of `Data/EelsSpectrumImage`: an energy range at every position of a scan.
private struct VeloxSpectrumImage {
  private let data: HDF5Dataset
  private let metadata: VeloxMetadata?
  private let info: JSONValue?
  private let range: VeloxMetadata.EnergyRange?

  init(_ group: HDF5Object, rank: Int, of count: Int, limits: FileLimits) throws(DecodeFailure) {
    guard let object = try group.child("Data"), let data = try HDF5Dataset(object), data.shape.count == 3,
      data.type.channels == 1
    else { throw .rejected("its spectrum image \(group.name) is no array of numbers in three dimensions") }
    self.data = data
    metadata = try VeloxMetadata(group, limits: limits)
    info = try VeloxJSON.small(try group.child("Info"), limits: limits)
    // Several ranges stand in each group's metadata; the groups come in the order of their offsets.
    let ranges = metadata?.energyRanges ?? []
    range = ranges.count == 1 || rank >= ranges.count ? ranges.first : ranges[rank]
  }

  func decoded() throws(DecodeFailure) -> (Signal, incompleteReason: String?) {
    if data.shape.contains(0) { throw .incomplete("its spectrum image holds no rows yet") }
    let (stored, missing) = try data.pixels()
    // (x, energy, y) becomes (y, x, energy).
    let pixels = stored.transposed([2, 0, 1])
    let (rows, columns, channels) = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    var axes =
      metadata?.imageAxes(rows: rows, columns: columns)
      ?? [Axis(name: "y", size: rows), Axis(name: "x", size: columns)]
    axes.append(
      Axis(
        name: "Energy loss", size: channels, scale: range?.dispersionEV ?? 1, offset: range?.offsetEV ?? 0,
        units: range == nil ? "" : "eV"))
    var acquisition = metadata?.acquisition ?? .init()
    acquisition.channelName = acquisition.channelName ?? "EELS"
    let signal = Signal(name: "EELS", kind: .spectrumImage, pixels: pixels, axes: axes, metadata: acquisition)
    let height = info.flatMap { VeloxJSON.number($0["height"]) } ?? 0
    let unfinished =
      Double(rows) < height ? "only \(rows) of \(Int(height)) rows are scanned: in progress, or stopped" : nil
    return (signal, missing ?? unfinished)
  }
}
