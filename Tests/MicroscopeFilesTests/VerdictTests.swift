// What the daemon would do with decoded images, and with files by their name alone.

import MicroscopeFiles
import StrictJSON
import SystemPackage
import Testing

@Suite("Verdicts")
struct VerdictTests {
  private func inspect(_ values: [Double], rows: Int = 20, units: (String, Double, String, Double)? = nil)
    throws -> FileInspection
  {
    let scratch = try Scratch()
    let data = values.flatMap { Bytes.of($0) }
    let bytes = NPYBytes.file(descr: "<f8", shape: "\(rows), \(values.count / rows)", data: data)
    if let units {
      let json = """
        {"spatial_calibrations": [{"scale": \(units.1), "units": "\(units.0)"}, \
        {"scale": \(units.3), "units": "\(units.2)"}], "metadata": {}}
        """
      try scratch.write(Array(json.utf8), "a.json")
    }
    return try FileInspector().inspect(try scratch.write(bytes, "a.npy"))
  }

  private static let ramp = (0..<400).map(Double.init)

  @Test("on images that hold nothing to triage")
  func content() throws {
    #expect(try inspect([Double](repeating: 0, count: 400)).verdict == .incomplete)
    #expect(try inspect([Double](repeating: 7, count: 400)).verdict == .rejected)
    #expect(try inspect(Self.ramp + [.nan] + [Double](repeating: 1, count: 19), rows: 21).verdict == .rejected)
    #expect(try inspect(Self.ramp.map { $0 == 3 ? .infinity : $0 }).verdict == .rejected)
    #expect(try inspect(Self.ramp.map { $0 * 1e60 }).verdict == .rejected)
    let small = try inspect((0..<15 * 100).map(Double.init), rows: 15)
    #expect(small.verdict == .rejected)
    #expect(small.reason.contains("15 × 100"))
    #expect(try inspect((0..<256).map(Double.init), rows: 16).verdict == .ready)
  }

  @Test("count only finite values into sums and extremes")
  func finiteValues() throws {
    let signal = try inspect([.nan, 1, 2, -.infinity], rows: 2).signals[0]
    #expect(signal.sum.re == 3)
    #expect(signal.minimum?.re == 1)
    #expect(signal.maximum?.re == 2)
    let none = try inspect([.nan, .nan], rows: 1).signals[0]
    #expect(none.minimum == nil)
    #expect(none.sum.re == 0)
  }

  @Test(
    "know the units of length",
    arguments: [
      ("nm", 0.5), ("µm", 5e-4), ("\u{3BC}m", 5e-4), ("um", 5e-4), ("mm", 5e-7), ("m", 5e-10), ("Å", 5), ("A", 5),
      ("pm", 500),
    ])
  func units(_ text: String, _ scale: Double) throws {
    let inspection = try inspect(Self.ramp, units: (text, scale, text, scale))
    let size = try #require(inspection.scan?.frame.pixelSizeNM)
    #expect(abs(size - 0.5) < 1e-12)
    // The same image in another unit is the same scan.
    #expect(inspection.contentSHA256 == (try inspect(Self.ramp, units: ("nm", 0.5, "nm", 0.5))).contentSHA256)
  }

  @Test("take images without a usable calibration, without a pixel size", arguments: ["", "px", "s", "µ", "furlong"])
  func noPixelSize(_ units: String) throws {
    let inspection = try inspect(Self.ramp, units: (units, 0.5, units, 0.5))
    #expect(inspection.verdict == .ready)
    #expect(inspection.scan?.frame.pixelSizeNM == nil)
    #expect(inspection.reason.contains("default_pixel_size_nm"))
  }

  @Test("tell diffraction patterns and spectrometer images", arguments: ["1/nm", "nm^-1", "[1/nm]", "mrad", "eV"])
  func notSpace(_ units: String) throws {
    #expect(try inspect(Self.ramp, units: (units, 0.5, units, 0.5)).verdict != .ready)
  }

