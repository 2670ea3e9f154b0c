// TIA series and MRC files: layouts, orders, placeholders, companions.

import MicroscopeFiles
import SystemPackage
import Testing

@Suite("TIA series")
struct SERTests {
  private func inspect(_ bytes: [UInt8], _ name: String = "scan_1.ser", companion: String? = nil) throws
    -> FileInspection
  {
    let scratch = try Scratch()
    if let companion { try scratch.write([0, 1, 2] + Array(companion.utf8) + [0xFF], "scan.emi") }
    return try FileInspector().inspect(try scratch.write(bytes, name), probes: [[0, 0], [23, 19], [0, 0, 0]])
  }

  @Test("of one image are turned upright, in both versions", arguments: [0x0210, 0x0220])
  func image(_ version: UInt16) throws {
    let inspection = try inspect(SERBytes(version: version).file())
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.format == "ser")
    let signal = try #require(inspection.signals.first)
    #expect(signal.shape == [24, 20])
    #expect(signal.dtype == "uint16")
    #expect(signal.probes.map(\.value.re) == [100, 579])
    // −10 nm at element 4, 0.5 nm a pixel.
    #expect(signal.axes.map(\.units) == ["nm", "nm"])
    #expect(abs(signal.axes[0].scale - 0.5) < 1e-12)
    #expect(abs(signal.axes[0].offset + 12) < 1e-9)
    #expect(signal.metadata.acquiredAt == "2020-09-13T12:26:40.000Z")
  }

  @Test("that are not complete wait, with what is there decoded")
  func stopped() throws {
    let none = try inspect(SERBytes(total: 5, valid: 0).file())
    #expect(none.verdict == .incomplete)
    let some = try inspect(SERBytes(total: 5, valid: 3, dimensions: [(5, "")]).file())
    #expect(some.verdict == .incomplete)
    #expect(some.reason.contains("3 of 5"))
    #expect(some.signals.first?.shape == [3, 24, 20])
  }

  @Test("of spectra on a map are spectrum images, energy last")
  func spectra() throws {
    let file = SERBytes(
      images: false, shape: [16], total: 6, valid: 6, dimensions: [(3, "meters"), (2, "meters")],
      values: { index in (0..<16).map { UInt16(100 * index + $0) } }
    ).file()
    let signal = try #require(try inspect(file).signals.first)
    #expect(signal.kind == .spectrumImage)
    #expect(signal.shape == [2, 3, 16])
    #expect(signal.axes.map(\.name) == ["y", "x", "Energy"])
    #expect(signal.axes[2].offset == -20)
    #expect(signal.axes[2].scale == 0.25)
    #expect(signal.axes[1].scale == 1)
  }

  @Test("take conditions from the companion's object of their number")
  func companion() throws {
    func object(_ voltage: Int, _ camera: String) -> String {
      "<ObjectInfo><Uuid>id-\(voltage)</Uuid><AcceleratingVoltage>\(voltage)</AcceleratingVoltage><Data><Label>Stem "
        + "rotation</Label><Value>90.0</Value></Data><DwellTimePath>0.000048</DwellTimePath>\(camera)</ObjectInfo>"
    }
    let both = object(60_000, "") + "..." + object(200_000, "<CameraNamePath>Orius</CameraNamePath>")
    let first = try inspect(SERBytes().file(), companion: both)
    #expect(first.verdict == .ready)
    #expect(first.scan?.metadata.voltageV == 60_000)
    #expect(first.scan?.metadata.dwellUS == 48)
    #expect(first.scan?.metadata.rotationRad == .pi / 2)
    #expect(first.scan?.metadata.scanID == "id-60000")
    let second = try inspect(SERBytes().file(), "scan_2.ser", companion: both)
    #expect(second.verdict == .ignored)
    #expect(second.reason.contains("Orius"))
    #expect(try inspect(SERBytes().file(), "scan_3.ser", companion: both).scan?.metadata.voltageV == nil)
  }

  @Test("of diffraction patterns are no scans")
  func diffraction() throws {
    let inspection = try inspect(SERBytes(delta: 4e7).file())
    #expect(inspection.verdict == .ignored)
    #expect(inspection.reason.contains("diffraction"))
  }

  @Test("with counts that cannot be are refused before memory is taken")
  func hostile() throws {
    var bytes = SERBytes().file()
    bytes.replaceSubrange(14..<22, with: [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F])
    #expect(try inspect(bytes).verdict == .incomplete)
    bytes = SERBytes(total: 2, valid: 2, dimensions: [(2, "")]).file()
    bytes.replaceSubrange(18..<22, with: Bytes.of(UInt32(9)))
    #expect(try inspect(bytes).verdict == .rejected)
    bytes = SERBytes().file()
    // The image's width.
    let width = try #require(Self.place(of: [20, 0, 0, 0, 24, 0, 0, 0], in: bytes))
    bytes.replaceSubrange(width..<width + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try inspect(bytes).verdict == .rejected)
  }

  private static func place(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: part) }
  }
}

@Suite("MRC files")
struct MRCTests {
  private func inspect(_ bytes: [UInt8], _ name: String = "a.mrc") throws -> FileInspection {
    let scratch = try Scratch()
    return try FileInspector().inspect(try scratch.write(bytes, name), probes: [[0, 0], [23, 19]])
  }

