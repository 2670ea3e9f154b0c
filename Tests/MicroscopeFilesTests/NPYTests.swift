// NPY arrays: every type, order and header version, and the sidecar beside them.

import MicroscopeFiles
import Microscopy
import SystemPackage
import Testing

@Suite("NPY arrays")
struct NPYTests {
  /// `numpy.array([[1, 2, 3], [4, 5, 100]], dtype).tobytes()`, worked out by hand for each type.
  static let values: [Double] = [1, 2, 3, 4, 5, 100]

  static let types: [(descr: String, dtype: String, bytes: [UInt8])] = [
    ("|b1", "bool", [1, 1, 1, 1, 1, 1]),
    ("|i1", "int8", values.flatMap { Bytes.of(Int8($0)) }),
    ("|u1", "uint8", values.flatMap { Bytes.of(UInt8($0)) }),
    ("<i2", "int16", values.flatMap { Bytes.of(Int16($0)) }),
    (">u2", "uint16", values.flatMap { Bytes.of(UInt16($0), bigEndian: true) }),
    (">i4", "int32", values.flatMap { Bytes.of(Int32($0), bigEndian: true) }),
    ("<u4", "uint32", values.flatMap { Bytes.of(UInt32($0)) }),
    ("<i8", "int64", values.flatMap { Bytes.of(Int64($0)) }),
    (">u8", "uint64", values.flatMap { Bytes.of(UInt64($0), bigEndian: true) }),
    // IEEE 754 binary16 of 1, 2, 3, 4, 5, 100
    (
      ">f2", "float16",
      [0x3C00, 0x4000, 0x4200, 0x4400, 0x4500, 0x5640].flatMap { Bytes.of(UInt16($0), bigEndian: true) }
    ),
    ("=f4", "float32", values.flatMap { Bytes.of(Float($0)) }),
    (">f8", "float64", values.flatMap { Bytes.of($0, bigEndian: true) }),
    ("<c8", "complex64", values.flatMap { Bytes.of(Float($0)) + Bytes.of(Float(-$0)) }),
    (">c16", "complex128", values.flatMap { Bytes.of($0, bigEndian: true) + Bytes.of(-$0, bigEndian: true) }),
  ]

  @Test("of every number type give their values", arguments: types.map(\.descr))
  func everyType(_ descr: String) throws {
    let type = try #require(Self.types.first { $0.descr == descr })
    let scratch = try Scratch()
    let path = try scratch.write(NPYBytes.file(descr: descr, shape: "2, 3", data: type.bytes), "a.npy")
    let inspection = try FileInspector().inspect(path, probes: [[1, 2], [1, 3], [0]])
    let signal = try #require(inspection.signals.first)
    #expect(signal.dtype == type.dtype)
    #expect(signal.shape == [2, 3])
    #expect(signal.probes.count == 1)
    #expect(signal.sum.re == (type.dtype == "bool" ? 6 : 115))
    #expect(signal.minimum?.re == 1)
    #expect(signal.maximum?.re == (type.dtype == "bool" ? 1 : 100))
    #expect(signal.sum.im == (type.dtype.hasPrefix("complex") ? -115 : nil))
    #expect(signal.probes.first?.value.im == (type.dtype.hasPrefix("complex") ? -100 : nil))
  }

