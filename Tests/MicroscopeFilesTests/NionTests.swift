// Nion Swift's ZIP files: storage methods, placeholders, scans in progress, damage.

import MicroscopeFiles
import SystemPackage
import Testing

@Suite("Nion Swift files")
struct NionTests {
  private func inspect(_ bytes: [UInt8], _ name: String = "a.ndata") throws -> FileInspection {
    let scratch = try Scratch()
    return try FileInspector().inspect(try scratch.write(bytes, name))
  }

  @Test("are taken, stored or deflated", arguments: [false, true])
  func ready(deflate: Bool) throws {
    let inspection = try inspect(NionBytes.file(deflate: deflate))
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.format == "nion-ndata")
    #expect(inspection.scan?.frame.pixelSizeNM == 0.5)
    #expect(inspection.scan?.metadata.acquiredAt == "2026-11-22T16:08:21Z")
    #expect(try inspection.scan?.held().image[23, 19] == 579)
  }

  @Test("deflated by zlib are inflated")
  func realDeflate() throws {
    let array = NPYBytes.file(
      descr: "|u1", shape: "16, 16", data: (0..<256).map { $0 == 53 ? 8 : 7 })
    // Python: zlib.compressobj(9, 8, -15) over the bytes of `array`.
    let deflated: [UInt8] = [
      0x9B, 0xEC, 0x17, 0xEA, 0x1B, 0x10, 0xC9, 0xC8, 0x60, 0xC7, 0x50, 0xAD, 0x9E, 0x92, 0x5A, 0x9C,
      0x5C, 0xA4, 0x6E, 0xA5, 0xA0, 0x5E, 0x53, 0x6A, 0xA8, 0xAE, 0xA3, 0xA0, 0x9E, 0x96, 0x5F, 0x54,
      0x52, 0x94, 0x98, 0x17, 0x9F, 0x5F, 0x94, 0x92, 0x0A, 0x12, 0x77, 0x4B, 0xCC, 0x29, 0x4E, 0x05,
      0x8A, 0x17, 0x67, 0x24, 0x16, 0xA4, 0x02, 0xF9, 0x1A, 0x86, 0x66, 0x3A, 0x0A, 0x86, 0x66, 0x9A,
      0x3A, 0x0A, 0xB5, 0x5C, 0xEC, 0xE4, 0x00, 0x0E, 0xF6, 0x61, 0x03, 0x00,
    ]
    let inspection = try inspect(ZIPBytes.file([.init(name: "data.npy", contents: array, deflated: deflated)]))
    #expect(inspection.signals.first?.sum.re == 1793)
  }

  @Test("of other channels are ignored", arguments: ["MAADF", "BF", "EELS", "X1", "MAADF Subscan", "LAADF"])
  func otherChannel(_ channel: String) throws {
    let inspection = try inspect(NionBytes.file(channel: channel))
    #expect(inspection.verdict == .ignored)
    #expect(inspection.reason.contains(channel))
  }

  @Test("of dark-field channels are taken", arguments: ["HAADF", "HAADF Subscan", "ADF", "DF4", "ADF1", "Dark Field"])
  func darkField(_ channel: String) throws {
    #expect(try inspect(NionBytes.file(channel: channel)).verdict == .ready)
  }

  @Test("of a channel named in the configuration are taken")
  func configuredChannel() throws {
    let scratch = try Scratch()
    let path = try scratch.write(NionBytes.file(channel: "Analog 2"), "a.ndata")
    #expect(try FileInspector().inspect(path).verdict == .ignored)
    let inspector = FileInspector(channels: ChannelRule(alsoAccepted: ["analog 2"]))
    #expect(try inspector.inspect(path).verdict == .ready)
  }

  @Test("wait while the scan is in progress")
  func inProgress() throws {
    #expect(try inspect(NionBytes.file(rows: 12, category: "temporary")).verdict == .incomplete)
    let half = (0..<480).flatMap { Bytes.of(Float($0 < 240 ? 100 + $0 : 0)) }
    let array = NPYBytes.file(descr: "<f4", shape: "24, 20", data: half)
    #expect(try inspect(NionBytes.file(rows: 12, array: array)).verdict == .incomplete)
    // The HAADF image of a finished spectrum image keeps the row count of its first delivery.
    #expect(try inspect(NionBytes.file(rows: 1)).verdict == .ready)
  }

  @Test("wait while they are placeholders")
  func placeholders() throws {
    let array = ZIPBytes.Member(name: "data.npy", contents: NPYBytes.ramp())
    func json(_ text: String) -> ZIPBytes.Member { .init(name: "metadata.json", contents: Array(text.utf8)) }
    #expect(try inspect(ZIPBytes.file([array, json("{\"metadata\": {}}")])).verdict == .incomplete)
    #expect(try inspect(ZIPBytes.file([array])).verdict == .incomplete)
    #expect(try inspect(ZIPBytes.file([json("{}")])).verdict == .incomplete)
    #expect(try inspect(ZIPBytes.file([])).verdict == .incomplete)
    let zeros = NPYBytes.file(descr: "<f4", shape: "24, 20", data: [UInt8](repeating: 0, count: 1920))
    #expect(try inspect(NionBytes.file(array: zeros)).verdict == .incomplete)
    let reshaped = NPYBytes.ramp(rows: 20, columns: 24)
    #expect(try inspect(NionBytes.file(array: reshaped)).verdict == .incomplete)
  }

  @Test("with damage are never taken", arguments: [40, 700, 2000])
  func damaged(_ byte: Int) throws {
    var bytes = NionBytes.file()
    bytes[byte] ^= 0x10
    #expect(try inspect(bytes).verdict == .incomplete)
  }

  @Test("that lie about their sizes are refused before memory is taken")
  func lies() throws {
    var member = ZIPBytes.Member(name: "data.npy", contents: NPYBytes.ramp(), flags: 1)
    #expect(try inspect(ZIPBytes.file([member])).reason.contains("encrypted"))
    member.flags = 0
    #expect(try inspect(ZIPBytes.file([member, member])).reason.contains("twice"))
    member.contents = [UInt8](repeating: 0, count: 100_000)
    member.deflated = [3, 0]
    #expect(try inspect(ZIPBytes.file([member])).verdict == .rejected)
    var bytes = ZIPBytes.file([.init(name: "data.npy", contents: NPYBytes.ramp())])
    let directory = bytes.count - 22 - 46 - 8
    for (offset, byte) in Bytes.of(UInt32(0xFFFF_FFF0)).enumerated() { bytes[directory + 24 + offset] = byte }
    #expect(try inspect(bytes).verdict == .rejected)
  }

  @Test("inside an ordinary ZIP or a NumPy archive are not mistaken for scans")
  func otherArchives() throws {
    let bytes = ZIPBytes.file([.init(name: "arr_0.npy", contents: NPYBytes.ramp())])
    #expect(try inspect(bytes, "a.npz").verdict == .ignored)
  }

  @Test("holding spectra, series or camera images are ignored")
  func otherKinds() throws {
    func file(_ array: [UInt8], _ json: String) -> [UInt8] {
      ZIPBytes.file([
        .init(name: "metadata.json", contents: Array(json.utf8)), .init(name: "data.npy", contents: array),
      ])
    }
    let cube = NPYBytes.file(descr: "|u1", shape: "4, 16, 16", data: (0..<1024).map { UInt8($0 % 251) })
    let series = try inspect(
      file(
        cube,
        #"{"is_sequence": true, "collection_dimension_count": 0, "datum_dimension_count": 2, "metadata": {"a": 1}}"#))
    #expect(series.verdict == .ignored)
    #expect(series.signals.first?.kind == .imageSeries)
    let spectra = try inspect(
      file(
        cube,
        #"{"is_sequence": false, "collection_dimension_count": 2, "datum_dimension_count": 1, "metadata": {"a": 1}}"#))
    #expect(spectra.signals.first?.kind == .spectrumImage)
    let camera = try inspect(
      file(NPYBytes.ramp(), #"{"metadata": {"hardware_source": {"hardware_source_name": "Ronchigram Camera"}}}"#))
    #expect(camera.verdict == .ignored)
    #expect(camera.reason.contains("Ronchigram Camera"))
  }
}
