// HDF5 files of every program that is read: axes, order, channels, and what is refused in them.

import MicroscopeFiles
import SystemPackage
import Testing

@Suite("HDF5 files")
struct HDF5Tests {
  private typealias Dataset = HDF5Bytes.Dataset

  private func inspect(_ bytes: [UInt8], _ name: String, probes: [[Int]] = []) throws -> FileInspection {
    let scratch = try Scratch()
    return try FileInspector().inspect(try scratch.write(bytes, name), probes: probes)
  }

  @Test(
    "of each program give the same scan",
    arguments: [
      ("a.h5", "nion-h5"), ("a.nhdf", "nion-nhdf"), ("a.hspy", "hspy"), ("a.emd", "emd-velox"), ("b.emd", "emd-ncem"),
      ("a.dm5", "dm5"),
    ])
  func ready(_ name: String, _ format: String) throws {
    let inspection = try inspect(try #require(FormatFixtures.ready[name]), name, probes: [[0, 0], [23, 19]])
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.format == format)
    #expect(inspection.signals.first?.probes.map(\.value.re) == [100, 579])
    #expect(abs((inspection.scan?.frame.pixelSizeNM ?? 0) - 0.5) < 1e-12)
    // What they hold decides, not their names.
    #expect(try inspect(try #require(FormatFixtures.ready[name]), "other.h5").format == format)
  }

  @Test("tell conditions")
  func conditions() throws {
    let velox = try inspect(try #require(FormatFixtures.ready["a.emd"]), "a.emd").scan?.metadata
    #expect(velox?.channelName == "HAADF")
    #expect(velox?.dwellUS == 2)
    #expect(velox?.rotationRad == 0.25)
    #expect(velox?.voltageV == 60_000)
    #expect(velox?.acquiredAt == "2020-09-13T12:26:40.000Z")
    #expect(abs((velox?.fieldOfViewNM ?? 0) - 12) < 1e-9)
    let hyperSpy = try inspect(HDF5Fixtures.hyperSpy(), "a.hspy").scan?.metadata
    #expect(hyperSpy?.voltageV == 60_000)
    #expect(hyperSpy?.acquiredAt == "2024-05-01T12:34:56")
    let ncem = try inspect(HDF5Fixtures.ncem(), "a.emd").scan?.metadata
    #expect(ncem?.dwellUS == 2)
    #expect(ncem?.voltageV == 60_000)
  }

  @Test("in chunks are put together, whatever the filters", arguments: [[], [1], [2, 1], [2]])
  func chunks(_ filters: [UInt16]) throws {
    let data = Dataset(kind: .float, shape: [24, 20], data: HDF5Fixtures.ramp, filters: filters)
    let inspection = try inspect(HDF5Fixtures.nion(data), "a.h5", probes: [[0, 0], [23, 19], [11, 7]])
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(inspection.signals.first?.probes.map(\.value.re) == [100, 579, 327])
  }

  @Test("whose values are not all written wait")
  func unwritten() throws {
    var data = Dataset(kind: .float, shape: [24, 20], data: HDF5Fixtures.ramp, filters: [])
    data.missingChunks = [3, 4]
    let some = try inspect(HDF5Fixtures.nion(data), "a.h5")
    #expect(some.verdict == .incomplete)
    #expect(some.reason.contains("2 of its pieces"))
    data.filters = nil
    data.isUnallocated = true
    let none = try inspect(HDF5Fixtures.nion(data), "a.h5")
    #expect(none.verdict == .incomplete)
    #expect(none.signals.first?.sum.re == 0)
    let placeholder = try inspect(HDF5Fixtures.nion(json: #"{"metadata": {}, "title": "a"}"#), "a.h5")
    #expect(placeholder.verdict == .incomplete)
    #expect(placeholder.reason.contains("placeholder"))
    let scanning = try inspect(HDF5Fixtures.nion(json: NionBytes.json(rows: 7, category: "temporary")), "a.h5")
    #expect(scanning.reason.contains("7 of 24"))
    let bare = HDF5Bytes.file([("data", .dataset(HDF5Fixtures.image()))])
    #expect(try inspect(bare, "a.h5").verdict == .incomplete)
  }

  @Test("that lead out of themselves are not followed")
  func foreign() throws {
    let external = HDF5Bytes.file([("data", .external(file: "/etc/passwd", path: "/"))])
    #expect(try inspect(external, "a.h5").reason.contains("another file"))
    let soft = HDF5Bytes.file([("data", .soft("/data"))])
    #expect(try inspect(soft, "a.h5").reason.contains("links are not followed"))
    let group = HDF5Bytes.file([("Experiments", .group([("a", .group([("data", .soft("/x"))]))]))])
    #expect(try inspect(group, "a.hspy").verdict == .rejected)
    var data = Dataset(kind: .uint8, shape: [16, 16], data: [UInt8](repeating: 1, count: 256))
    data.externalFile = "/etc/passwd"
    let storage = try inspect(HDF5Fixtures.nion(data), "a.h5")
    #expect(storage.verdict == .rejected)
    #expect(storage.signals.isEmpty)
    #expect(storage.reason.contains("another file"))
  }

  @Test("packed in ways that are not read, or further than can be, are refused")
  func packed() throws {
    let unknown = Dataset(kind: .float, shape: [24, 20], data: HDF5Fixtures.ramp, filters: [32_008])
    #expect(try inspect(HDF5Fixtures.nion(unknown), "a.h5").reason.contains("filter 32008"))
    // A chunk that unpacks to more than its size: the stream holds two rows.
    var bytes = HDF5Fixtures.nion(
      Dataset(kind: .uint8, shape: [24, 20], data: [UInt8](repeating: 7, count: 480), filters: [1]))
    let stream = ZlibBytes.stored([UInt8](repeating: 7, count: 20))
    let longer = ZlibBytes.stored([UInt8](repeating: 7, count: 40))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: stream) })
    // Chunks lie 32 bytes apart, so the longer stream overwrites the next one too.
    bytes.replaceSubrange(place..<place + longer.count, with: longer)
    #expect(try inspect(bytes, "a.h5").verdict == .incomplete)
    let huge = Dataset(kind: .float, shape: [1 << 40, 1 << 20], data: [])
    let inspection = try inspect(HDF5Fixtures.nion(huge), "a.h5")
    #expect(inspection.verdict == .rejected)
  }