  @Test("refuse pixels that are not square")
  func oblong() throws {
    #expect(try inspect(Self.ramp, units: ("nm", 0.5, "nm", 0.509)).verdict == .ready)
    let oblong = try inspect(Self.ramp, units: ("nm", 0.5, "nm", 0.52))
    #expect(oblong.verdict == .rejected)
    #expect(oblong.reason.contains("square"))
  }

  @Test(
    "ignore files by their name",
    arguments: [
      ".hidden.npy", "a.npy.tmp", "a.TEMP", "a.npy.part", "a.partial", "a.filepart", "a.npy.crdownload", "a.npy~",
      "~$a.npy", "~syncthing~a.npy.tmp", ".a.npy.Xy12Zq", "trash/a.npy", ".~tmp~/a.npy",
    ])
  func names(_ name: String) throws {
    #expect(FileNames.reasonToIgnore(FilePath("/data/\(name)")) != nil)
  }

  @Test(
    "do not ignore ordinary names", arguments: ["a.npy", "trash.npy", "tmp.npy", "a.tmp.npy", "parts/a.npy", "a b.dm3"])
  func ordinaryNames(_ name: String) throws {
    #expect(FileNames.reasonToIgnore(FilePath("/data/\(name)")) == nil)
  }

  @Test("name the formats that are not read")
  func unread() throws {
    let scratch = try Scratch()
    let rest = [UInt8](repeating: 1, count: 300)
    let hdf5 = try scratch.write(HDF5Bytes.file([("entry", .group([]))]), "a.nxs")
    let emi = try scratch.write(rest, "a.emi")
    let zip = try scratch.write([0x50, 0x4B, 3, 4] + rest, "a.zspy")
    let text = try scratch.write(Array("notes".utf8), "notes.txt")
    for (path, format) in [(hdf5, "hdf5"), (emi, "emi"), (zip, "zip"), (text, nil)] {
      let inspection = try FileInspector().inspect(path)
      #expect(inspection.verdict == .ignored)
      #expect(inspection.format == format)
      #expect(inspection.signals.isEmpty)
    }
  }

  @Test("print as the contract says")
  func json() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      NPYBytes.file(descr: "<u2", shape: "1, 2", data: Bytes.of(UInt16(3)) + Bytes.of(UInt16(4))), "a.npy")
    let json = try FileInspector().inspect(path, probes: [[0, 1], [5, 5], [0]]).json
    #expect(json.members?.map(\.name) == ["path", "verdict", "reason", "format", "content_sha256", "signals"])
    #expect(json["content_sha256"]?.string?.count == 64)
    let signal = try #require(json["signals"]?.array?.first)
    let text = """
      {"name":"a","kind":"image","shape":[1,2],"dtype":"uint16","sum":7,"min":3,"max":4,"axes":[\
      {"name":"","size":1,"scale":1.0,"offset":0.0,"units":""},{"name":"","size":2,"scale":1.0,"offset":0.0,"units":""}],\
      "probes":[{"index":[0,1],"value":4}],"metadata":{"channel_name":null,"dwell_us":null,"field_of_view_nm":null,\
      "rotation_rad":null,"acquired_at":null,"scan_id":null,"voltage_v":null}}
      """
    #expect(signal.text == text)
  }

  @Test("hash what the documentation says")
  func contentHash() throws {
    // Python: hashlib.sha256(b"eelscout content 1\\n" + struct.pack("<QQQq", 2, 1, 2, -1) + struct.pack("<2d", 3, 4))
    let scratch = try Scratch()
    let path = try scratch.write(
      NPYBytes.file(descr: "<u2", shape: "1, 2", data: Bytes.of(UInt16(3)) + Bytes.of(UInt16(4))), "a.npy")
    #expect(
      try FileInspector().inspect(path).contentSHA256
        == "fa24645c52a879e8cb3941afd87648178684f2ea78090719b405d0405074db2e")
  }
}
