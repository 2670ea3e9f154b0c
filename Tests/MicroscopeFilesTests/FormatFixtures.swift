// One whole, small file of every format, each with the same image: seeds for damage, truncation and fuzzing.

/// Nion Swift's ZIP files.
enum NionBytes {
  static let metadata = """
    {"title": "Scan (HAADF)", "is_sequence": false, "collection_dimension_count": 0, "datum_dimension_count": 2,
    "data_shape": [24, 20], "created": "2026-11-22T16:08:21", "category": "CATEGORY",
    "dimensional_calibrations": [{"scale": 0.5, "units": "nm"}, {"scale": 0.5, "units": "nm"}],
    "metadata": {"hardware_source": {"channel_name": "CHANNEL", "valid_rows": ROWS, "pixel_time_us": 2}}}
    """

  static func file(
    channel: String = "HAADF", rows: Int = 24, category: String = "persistent", array: [UInt8] = NPYBytes.ramp(),
    deflate: Bool = false
  ) -> [UInt8] {
    let text = metadata.replacing("CHANNEL", with: channel).replacing("ROWS", with: "\(rows)")
      .replacing("CATEGORY", with: category)
    let json = Array(text.utf8)
    return ZIPBytes.file([
      .init(name: "data.npy", contents: array, deflated: deflate ? ZIPBytes.storedDeflate(array) : nil),
      .init(name: "metadata.json", contents: json, deflated: deflate ? ZIPBytes.storedDeflate(json) : nil),
    ])
  }

  static func json(channel: String = "HAADF", rows: Int = 24, category: String = "persistent") -> String {
    metadata.replacing("CHANNEL", with: channel).replacing("ROWS", with: "\(rows)").replacing(
      "CATEGORY", with: category)
  }
}

/// The image of 24 × 20 values `100 + 20 * row + column`, 0.5 nm a pixel, as each HDF5 format stores it.
enum HDF5Fixtures {
  typealias Node = HDF5Bytes.Node
  typealias Dataset = HDF5Bytes.Dataset

  static let ramp = (0..<480).flatMap { Bytes.of(Float(100 + $0)) }

  static func image(_ attributes: [(String, HDF5Bytes.Value)] = []) -> Dataset {
    Dataset(kind: .float, shape: [24, 20], data: ramp, attributes: attributes)
  }

  static func nion(_ data: Dataset? = nil, json: String = NionBytes.json()) -> [UInt8] {
    var dataset = data ?? image()
    dataset.attributes.append(("properties", .text(json)))
    return HDF5Bytes.file([("data", .dataset(dataset))])
  }

  static func nionExport() -> [UInt8] {
    HDF5Bytes.file([
      ("data", .group([("0", .dataset(image([("properties", .text(NionBytes.json()))])))])),
      ("index", .group([], attributes: [("1", .text("{}"))])),
    ])
  }

  static func hyperSpyAxis(_ name: String, _ scale: Double, _ units: String, navigate: Int64 = 0) -> Node {
    .group(
      [],
      attributes: [
        ("name", .text(name)), ("scale", .number(scale)), ("offset", .number(0)), ("units", .text(units)),
        ("navigate", .integer(navigate)),
      ])
  }

  static func hyperSpy(
    title: String = "HAADF", data: Dataset? = nil,
    axes: [Node] = [hyperSpyAxis("y", 0.5, "nm"), hyperSpyAxis("x", 0.5, "nm")], signalType: String = ""
  ) -> [UInt8] {
    let metadata = Node.group([
      (
        "General",
        .group([], attributes: [("title", .text(title)), ("date", .text("2024-05-01")), ("time", .text("12:34:56"))])
      ),
      ("Signal", .group([], attributes: [("signal_type", .text(signalType))])),
      (
        "Acquisition_instrument",
        .group([("TEM", .group([], attributes: [("beam_energy", .number(60)), ("acquisition_mode", .text("STEM"))]))])
      ),
    ])
    let named = axes.enumerated().map { ("axis-\($0.offset)", $0.element) }
    let experiment = Node.group([("data", .dataset(data ?? image())), ("metadata", metadata)] + named)
    return HDF5Bytes.file(
      [("Experiments", .group([(title, experiment)]))],
      attributes: [("file_format", .text("HyperSpy")), ("file_format_version", .text("3.3"))])
  }

  static func dimension(_ name: String, _ units: String, _ values: [Double]) -> Node {
    .dataset(
      Dataset(
        kind: .double, shape: [values.count], data: values.flatMap { Bytes.of($0) },
        attributes: [("name", .text(name)), ("units", .text(units))]))
  }

  static func ncem(
    data: Dataset? = nil,
    dimensions: [Node] = [dimension("y", "[n_m]", [0, 0.5]), dimension("x", "[n_m]", [0, 0.5])]
  ) -> [UInt8] {
    let named = dimensions.enumerated().map { ("dim\($0.offset + 1)", $0.element) }
    return HDF5Bytes.file([
      (
        "signals",
        .group([
          (
            "HAADF",
            .group([("data", .dataset(data ?? image()))] + named, attributes: [("emd_group_type", .integer(1))])
          )
        ])
      ),
      ("microscope", .group([], attributes: [("dwell time", .number(2e-6)), ("high tension", .number(60_000))])),
    ])
  }