  @Test("of no known program are refused with a reason")
  func unknown() throws {
    let empty = HDF5Bytes.file([("stuff", .group([]))])
    #expect(try inspect(empty, "a.emd").verdict == .rejected)
    #expect(try inspect(empty, "a.nxs").verdict == .ignored)
    let text = Dataset(kind: .text(8), shape: [2], data: Array("abcdefghijklmnop".utf8))
    #expect(try inspect(HDF5Fixtures.nion(text), "a.h5").verdict == .rejected)
    #expect(try inspect(HDF5Fixtures.nion(json: "{title: 'x'}"), "a.h5").verdict == .rejected)
  }

  @Test("of Velox: the HAADF image is taken, other channels are not")
  func veloxChannels() throws {
    let image = HDF5Fixtures.veloxImage
    let both = try inspect(HDF5Fixtures.velox([("BF", image), ("HAADF", image)]), "a.emd")
    #expect(both.verdict == .ready)
    #expect(both.scan?.metadata.channelName == "HAADF")
    let other = try inspect(HDF5Fixtures.velox([("BF", image), ("SuperXG2", image)]), "a.emd")
    #expect(other.verdict == .ignored)
    let unfinished = try inspect(HDF5Fixtures.velox([(nil, image)]), "a.emd")
    #expect(unfinished.verdict == .incomplete)
    let frames = Dataset(kind: .uint16, shape: [4, 3, 2], data: (0..<24).flatMap { Bytes.of(UInt16($0)) })
    let series = try inspect(HDF5Fixtures.velox([("HAADF", frames)]), "a.emd", probes: [[1, 2, 0]])
    #expect(series.verdict == .ignored)
    #expect(series.signals.first?.shape == [2, 4, 3])
    // Row 2, column 0, frame 1 of (4, 3, 2).
    #expect(series.signals.first?.probes.first?.value.re == 13)
  }

  @Test("of Velox: EELS spectrum images stored (x, E, y) come out (y, x, E) with their energies")
  func veloxSpectrumImage() throws {
    let inspection = try inspect(HDF5Fixtures.veloxSpectrumImage(), "a.emd", probes: [[2, 1, 3], [0, 1, 2]])
    #expect(inspection.verdict == .ignored)
    let signal = try #require(inspection.signals.first)
    #expect(signal.kind == .spectrumImage)
    #expect(signal.shape == [3, 2, 4])
    #expect(signal.probes.map(\.value.re) == [213, 12])
    #expect(signal.axes[2].scale == 0.25)
    #expect(signal.axes[2].offset == -20)
    #expect(signal.axes[2].units == "eV")
    let growing = try inspect(HDF5Fixtures.veloxSpectrumImage(height: 8), "a.emd")
    #expect(growing.verdict == .incomplete)
    #expect(growing.reason.contains("3 of 8"))
  }

  @Test("of NCEM: dimensions are put in order by their names")
  func ncemOrder() throws {
    // Value 100 * energy + 10 * x + y, stored (E, x, y).
    var data: [UInt8] = []
    for energy in 0..<4 { for x in 0..<3 { for y in 0..<2 { data += Bytes.of(UInt16(100 * energy + 10 * x + y)) } } }
    let file = HDF5Fixtures.ncem(
      data: Dataset(kind: .uint16, shape: [4, 3, 2], data: data),
      dimensions: [
        HDF5Fixtures.dimension("energy", "[e_V]", [-1, -0.5]), HDF5Fixtures.dimension("x", "[n_m]", [0, 0.5]),
        HDF5Fixtures.dimension("y", "[n_m]", [0, 0.25]),
      ])
    let signal = try #require(try inspect(file, "a.emd", probes: [[1, 2, 3]]).signals.first)
    #expect(signal.kind == .spectrumImage)
    #expect(signal.shape == [2, 3, 4])
    #expect(signal.axes.map(\.name) == ["y", "x", "energy"])
    #expect(signal.axes.map(\.scale) == [0.25, 0.5, 0.5])
    #expect(signal.axes[2].units == "eV")
    #expect(signal.probes.first?.value.re == 321)
  }

  @Test("of HyperSpy: navigation and titles tell what they hold")
  func hyperSpyKinds() throws {
    let axis = HDF5Fixtures.hyperSpyAxis
    let spectra = HDF5Fixtures.hyperSpy(
      title: "SI", axes: [axis("x", 0.5, "nm", 1), axis("E", 0.1, "eV", 0)], signalType: "EELS")
    #expect(try inspect(spectra, "a.hspy").signals.first?.kind == .spectrumImage)
    let bright = try inspect(HDF5Fixtures.hyperSpy(title: "BF survey"), "a.hspy")
    #expect(bright.verdict == .ignored)
    #expect(bright.reason.contains("BF survey"))
    let unnamed = try inspect(HDF5Fixtures.hyperSpy(title: "Area 3"), "a.hspy")
    #expect(unnamed.verdict == .ready)
  }
}