  @Test(
    "of all header versions and spellings are read",
    arguments: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"f4\"}",
      "{'descr': '<f4' , 'shape' : ( 2L , 3L ) , 'fortran_order': False}       ",
    ])
  func headers(_ dictionary: String) throws {
    let scratch = try Scratch()
    let data = (0..<6).flatMap { Bytes.of(Float($0)) }
    for major: UInt8 in 1...3 {
      let path = try scratch.write(NPYBytes.file(dictionary, data: data, major: major), "a.npy")
      #expect(try NPYArray.read(path).shape == [2, 3])
      #expect(try NPYArray.read(path).values == [0, 1, 2, 3, 4, 5])
    }
  }

  @Test("in Fortran order come out in C order")
  func fortranOrder() throws {
    let scratch = try Scratch()
    // numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4)).tobytes(order="F"): first index fastest.
    var data: [UInt8] = []
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { data += Bytes.of(Int16(12 * i + 4 * j + k)) } } }
    let path = try scratch.write(NPYBytes.file(descr: "<i2", shape: "2, 3, 4", fortran: true, data: data), "a.npy")
    #expect(try NPYArray.read(path).values == (0..<24).map(Float.init))
  }

  @Test(
    "that cannot be used say why",
    arguments: [
      ("{'descr': '|O', 'fortran_order': False, 'shape': (4, 4), }", "Python objects"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }", "structured"),
      ("{'descr': '<f16', 'fortran_order': False, 'shape': (4,), }", "dtype"),
      ("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (4,), }", "dates"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4), }", "no values"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }", "negative"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }", "larger than any memory"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "whole number"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }", "at most"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (4), }", "tuple"),
      ("{'descr': '<f4', 'shape': (4,), }", "missing"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", "dimensions"),
      ("__import__('os').system('true')", "dictionary"),
    ])
  func unusable(_ dictionary: String, _ word: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(NPYBytes.file(dictionary, data: [UInt8](repeating: 1, count: 64)), "a.npy")
    let inspection = try FileInspector().inspect(path)
    #expect(inspection.verdict == .rejected)
    #expect(inspection.reason.contains(word), "\(inspection.reason)")
    #expect(throws: MicroscopeFileError.self) { try NPYArray.read(path) }
  }

  @Test("take calibration, channel and times from their sidecar")
  func sidecar() throws {
    let scratch = try Scratch()
    let path = try scratch.write(NPYBytes.ramp(), "scan.npy")
    let plain = try FileInspector().inspect(path)
    #expect(plain.verdict == .ready)
    #expect(plain.scan?.frame.pixelSizeNM == nil)
    #expect(plain.reason.contains("pixel size"))
    let text = """
      {"spatial_calibrations": [{"offset": -3, "scale": 2.5e-4, "units": "µm"}, {"scale": 0.25, "units": "nm"}],
      "title": "A scan", "metadata": {"hardware_source": {"channel_name": "HAADF", "pixel_time_us": 4.0},
      "scan": {"scan_id": "abc", "rotation": 0.5, "fov_nm": 99}, "instrument": {"high_tension": 60000}},
      "datetime_original": {"local_datetime": "2026-11-22T16:08:21", "tz": "+0100"}}
      """
    try scratch.write(Array(text.utf8), "scan.json")
    let calibrated = try FileInspector().inspect(path)
    let scan = try #require(calibrated.scan).held()
    #expect(scan.frame.pixelSizeNM == 0.25)
    #expect(scan.image[2, 3] == 143)
    #expect(calibrated.signals[0].name == "A scan")
    var geometry = ScanGeometry()
    geometry.contextFieldOfViewNM = 99
    geometry.originNM = PlanePoint(y: -3000, x: 0)
    #expect(
      scan.metadata
        == AcquisitionMetadata(
          channelName: "HAADF", dwellUS: 4, fieldOfViewNM: 6, rotationRad: 0.5,
          acquiredAt: "2026-11-22T16:08:21+01:00", scanID: "abc", voltageV: 60000, geometry: geometry))
    #expect(calibrated.contentSHA256 != plain.contentSHA256)
    let other = try FileInspector().inspect(scratch.path("scan.json"))
    #expect(other.verdict == .ignored)
    #expect(other.reason.contains("scan.npy"))
  }

  @Test("wait for a sidecar that is half written", arguments: ["", "{\"spatial_calibrations\": [{\"offset\": -3, "])
  func halfSidecar(_ text: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(NPYBytes.ramp(), "scan.npy")
    try scratch.write(Array(text.utf8), "scan.json")
    let inspection = try FileInspector().inspect(path)
    #expect(inspection.verdict == .incomplete)
    #expect(inspection.reason.contains("scan.json"))
    #expect(inspection.scan == nil)
    #expect(inspection.signals.count == 1)
  }
}