  static let veloxJSON = """
    {"BinaryResult": {"Detector": "DETECTOR", "PixelSize": {"width": "5e-10", "height": "5e-10"}, "PixelUnitX": "m",
    "PixelUnitY": "m", "Offset": {"x": "-5e-9", "y": "-6e-9"}}, "Scan": {"DwellTime": "2e-6", "ScanRotation": "0.25"},
    "Optics": {"AccelerationVoltage": "60000"}, "Acquisition": {"AcquisitionStartDatetime": {"DateTime": "1600000000"}},
    "CustomProperties": {"AnalyticalDetector[EELS].SpectrumDispersion[0]": {"value": "0.25"},
    "AnalyticalDetector[EELS].SpectrumOffsetEnergy[0]": {"value": "-20"}}}
    """

  private static func text(_ text: String) -> Node {
    .dataset(Dataset(kind: .text(text.utf8.count), shape: [1], data: Array(text.utf8)))
  }

  /// Bytes of a frame's metadata, one column for each frame.
  static func veloxMetadata(_ text: String, frames: Int = 1) -> Node {
    let bytes = Array(text.utf8) + [0, 0]
    return .dataset(
      Dataset(
        kind: .uint8, shape: [bytes.count, frames], data: bytes.flatMap { [UInt8](repeating: $0, count: frames) }))
  }

  /// Images with their detectors; a nil detector leaves the metadata out.
  static func velox(_ images: [(detector: String?, data: Dataset)]) -> [UInt8] {
    let groups = images.enumerated().map { index, image -> (String, Node) in
      let metadata = image.detector.map { ("Metadata", veloxMetadata(veloxJSON.replacing("DETECTOR", with: $0))) }
      return ("\(index)", .group([("Data", .dataset(image.data))] + (metadata.map { [$0] } ?? [])))
    }
    return HDF5Bytes.file([
      ("Data", .group([("Image", .group(groups))])), ("Version", text(#"{"format": "Velox", "version": "11"}"#)),
    ])
  }

  static let veloxImage = Dataset(kind: .float, shape: [24, 20, 1], data: ramp)

  /// A spectrum image of 3 × 2 positions and 4 channels, stored (x, E, y); value `100 * y + 10 * x + channel`.
  static func veloxSpectrumImage(height: Int = 3) -> [UInt8] {
    var data: [UInt8] = []
    for x in 0..<2 { for channel in 0..<4 { for y in 0..<3 { data += Bytes.of(UInt16(100 * y + 10 * x + channel)) } } }
    let group = Node.group([
      ("Data", .dataset(Dataset(kind: .uint16, shape: [2, 4, 3], data: data))),
      ("Metadata", veloxMetadata(veloxJSON.replacing("DETECTOR", with: "Zebra"))),
      ("Info", text(#"{"width": "2", "height": "\#(height)", "bincount": "4"}"#)),
    ])
    return HDF5Bytes.file([
      ("Data", .group([("EelsSpectrumImage", .group([("a", group)]))])),
      ("Version", text(#"{"format": "Velox", "version": "11"}"#)),
    ])
  }

  static func digitalMicrograph() -> [UInt8] {
    func calibration() -> Node {
      .group([], attributes: [("Origin", .number(4)), ("Scale", .number(0.5)), ("Units", .text("nm"))])
    }
    let data = Node.group(
      [
        ("Calibrations", .group([("Dimension", .group([("[0]", calibration()), ("[1]", calibration())]))])),
        ("Data", .dataset(image())),
        ("Dimensions", .group([], attributes: [("[0]", .integer(20)), ("[1]", .integer(24))])),
      ], attributes: [("DataType", .integer(2)), ("PixelDepth", .integer(4))])
    let image = Node.group([("ImageData", data)], attributes: [("Name", .text("HAADF"))])
    return HDF5Bytes.file([("ImageList", .group([("[0]", image)]))])
  }
}

/// Files that are ready to be triaged, by a name of their format.
enum FormatFixtures {
  static let ready: [String: [UInt8]] = [
    "a.npy": NPYBytes.ramp(),
    "a.ndata": NionBytes.file(),
    "b.ndata": NionBytes.file(deflate: true),
    "a.ndata1": NionBytes.file(),
    "a.dm3": DMBytes().ramp(),
    "a.dm4": DMBytes(version: 4, bigEndian: true).ramp(),
    "a.dm5": HDF5Fixtures.digitalMicrograph(),
    "a.h5": HDF5Fixtures.nion(),
    "b.h5": HDF5Fixtures.nion(
      HDF5Bytes.Dataset(kind: .float, shape: [24, 20], data: HDF5Fixtures.ramp, filters: [2, 1])),
    "a.nhdf": HDF5Fixtures.nionExport(),
    "a.hspy": HDF5Fixtures.hyperSpy(),
    "a.emd": HDF5Fixtures.velox([("HAADF", HDF5Fixtures.veloxImage)]),
    "b.emd": HDF5Fixtures.ncem(),
    "a_1.ser": SERBytes().file(),
    "b_1.ser": SERBytes(version: 0x0220).file(),
    "a.tif": TIFFBytes().file([TIFFBytes().ramp()]),
    "b.tif": TIFFBytes(bigEndian: true, bigTIFF: true).file([TIFFBytes(bigEndian: true, bigTIFF: true).ramp()]),
    "a.mrc": MRCBytes().file(),
    "b.mrc": MRCBytes(bigEndian: true).file(),
    "a.mrc.gz": ZlibBytes.gzip(MRCBytes().file()),
  ]
}