  @Test("are read in both byte orders, with and without their mark", arguments: [false, true], [false, true])
  func image(bigEndian: Bool, mark: Bool) throws {
    let inspection = try inspect(MRCBytes(bigEndian: bigEndian, hasMark: mark).file())
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.scan?.frame.pixelSizeNM == 0.5)
    #expect(inspection.signals.first?.probes.map(\.value.re) == [100, 579])
  }

  @Test(
    "know every mode",
    arguments: [(0, 1, "uint8"), (1, 2, "int16"), (6, 2, "uint16"), (12, 2, "float16"), (4, 8, "complex64")])
  func modes(_ mode: Int, _ size: Int, _ name: String) throws {
    let data = (0..<480 * size).map { UInt8($0 % 100) }
    let signal = try #require(try inspect(MRCBytes(mode: Int32(mode), data: data).file()).signals.first)
    #expect(signal.dtype == name)
  }

  @Test("give bytes a sign where the file says so and it matters")
  func sign() throws {
    var bytes = MRCBytes(mode: 0, data: (0..<480).map { UInt8($0 % 256) }).file()
    #expect(try inspect(bytes).signals.first?.dtype == "uint8")
    bytes.replaceSubrange(108..<112, with: Bytes.of(Int32(20_140)))
    #expect(try inspect(bytes).signals.first?.dtype == "int8")
    #expect(try inspect(bytes).signals.first?.minimum?.re == -128)
  }

  @Test("without sections yet, or with some missing, wait")
  func growing() throws {
    #expect(try inspect(MRCBytes(size: [20, 24, 0]).file()).verdict == .incomplete)
    let short = try inspect(MRCBytes(size: [20, 24, 2]).file())
    #expect(short.verdict == .incomplete)
    #expect(short.reason.contains("1920"))
    let empty = try inspect(
      [UInt8](repeating: 0, count: 208) + Array("MAP DD".utf8) + [UInt8](repeating: 0, count: 3000))
    #expect(empty.verdict == .incomplete)
  }

  @Test("with a pixel of −10 Å or none have no pixel size", arguments: [-200, 0])
  func noPixelSize(_ cell: Float) throws {
    let inspection = try inspect(MRCBytes(cell: [cell, cell, 0]).file())
    #expect(inspection.verdict == .ready)
    #expect(inspection.scan?.frame.pixelSizeNM == nil)
  }

  @Test("tell voltage and time from FEI's extended header")
  func extendedHeader() throws {
    var record = [UInt8](repeating: 0, count: 768)
    record.replaceSubrange(84..<92, with: Bytes.of(300_000.0))
    // 44089.5 days after 1899-12-30: 2020-09-15, noon.
    record.replaceSubrange(12..<20, with: Bytes.of(44_089.5))
    let scan = try inspect(MRCBytes(extended: record, extendedKind: "FEI1").file()).scan
    #expect(scan?.metadata.voltageV == 300_000)
    #expect(scan?.metadata.acquiredAt == "2020-09-15T12:00:00.000")
    #expect(try scan?.held().image[23, 19] == 579)
  }

  @Test("with sizes that cannot be are refused before memory is taken")
  func hostile() throws {
    for size: [Int32] in [[.max, .max, .max], [-20, 24, 1], [.max, 2, 1]] {
      #expect(try inspect(MRCBytes(size: size).file()).verdict == .rejected)
    }
    var bytes = MRCBytes().file()
    for extended: Int32 in [.max, -5000] {
      bytes.replaceSubrange(92..<96, with: Bytes.of(extended))
      #expect(try inspect(bytes).verdict == .rejected)
    }
    bytes = MRCBytes().file()
    bytes.replaceSubrange(64..<76, with: [2, 1, 3].flatMap { Bytes.of(Int32($0)) })
    #expect(try inspect(bytes).reason.contains("[2, 1, 3]"))
  }

  @Test("in gzip are unpacked as far as their header says")
  func gzip() throws {
    let file = MRCBytes().file()
    let inspection = try inspect(ZlibBytes.gzip(file), "a.mrc.gz")
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.format == "mrc-gz")
    #expect(inspection.signals.first?.name == "a")
    #expect(inspection.contentSHA256 == (try inspect(file)).contentSHA256)
    #expect(try inspect(ZlibBytes.gzip(file + [1, 2, 3]), "a.mrc.gz").verdict == .rejected)
    #expect(try inspect(ZlibBytes.gzip(Array(file.dropLast(4))), "a.mrc.gz").verdict == .incomplete)
    var damaged = ZlibBytes.gzip(file)
    damaged[damaged.count - 6] ^= 1
    #expect(try inspect(damaged, "a.mrc.gz").verdict == .incomplete)
    // 2 GiB of values are more than any limit, 800 MiB more than 200 times the file.
    let bomb = try inspect(ZlibBytes.gzip(MRCBytes(size: [10_000, 20_000, 1]).file()), "a.mrc.gz")
    #expect(bomb.verdict == .rejected)
    #expect(bomb.reason.contains("at most 200 times"))
  }
}
