// TIFF files: layouts and packings as libtiff writes them, calibrations by vendor, hostile directories.

import CTIFF
import Foundation
import MicroscopeFiles
import SystemPackage
import Testing

@Suite("TIFF files")
struct TIFFTests {
  private func inspect(_ bytes: [UInt8], _ name: String = "a.tif", channels: ChannelRule = ChannelRule()) throws
    -> FileInspection
  {
    let scratch = try Scratch()
    return try FileInspector(channels: channels).inspect(try scratch.write(bytes, name), probes: [[0, 0], [23, 19]])
  }

  private func page(_ tags: [(Int, TIFFBytes.Value)]) -> [UInt8] { TIFFBytes().file([TIFFBytes().ramp(tags)]) }

  @Test("are read in both byte orders, plain and big", arguments: [false, true], [false, true])
  func orders(bigEndian: Bool, bigTIFF: Bool) throws {
    let builder = TIFFBytes(bigEndian: bigEndian, bigTIFF: bigTIFF)
    let inspection = try inspect(builder.file([builder.ramp()]))
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.signals.first?.probes.map(\.value.re) == [100, 579])
    #expect(inspection.scan?.frame.pixelSizeNM == nil)
  }

  /// A picture written by libtiff: value `(37 * row + 11 * column) % 251`, in its own type.
  private struct Written {
    var compression: Int32
    var bits: UInt32 = 16
    var format = SAMPLEFORMAT_UINT
    var predictor = 1
    var isTiled = false
    var mode = "w"
  }

  private static let rows = 70
  private static let columns = 90

  private static func value(_ row: Int, _ column: Int) -> Int { (37 * row + 11 * column) % 251 }

  private func libtiffFile(_ wanted: Written, in scratch: Scratch) throws -> FilePath {
    let path = scratch.path("a.tif")
    let tiff = try #require(TIFFOpen(path.string, wanted.mode))
    defer { TIFFClose(tiff) }
    func set(_ tag: Int32, _ value: UInt32) { #expect(eelscout_tiff_set(tiff, UInt32(tag), value) == 1) }
    set(TIFFTAG_IMAGEWIDTH, UInt32(Self.columns))
    set(TIFFTAG_IMAGELENGTH, UInt32(Self.rows))
    set(TIFFTAG_BITSPERSAMPLE, wanted.bits)
    set(TIFFTAG_SAMPLESPERPIXEL, 1)
    set(TIFFTAG_SAMPLEFORMAT, UInt32(wanted.format))
    set(TIFFTAG_PHOTOMETRIC, UInt32(PHOTOMETRIC_MINISBLACK))
    set(TIFFTAG_COMPRESSION, UInt32(wanted.compression))
    if wanted.predictor != 1 { set(TIFFTAG_PREDICTOR, UInt32(wanted.predictor)) }
    func bytes(_ row: Int, _ column: Int) -> [UInt8] {
      let inside = row < Self.rows && column < Self.columns
      let value = inside ? Self.value(row, column) : 0
      switch (wanted.bits, wanted.format) {
      case (8, _): return [UInt8(value)]
      case (16, _): return Bytes.of(UInt16(value))
      case (32, SAMPLEFORMAT_IEEEFP): return Bytes.of(Float(value))
      case (64, SAMPLEFORMAT_IEEEFP): return Bytes.of(Double(value))
      default: return Bytes.of(UInt32(value))
      }
    }
    guard wanted.isTiled else {
      set(TIFFTAG_ROWSPERSTRIP, 16)
      for row in 0..<Self.rows {
        var line = (0..<Self.columns).flatMap { bytes(row, $0) }
        #expect(TIFFWriteScanline(tiff, &line, UInt32(row), 0) == 1)
      }
      return path
    }
    set(TIFFTAG_TILEWIDTH, 32)
    set(TIFFTAG_TILELENGTH, 16)
    for top in stride(from: 0, to: Self.rows, by: 16) {
      for left in stride(from: 0, to: Self.columns, by: 32) {
        var tile = (0..<16).flatMap { row in (0..<32).flatMap { bytes(top + row, left + $0) } }
        #expect(TIFFWriteTile(tiff, &tile, UInt32(left), UInt32(top), 0, 0) > 0)
      }
    }
    return path
  }

  @Test("written by libtiff are read to the last value")
  func libtiff() throws {
    var cases: [Written] = []
    for compression in [COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS] {
      for bits: UInt32 in [8, 16, 32] {
        cases.append(Written(compression: compression, bits: bits))
        cases.append(Written(compression: compression, bits: bits, isTiled: true, mode: "w8b"))
      }
    }
    for compression in [COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE] {
      for mode in ["wl", "wb"] {
        for bits: UInt32 in [8, 16, 32] {
          cases.append(Written(compression: compression, bits: bits, predictor: 2, mode: mode))
        }
        // libtiff 4.5 itself turns the bytes of big-endian floats before this predictor, and cannot read them back.
        for bits: UInt32 in [32, 64] where mode == "wl" {
          for isTiled in [false, true] {
            cases.append(
              Written(
                compression: compression, bits: bits, format: SAMPLEFORMAT_IEEEFP, predictor: 3, isTiled: isTiled,
                mode: mode))
          }
        }
      }
    }
    for wanted in cases {
      let scratch = try Scratch()
      let path = try libtiffFile(wanted, in: scratch)
      // Taken into memory, and left in the file where its strips lie one after another.
      for heldBytes in [1 << 20, 0] {
        var limits = FileLimits()
        limits.heldBytes = heldBytes
        let inspection = try FileInspector(limits: limits).inspect(path)
        let image = try #require(inspection.scan, "\(wanted): \(inspection.reason)").held().image
        var wrong = 0
        for row in 0..<Self.rows {
          for column in 0..<Self.columns where image[row, column] != Float(Self.value(row, column)) { wrong += 1 }
        }
        #expect(wrong == 0, "\(wanted)")
      }
    }
  }

  @Test("tell their scale by ImageJ, Gatan, FEI, OME")
  func calibrations() throws {
    let resolution: [(Int, TIFFBytes.Value)] = [(282, .rational([(2, 1)])), (283, .rational([(2, 1)]))]
    func size(_ tags: [(Int, TIFFBytes.Value)]) throws -> Double? { try inspect(page(tags)).scan?.frame.pixelSizeNM }
    #expect(try size(resolution + [(270, .text("ImageJ=1.53t\nunit=nm\n"))]) == 0.5)
    #expect(
      try size([(282, .rational([(2000, 1)])), (283, .rational([(2000, 1)])), (270, .text("ImageJ=1\nunit=micron"))])
        == 0.5)
    #expect(try size(resolution + [(270, .text("ImageJ=1.53t\n"))]) == nil)
    // Dots per centimetre are the screen's, or nobody's.
    #expect(try size(resolution + [(296, .short([3]))]) == nil)
    let gatan: [(Int, TIFFBytes.Value)] = [
      (65003, .text("nm")), (65004, .text("nm")), (65006, .double([-3])), (65007, .double([-4])),
      (65009, .double([0.5])),
      (65010, .double([0.5])),
    ]
    #expect(try size(gatan) == 0.5)
    #expect(try inspect(page(gatan)).signals.first?.axes.map(\.offset) == [-4, -3])
    let ome = """
      <?xml version="1.0"?><OME><Image><Pixels SizeX="20" SizeY="24" PhysicalSizeX="0.0005" PhysicalSizeY="0.0005">\
      <Channel ID="Channel:0:0" Name="CHANNEL"/></Pixels></Image></OME>
      """
    // Without a unit OME means micrometres.
    let haadf = try inspect(page([(270, .text(ome.replacing("CHANNEL", with: "HAADF")))]))
    #expect(abs((haadf.scan?.frame.pixelSizeNM ?? 0) - 0.5) < 1e-12)
    #expect(haadf.scan?.metadata.channelName == "HAADF")
    #expect(try inspect(page([(270, .text(ome.replacing("CHANNEL", with: "BF")))])).verdict == .ignored)
    let fei =
      "[Scan]\r\nPixelWidth=5e-10\r\nPixelHeight=5e-10\r\nDwelltime=3e-6\r\n[Beam]\r\nHV=30000\r\n[Detectors]\r\nName=DETECTOR\r\n"
    let taken = try inspect(page([(34682, .text(fei.replacing("DETECTOR", with: "HAADF")))]))
    #expect(abs((taken.scan?.frame.pixelSizeNM ?? 0) - 0.5) < 1e-12)
    #expect(taken.scan?.metadata.voltageV == 30_000)
    #expect(abs((taken.scan?.metadata.dwellUS ?? 0) - 3) < 1e-9)
    #expect(try inspect(page([(34682, .text(fei.replacing("DETECTOR", with: "ETD")))])).verdict == .ignored)
  }

  @Test("of several pages are series, thumbnails left out; ImageJ's series lies behind one directory")
  func series() throws {
    let builder = TIFFBytes()
    let stack = try inspect(builder.file([builder.ramp(), builder.ramp(offset: 1)]))
    #expect(stack.verdict == .ignored)
    #expect(stack.signals.first?.shape == [2, 24, 20])
    let thumbnail = try inspect(builder.file([builder.ramp(), builder.ramp([(254, .long([1]))])]))
    #expect(thumbnail.verdict == .ready)
    var page = builder.ramp([(270, .text("ImageJ=1.53t\nimages=3\n"))])
    page.strip += page.strip + page.strip
    page.tags.append((279, .long([1920])))
    let imageJ = try inspect(builder.file([page]))
    #expect(imageJ.signals.first?.shape == [3, 24, 20])
    page.strip.removeLast(4)
    #expect(try inspect(TIFFBytes().file([page]).dropLast(400) + []).verdict == .incomplete)
  }

  @Test("of colours, complex numbers or inverted greys are no scans")
  func notScans() throws {
    let rgb = TIFFBytes.Page(
      tags: TIFFBytes.tags(bits: 8, format: 1, [(262, .short([2])), (277, .short([3])), (258, .short([8, 8, 8]))]),
      strip: (0..<1440).map { UInt8($0 % 256) })
    #expect(try inspect(TIFFBytes().file([rgb])).verdict == .rejected)
    #expect(try inspect(page([(258, .short([64])), (339, .short([6]))])).verdict == .rejected)
    let inverted = try inspect(page([(262, .short([0]))]))
    #expect(inverted.verdict == .ignored)
    #expect(inverted.reason.contains("MinIsWhite"))
  }

  @Test("with circles, huge counts, strips beyond the end or odd packings are refused")
  func hostile() throws {
    let builder = TIFFBytes()
    let circle = builder.file([builder.ramp(), builder.ramp()]) { _, starts in starts[0] }
    #expect(try inspect(circle).reason.contains("circle"))
    #expect(try inspect(page([(273, .long([2_000_000_000]))])).verdict == .incomplete)
    #expect(try inspect(page([(256, .long([.max])), (257, .long([.max]))])).verdict == .rejected)
    #expect(try inspect(page([(259, .short([7]))])).reason.contains("JPEG"))
    #expect(try inspect(page([(259, .short([9999]))])).reason.contains("9999"))
    #expect(
      try inspect(page([(322, .long([60_000])), (323, .long([60_000])), (324, .long([8])), (325, .long([8]))])).verdict
        == .rejected)
    #expect(try inspect(page([(278, .long([0]))])).verdict == .rejected)
    #expect(try inspect(page([(317, .short([9])), (259, .short([5]))])).verdict != .ready)
    var counts = page([])
    counts.replaceSubrange(4..<8, with: Bytes.of(UInt32(counts.count)))
    counts += Bytes.of(UInt16(65_535)) + [UInt8](repeating: 1, count: 40)
    #expect(try inspect(counts).reason.contains("65535 tags"))
    // 100 bytes of LZW never make a picture of 64 MiB.
    let bomb = TIFFBytes.Page(
      tags: TIFFBytes.tags(
        bits: 8, format: 1,
        [(256, .long([16_384])), (257, .long([16_384])), (278, .long([16_384])), (259, .short([5]))]),
      strip: [UInt8](repeating: 0x80, count: 100))
    #expect(try inspect(builder.file([bomb])).reason.contains("at most 200"))
  }

  @Test("and other files without a channel are judged by their name, and by rules")
  func unnamed() throws {
    let bytes = page([])
    #expect(try inspect(bytes, "area3 HAADF.tif").verdict == .ready)
    #expect(try inspect(bytes, "area3.tif").verdict == .ready)
    let bright = try inspect(bytes, "area3_BF.tif")
    #expect(bright.verdict == .ignored)
    #expect(bright.reason.contains("BF"))
    let named = ChannelRule(unnamed: .acceptedIfNamed(["survey"]))
    #expect(try inspect(bytes, "Survey 3.tif", channels: named).verdict == .ready)
    #expect(try inspect(bytes, "area3.tif", channels: named).verdict == .ignored)
    #expect(try inspect(bytes, "survey.tif", channels: ChannelRule(unnamed: .ignored)).verdict == .ignored)
  }
}
