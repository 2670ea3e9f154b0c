// DM3 and DM4 files: every data type, both versions and byte orders, calibrations, spectrum images, thumbnails.

import MicroscopeFiles
import SystemPackage
import Testing

@Suite("DigitalMicrograph files")
struct DigitalMicrographTests {
  static let writers = [3, 4].flatMap { version in
    [false, true].map { DMBytes(version: version, bigEndian: $0) }
  }

  private func inspect(_ bytes: [UInt8], probes: [[Int]] = []) throws -> FileInspection {
    let scratch = try Scratch()
    return try FileInspector().inspect(try scratch.write(bytes, "a.dm3"), probes: probes)
  }

  private func file(_ writer: DMBytes, _ images: DMBytes.Tag..., extra: [(String, DMBytes.Tag)] = []) -> [UInt8] {
    writer.file([("ImageList", .folder(images.map { ("", $0) }))] + extra)
  }

  @Test("are taken in both versions and byte orders", arguments: writers.indices)
  func ready(_ index: Int) throws {
    let writer = Self.writers[index]
    let inspection = try inspect(writer.ramp())
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.format == "dm\(writer.version)")
    #expect(inspection.signals.first?.name == "HAADF")
    #expect(inspection.scan?.frame.pixelSizeNM == 0.5)
    #expect(try inspection.scan?.held().image[23, 19] == 579)
    // value = (index - Origin) * Scale; the first calibration is x's, the last axis.
    #expect(inspection.signals.first?.axes.map(\.offset) == [-1, -2])
    #expect(inspection.signals.first?.axes.map(\.name) == ["y", "x"])
  }

  /// DataType, NumPy's name, element type of the data tag, elements and bytes of the values 1, 2.
  static let types: [(code: Int32, dtype: String, tag: Int, count: Int, bytes: [UInt8])] = [
    (1, "int16", 2, 2, Bytes.of(Int16(1)) + Bytes.of(Int16(2))),
    (2, "float32", 6, 2, Bytes.of(Float(1)) + Bytes.of(Float(2))),
    (3, "complex64", 6, 4, Bytes.of(Float(1)) + Bytes.of(Float(-5)) + Bytes.of(Float(2)) + Bytes.of(Float(-6))),
    (6, "uint8", 10, 2, [1, 2]),
    (7, "int32", 3, 2, Bytes.of(Int32(1)) + Bytes.of(Int32(2))),
    (9, "int8", 9, 2, [1, 2]),
    (10, "uint16", 4, 2, Bytes.of(UInt16(1)) + Bytes.of(UInt16(2))),
    (11, "uint32", 5, 2, Bytes.of(UInt32(1)) + Bytes.of(UInt32(2))),
    (12, "float64", 7, 2, Bytes.of(1.0) + Bytes.of(2.0)),
    (13, "complex128", 7, 4, Bytes.of(1.0) + Bytes.of(-5.0) + Bytes.of(2.0) + Bytes.of(-6.0)),
    (39, "int64", 11, 2, Bytes.of(Int64(1)) + Bytes.of(Int64(2))),
    (40, "uint64", 12, 2, Bytes.of(UInt64(1)) + Bytes.of(UInt64(2))),
  ]

  @Test("of every data type give their values", arguments: types.map(\.code))
  func everyType(_ code: Int32) throws {
    let type = try #require(Self.types.first { $0.code == code })
    let writer = DMBytes()
    let image = writer.image(
      dataType: code, dimensions: [2, 1], data: .array(type: type.tag, count: type.count, bytes: type.bytes))
    let signal = try #require(try inspect(file(writer, image)).signals.first)
    #expect(signal.dtype == type.dtype)
    #expect(signal.shape == [1, 2])
    #expect(signal.sum.re == 3)
    #expect(signal.sum.im == (type.dtype.hasPrefix("complex") ? -11 : nil))
  }

  @Test("hide their thumbnails and show every other image")
  func thumbnails() throws {
    let writer = DMBytes()
    let thumbnail = writer.image(
      name: "thumbnail", dataType: 6, dimensions: [1, 1], data: .array(type: 10, count: 1, bytes: [9]))
    let image = writer.image(dataType: 6, dimensions: [2, 1], data: .array(type: 10, count: 2, bytes: [1, 2]))
    let marks: [(String, DMBytes.Tag)] = [("Thumbnails", .folder([("", .folder([("ImageIndex", .long(0))]))]))]
    let marked = try inspect(file(writer, thumbnail, image, image, extra: marks))
    #expect(marked.signals.map(\.name) == ["HAADF", "HAADF"])
    let unmarked = try inspect(file(writer, image))
    #expect(unmarked.signals.count == 1)
  }

  @Test("storing spectrum images energy first give them energy last")
  func spectrumImage() throws {
    // Stored (E, y, x) = (3, 1, 2): value 10 * E + x.
    let writer = DMBytes()
    let values: [UInt8] = [0, 1, 10, 11, 20, 21]
    let axes: [(Float, Float, String)] = [(0, 2, "nm"), (0, 2, "nm"), (-100, 0.5, "eV")]
    let image = writer.image(
      dataType: 6, dimensions: [2, 1, 3], data: .array(type: 10, count: 6, bytes: values), calibrations: axes,
      tags: [("Meta Data", .folder([("Format", .text("Spectrum image")), ("Signal", .text("EELS"))]))])
    let inspection = try inspect(file(writer, image), probes: [[0, 1, 2], [0, 0, 1]])
    let signal = try #require(inspection.signals.first)
    #expect(signal.kind == .spectrumImage)
    #expect(signal.shape == [1, 2, 3])
    #expect(signal.probes.map(\.value.re) == [21, 10])
    #expect(signal.axes.map(\.name) == ["y", "x", "Energy loss"])
    #expect(signal.axes.last?.offset == 50)
    #expect(inspection.verdict == .ignored)
  }

  @Test("storing energy last already are left as they are")
  func energyLast() throws {
    let writer = DMBytes()
    let axes: [(Float, Float, String)] = [(0, 1, "eV"), (0, 1, "nm"), (0, 1, "nm"), (0, 1, "")]
    let image = writer.image(
      dataType: 6, dimensions: [3, 2, 1, 2], data: .array(type: 10, count: 12, bytes: (0..<12).map { UInt8($0) }),
      calibrations: axes, tags: [("Meta Data", .folder([("Format", .text("Spectrum image"))]))])
    let signal = try #require(try inspect(file(writer, image), probes: [[1, 0, 1, 2], [0, 0, 1, 0]]).signals.first)
    #expect(signal.shape == [2, 1, 2, 3])
    #expect(signal.probes.map(\.value.re) == [11, 3])
  }

  @Test("with colours give red first and are rejected")
  func colours() throws {
    let writer = DMBytes()
    let pixels = [UInt8](repeating: 1, count: 4) + [3, 2, 1, 255]
    let image = writer.image(dataType: 23, dimensions: [2, 1], data: .array(type: 5, count: 2, bytes: pixels))
    let inspection = try inspect(file(writer, image), probes: [[0, 1, 0], [0, 1, 2]])
    #expect(inspection.signals.first?.shape == [1, 2, 4])
    #expect(inspection.signals.first?.probes.map(\.value.re) == [1, 3])
    #expect(inspection.verdict == .rejected)
  }

  @Test("without calibrations are padded with plain axes, or taken without a pixel size")
  func missingCalibrations() throws {
    let writer = DMBytes()
    let values = (0..<400).flatMap { Bytes.of(UInt16($0)) }
    let data = DMBytes.Tag.array(type: 4, count: 400, bytes: values)
    let image = writer.image(dataType: 10, dimensions: [20, 20], data: data, calibrations: [(0, 0.5, "nm")])
    let inspection = try inspect(file(writer, image))
    #expect(inspection.signals.first?.axes.map(\.units) == ["", "nm"])
    #expect(inspection.verdict == .ready)
    #expect(inspection.scan?.frame.pixelSizeNM == nil)
  }

  @Test("from a camera are not scans, those of a scan generator are")
  func cameras() throws {
    let writer = DMBytes()
    let device: (String, DMBytes.Tag) = ("Acquisition", .folder([("Device", .folder([("Name", .text("OneView"))]))]))
    let camera = try inspect(writer.ramp(tags: [device]))
    #expect(camera.verdict == .ignored)
    #expect(camera.reason.contains("OneView"))
    let scan: [(String, DMBytes.Tag)] = [
      device, ("DigiScan", .folder([("Sample Time", .float(4)), ("Rotation", .float(90))])),
      ("DataBar", .folder([("Signal Name", .text("ADF"))])),
    ]
    let inspection = try inspect(writer.ramp(tags: scan))
    #expect(inspection.verdict == .ready)
    #expect(inspection.scan?.metadata.dwellUS == 4)
    #expect(inspection.scan?.metadata.rotationRad == .pi / 2)
    let bright = try inspect(writer.ramp(tags: [("DataBar", .folder([("Signal Name", .text("BF"))]))]))
    #expect(bright.verdict == .ignored)
  }

  @Test("that cannot be used say why")
  func unusable() throws {
    let writer = DMBytes()
    let data = DMBytes.Tag.array(type: 10, count: 2, bytes: [1, 2])
    let unknown = try inspect(file(writer, writer.image(dataType: 999, dimensions: [2, 1], data: data)))
    #expect(unknown.reason.contains("DataType 999"))
    let packed = try inspect(file(writer, writer.image(dataType: 27, dimensions: [2, 1], data: data)))
    #expect(packed.reason.contains("Fourier"))
    let short = try inspect(file(writer, writer.image(dataType: 10, dimensions: [2, 1], data: data)))
    #expect(short.reason.contains("needs 4 bytes"))
    let huge = try inspect(
      file(writer, writer.image(dataType: 10, dimensions: [.max, .max, .max], data: data)))
    #expect(huge.reason.contains("larger than any memory"))
    let none = try inspect(writer.file([("ImageList", .folder([]))]))
    #expect(none.reason.contains("no image"))
    var nested = DMBytes.Tag.long(1)
    for _ in 0..<80 { nested = .folder([("", nested)]) }
    let deep = try inspect(writer.file([("a", nested)]))
    #expect(deep.reason.contains("nested"))
    for inspection in [unknown, packed, short, huge, none, deep] { #expect(inspection.verdict == .rejected) }
  }
}
