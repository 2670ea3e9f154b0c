// What the room writes: NPY arrays and sidecars that NumPy and Nion Swift would write the same way.

import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage
import Testing

@Suite("Written arrays")
struct WriterTests {
  @Test("have the bytes that numpy.save writes")
  func header() throws {
    let scratch = try Scratch()
    try NPYWriter.write([Float(1), 2, 3], shape: [3], to: scratch.path("a.npy"))
    // Python: numpy.save of numpy.array([1, 2, 3], "<f4") with numpy 2.4.6.
    let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"
    let padded = head + String(repeating: " ", count: 118 - head.count - 1) + "\n"
    let expected =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + [Float(1), 2, 3].flatMap { Bytes.of($0) }
    #expect(try scratch.read("a.npy") == expected)
  }

  @Test("come back as they were, of every element type")
  func roundTrip() throws {
    func expectSame<Element: NPYElement>(_ values: [Element], _ floats: [Float]) throws {
      let scratch = try Scratch()
      let path = scratch.path("a.npy")
      try NPYWriter.write(values, shape: [2, values.count / 2], to: path)
      let array = try NPYArray.read(path)
      #expect(array.shape == [2, values.count / 2])
      #expect(array.values == floats)
      #expect(scratch.names == ["a.npy"])
    }
    try expectSame([Float(1.5), -2, 3, 1e30], [1.5, -2, 3, 1e30])
    try expectSame([1.5, -2, 3, 1e30], [1.5, -2, 3, 1e30])
    try expectSame([Float16(1.5), -2, 3, 65504], [1.5, -2, 3, 65504])
    try expectSame([Int16(-300), 2, 3, 4], [-300, 2, 3, 4])
    try expectSame([UInt16(65535), 2, 3, 4], [65535, 2, 3, 4])
    try expectSame([UInt8(255), 2, 3, 4], [255, 2, 3, 4])
    try expectSame([Int8(-128), 2, 3, 4], [-128, 2, 3, 4])
  }

  @Test("replace a file whole, and say where they could not")
  func replacing() throws {
    let scratch = try Scratch()
    let path = scratch.path("a.npy")
    try NPYWriter.write([Float](repeating: 1, count: 100), shape: [100], to: path)
    try NPYWriter.write([Float(2)], shape: [1], to: path)
    #expect(try NPYArray.read(path).values == [2])
    do throws(MicroscopeFileError) {
      try NPYWriter.write([Float(2)], shape: [1], to: scratch.path("none/a.npy"))
      Issue.record("an array was written into a folder that does not exist")
    } catch {
      #expect(error.code == .unwritable)
      #expect(error.errno == .noSuchFileOrDirectory)
    }
  }

  @Test("with their sidecar are the scan that was written")
  func sidecar() throws {
    let scratch = try Scratch()
    var geometry = ScanGeometry()
    (geometry.contextRows, geometry.contextColumns, geometry.contextFieldOfViewNM) = (80, 64, 40)
    geometry.contextCentreNM = PlanePoint(y: 1.5, x: -2)
    geometry.subscan = ScanGeometry.Subscan(
      size: PlanePoint(y: 0.3, x: 0.3125), centre: PlanePoint(y: 0.5, x: 0.25), rotationRad: -0.75)
    // As Nion Swift's calibrations have it: the corner from the middle.
    geometry.originNM = PlanePoint(y: -6, x: -5)
    let metadata = AcquisitionMetadata(
      channelName: "HAADF", dwellUS: 8, fieldOfViewNM: 12, rotationRad: 0.25, acquiredAt: "2026-11-22T16:08:21.5+02:00",
      scanID: "f3a", voltageV: 60_000, geometry: geometry)
    let image = Raster(rows: 24, columns: 20, values: (0..<480).map { Float($0) * 0.1 })
    let scan = Scan(image: image, pixelSizeNM: 0.5, metadata: metadata)
    let path = scratch.path("film 1.npy")
    try NionSidecarWriter.write(scan, title: "A film", beside: path)
    try NPYWriter.write(image.values, shape: [24, 20], to: path)
    #expect(scratch.names == ["film 1.json", "film 1.npy"])
    let inspection = try FileInspector().inspect(path)
    #expect(inspection.verdict == .ready, "\(inspection.reason)")
    #expect(try inspection.scan?.held() == scan)
    #expect(inspection.signals[0].name == "A film")
    #expect(inspection.signals[0].axes.map(\.offset) == [-6, -5])
  }

  @Test("have a sidecar laid out like Nion Swift's own")
  func sidecarLayout() throws {
    guard let corpus = SharedCorpus.folder else { return }
    let own = corpus.appending("nion/session1_export/02_uSim_Scan__HAADF___Duplicate_.npy")
    let inspection = try FileInspector().inspect(own)
    let scan = try #require(inspection.scan).held()
    let scratch = try Scratch()
    let path = scratch.path("a.npy")
    try NionSidecarWriter.write(scan, title: inspection.signals[0].name, beside: path)
    try NPYWriter.write(scan.image.values, shape: [256, 256], to: path)
    let copy = try FileInspector().inspect(path)
    #expect(copy.contentSHA256 == inspection.contentSHA256)
    #expect(copy.signals[0].axes == inspection.signals[0].axes)
    #expect(copy.scan?.metadata == scan.metadata)
    let theirs = try JSONValue.parse(try Scratch.bytes(own.removingLastComponent().appending("\(own.stem ?? "").json")))
    let ours = try JSONValue.parse(try scratch.read("a.json"))
    for name in [
      "spatial_calibrations", "collection_dimension_count", "datum_dimension_count", "intensity_calibration",
    ] {
      #expect(ours[name] == theirs[name], "\(name)")
    }
  }

  @Test("of spectrum images keep their energy axis")
  func spectrumImage() throws {
    let scratch = try Scratch()
    let frame = ScanFrame(rows: 2, columns: 3, pixelSizeNM: 1.75)
    let energy = Axis(name: "Energy loss", size: 4, scale: 0.02, offset: -0.1, units: "eV")
    let spectra = SpectrumImage(frame: frame, energyAxis: energy, counts: (0..<24).map(Float.init))
    let path = scratch.path("si.npy")
    try NionSidecarWriter.write(spectra, metadata: .init(), title: "SI", beside: path)
    try NPYWriter.write(spectra.counts, shape: [2, 3, 4], to: path)
    let inspection = try FileInspector().inspect(path)
    #expect(inspection.verdict == .ignored)
    #expect(inspection.signals[0].kind == .spectrumImage)
    #expect(inspection.signals[0].axes.map(\.scale) == [1.75, 1.75, 0.02])
    #expect(inspection.signals[0].axes.last?.units == "eV")
  }
}
