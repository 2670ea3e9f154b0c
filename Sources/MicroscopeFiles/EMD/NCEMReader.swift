// NCEM's EMD files: Berkeley's own, HyperSpy's, Prismatic's (0.2 to 0.5) and emdfile's (1.0).

import Microscopy

/// Reads EMD files: every group that says it holds an array, its dimensions put in order by their names.
enum NCEMReader: FormatReader {
  static let format = "emd-ncem"
  static let fileExtensions = ["emd"]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.hdf5 == .ncem }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    try HDF5Library.withRoot(of: file, limits: limits) { root throws(DecodeFailure) in
      let microscope = try NCEMMicroscope(root)
      var decoded = DecodedFile(signals: [])
      try root.forEachGroup { group throws(DecodeFailure) in
        guard let array = try NCEMArray(group) else { return }
        guard decoded.signals.count < limits.signals else {
          throw .rejected("it holds more than \(limits.signals) arrays")
        }
        let (pixels, missing) = try array.data.pixels()
        decoded.signals.append(array.signal(pixels, metadata: microscope.metadata))
        decoded.incompleteReason = decoded.incompleteReason ?? missing
      }
      guard !decoded.signals.isEmpty else { throw .rejected("none of its EMD groups holds an array of numbers") }
      return decoded
    }
  }
}

/// What the group `microscope` says about all arrays.
private struct NCEMMicroscope {
  var metadata = AcquisitionMetadata()

  init(_ root: HDF5Object) throws(DecodeFailure) {
    guard let group = try root.child("microscope"), group.kind == .group else { return }
    metadata.dwellUS = try group.attribute("dwell time")?.lenientNumber.map { $0 * 1e6 }
    metadata.voltageV = try group.attribute("high tension")?.lenientNumber
    if metadata.voltageV == nil, let voltage = try group.attribute("voltage") {
      let isKilovolts = voltage.text?.contains("kV") ?? ((voltage.number ?? 0) < 5000)
      metadata.voltageV = voltage.lenientNumber.map { isKilovolts ? $0 * 1000 : $0 }
    }
    metadata.rotationRad = try group.attribute("scan rotation")?.lenientNumber
  }
}

/// One array with its dimension vectors.
private struct NCEMArray {
  let data: HDF5Dataset
  private let name: String
  private let axes: [Axis]
  private let signalType: String
  private let time: Double?

  /// Nil for groups that hold no array of numbers.
  init?(_ group: HDF5Object) throws(DecodeFailure) {
    guard let type = try group.attribute("emd_group_type"), type.number == 1 || type.text == "array" else { return nil }
    guard let object = try Self.dataObject(group), let data = try HDF5Dataset(object), data.type.channels == 1,
      !data.shape.isEmpty
    else { return nil }
    // Version 0 counts dimensions from 1, version 1 from 0.
    let first = try group.child("dim0") == nil ? 1 : 0
    var axes: [Axis] = []
    for (index, size) in data.shape.enumerated() {
      axes.append(try Self.axis(try group.child("dim\(index + first)"), size: size))
    }
    let signalType = try group.text("signal_type") ?? ""
    let time = try group.child("acquisition times")?.smallValue(maximumBytes: 1 << 16)?.number
    // Everything that can fail comes first: a value half made when an error is thrown was released twice (Swift 6.3).
    self.data = data
    self.axes = axes
    self.signalType = signalType
    self.time = time
    name = group.name
  }

  /// `data`, or the one data set that is no dimension.
  private static func dataObject(_ group: HDF5Object) throws(DecodeFailure) -> HDF5Object? {
    if let data = try group.child("data"), data.kind == .dataset { return data }
    for name in try group.childNames() where !name.hasPrefix("dim") {
      if let object = try group.child(name), object.kind == .dataset { return object }
    }
    return nil
  }

  /// Bytes of a dimension's vector: a number for each index.
  private static let vectorBytes = 8 << 20

  /// A vector gives each index its value, or only the first two.
  private static func axis(_ vector: HDF5Object?, size: Int) throws(DecodeFailure) -> Axis {
    var axis = Axis(name: "", size: size)
    guard let vector else { return axis }
    axis.name = try vector.text("name") ?? ""
    let units = (try vector.text("units") ?? "").filter { !"[]_".contains($0) }
    guard case .numbers(let values)? = try vector.smallValue(maximumBytes: vectorBytes), let first = values.first,
      first.isFinite
    else { return axis }
    axis.offset = first
    axis.units = units
    guard values.count > 1 else { return axis }
    let isSingle = try HDF5Dataset(vector)?.type.element == .float32
    // Single-precision vectors were made by single-precision steps.
    let step = isSingle ? Double(Float(values[1]) - Float(first)) : values[1] - first
    // A vector that is no line gives no scale; the last value shows it.
    let last = values[values.count - 1]
    let isLine = abs(last - first - step * Double(values.count - 1)) <= 0.01 * abs(last - first)
    guard step.isFinite, step != 0, isLine else { return Axis(name: axis.name, size: size) }
    axis.scale = step
    return axis
  }

  /// Slow dimensions first, then y, x, and energy last; as stored where the names do not say.
  private var order: [Int] {
    func rank(_ axis: Axis) -> Int {
      let name = axis.name.lowercased()
      if AxisUnit(axis.units) == .energy || name.hasPrefix("energy") { return 3 }
      if ["x", "r_x", "rx", "width"].contains(name) { return 2 }
      return ["y", "r_y", "ry", "height"].contains(name) ? 1 : 0
    }
    let ranks = axes.map(rank)
    guard ranks.contains(1), ranks.contains(2) else { return Array(axes.indices) }
    return axes.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
  }

  func signal(_ pixels: PixelData, metadata: AcquisitionMetadata) -> Signal {
    let order = order
    let ordered = order.map { axes[$0] }
    var signal = Signal(
      name: name, kind: Signal.kind(axes: ordered), pixels: pixels.transposed(order), axes: ordered, metadata: metadata)
    if signal.kind == .imageSeries, ordered.contains(where: { $0.name.hasPrefix("Q") || $0.name.hasPrefix("q_") }) {
      signal.kind = .other
    }
    if !signalType.isEmpty, signal.kind == .image { signal.notAScan = "it holds a \(signalType) signal" }
    signal.metadata.channelName = DetectorName.inTitle(name)
    signal.metadata.acquiredAt = time.flatMap(Timestamp.utc(secondsSince1970:))
    signal.metadata.fieldOfViewNM = signal.pixelSize.nanometres.map { $0 * Double(pixels.shape.max() ?? 0) }
    return signal
  }
}
