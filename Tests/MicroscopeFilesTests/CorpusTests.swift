// Every file of the shared corpus through the public door, against what independent readers found in it.

import Foundation
import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage
import Testing

@Suite("The shared corpus")
struct CorpusTests {
  @Test("is read as independent readers read it", arguments: SharedCorpus.valid.keys.sorted())
  func valid(_ name: String) throws {
    let entry = try #require(SharedCorpus.valid[name])
    let path = try #require(SharedCorpus.folder).pushing(SharedCorpus.path(entry))
    let expected = try #require(entry["signals"]?.array)
    let probes = expected.flatMap { signal in
      (signal["probes"]?.array ?? []).map { $0["index"]?.array?.compactMap(\.int) ?? [] }
    }
    let inspection = try FileInspector().inspect(path, probes: probes)
    if path.lastComponent?.string == "test_fft_packed_complex8.dm4" {
      #expect(inspection.verdict == .rejected)
      return
    }
    #expect(inspection.format == entry["format"]?.string)
    let wanted = Self.comparable(expected, to: inspection)
    if !wanted.isEmpty { #expect(inspection.signals.count == wanted.count) }
    for (signal, wanted) in zip(inspection.signals, wanted) {
      if wanted["channels"] != nil {
        expectColour(signal, wanted)
      } else {
        expectArray(signal, wanted)
      }
      if !Self.calibratedByText.contains(path.lastComponent?.string ?? "") { expectAxes(signal, wanted) }
      // Where a file names nothing, its own name stands here.
      if let name = wanted["name"]?.string, !name.isEmpty { #expect(signal.name == name) }
      if expected.count == 1, let kind = Self.kind(entry["roles"]?.array?.first?.string) {
        #expect(signal.kind == kind)
      }
    }
    expectVerdict(inspection, entry)
  }

  /// The reference reader passes over these units and sizes, which ImageJ and OME write as text.
  private static let calibratedByText: Set<String> = ["tif_imagej_f32.tif", "tif_imagej_nm.tif", "tif_ome_2ch.ome.tif"]

  /// The reference's data sets in the order of the inspection's: Velox files list theirs by random names, and X-ray
  /// spectra are not read.
  private static func comparable(_ expected: [JSONValue], to inspection: FileInspection) -> [JSONValue] {
    guard inspection.format == "emd-velox" else { return expected }
    let images = expected.filter { $0["name"]?.string != "EDS" }
    let places = Dictionary(images.map { ($0["name"]?.string ?? "", $0) }) { first, _ in first }
    return inspection.signals.compactMap { places[$0.name] }
  }

  private func expectArray(_ signal: FileInspection.SignalSummary, _ wanted: JSONValue) {
    #expect(signal.shape == wanted["shape"]?.array?.compactMap(\.int))
    #expect(signal.dtype == wanted["dtype"]?.string)
    guard wanted["sum"]?["re"] == nil else {
      #expect(Self.agrees(signal.sum.re, wanted["sum"]?["re"]?.double, tolerance: 1e-9))
      #expect(Self.agrees(signal.sum.im ?? .nan, wanted["sum"]?["im"]?.double, tolerance: 1e-9))
      return
    }
    #expect(Self.agrees(signal.sum.re, wanted["sum"]?.double, tolerance: 1e-9))
    #expect(signal.minimum?.re == wanted["min"]?.double)
    #expect(signal.maximum?.re == wanted["max"]?.double)
    for probe in wanted["probes"]?.array ?? [] {
      let index = probe["index"]?.array?.compactMap(\.int)
      #expect(signal.probes.first { $0.index == index }?.value.re == probe["value"]?.double)
    }
  }

  /// The reference lists each colour by itself; here they are the last axis, red first.
  private func expectColour(_ signal: FileInspection.SignalSummary, _ wanted: JSONValue) {
    #expect(signal.shape == (wanted["shape"]?.array?.compactMap(\.int) ?? []) + [4])
    #expect(signal.dtype == wanted["channels"]?["R"]?["dtype"]?.string)
    let sums = ["R", "G", "B", "A"].compactMap { wanted["channels"]?[$0]?["sum"]?.double }
    #expect(signal.sum.re == sums.reduce(0, +))
  }

  private func expectAxes(_ signal: FileInspection.SignalSummary, _ wanted: JSONValue) {
    for (axis, wanted) in zip(signal.axes, wanted["axes"]?.array ?? []) {
      // The reference prints Python's None for an axis without a name.
      if wanted["name"]?.string != "None" { #expect(axis.name == wanted["name"]?.string) }
      #expect(axis.size == wanted["size"]?.int)
      #expect(Self.agrees(axis.scale, wanted["scale"]?.double, tolerance: 1e-12))
      // Of TIA's diffraction patterns the reference turns the scale into nanometres, but not the offset.
      if abs(axis.scale) < 1e12 { #expect(Self.agrees(axis.offset, wanted["offset"]?.double, tolerance: 1e-12)) }
      #expect(axis.units == wanted["units"]?.string)
    }
  }

  /// HAADF images that are large enough and whole are taken, nothing that is not an image is.
  private func expectVerdict(_ inspection: FileInspection, _ entry: JSONValue) {
    let roles = (entry["roles"]?.array ?? []).compactMap(\.string)
    let large = inspection.signals.contains { $0.kind == .image && $0.shape.allSatisfy { $0 >= 16 } }
    if roles.contains("haadf-image"), large, inspection.verdict != .incomplete { #expect(inspection.verdict == .ready) }
    if !roles.isEmpty, !roles.contains(where: ["image", "haadf-image", "dark-field-image"].contains) {
      #expect(inspection.verdict != .ready)
    }
    if entry["path"]?.string?.contains("aborted") == true { #expect(inspection.verdict == .incomplete) }
    #expect((inspection.scan != nil) == (inspection.verdict == .ready))
    #expect(!inspection.reason.isEmpty)
  }

  private static func kind(_ role: String?) -> SignalKind? {
    switch role {
    case "haadf-image", "dark-field-image", "diffraction": .image
    case "spectrum-image": .spectrumImage
    case "spectrum", "eels-spectrum": .spectrum
    default: nil
    }
  }

  private static func agrees(_ value: Double, _ wanted: Double?, tolerance: Double) -> Bool {
    guard let wanted else { return false }
    return abs(value - wanted) <= tolerance * max(1, abs(wanted))
  }

  @Test("holds malformed files that end in a stated refusal", arguments: SharedCorpus.malformed.keys.sorted())
  func malformed(_ name: String) throws {
    let entry = try #require(SharedCorpus.malformed[name])
    let path = try #require(SharedCorpus.folder).pushing(SharedCorpus.path(entry))
    let inspection = try FileInspector().inspect(path)
    #expect(!inspection.reason.isEmpty)
    switch entry["expect"]?.string {
    case "reject": #expect(inspection.verdict == .incomplete || inspection.verdict == .rejected)
    case "accept":
      #expect(!inspection.signals.isEmpty)
      #expect(inspection.verdict != .incomplete)
    default: break
    }
  }

  @Test("names no file too awkward to read or to leave alone")
  func names() throws {
    guard let corpus = SharedCorpus.folder else { return }
    let scratch = try Scratch()
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "xf", corpus.appending("malformed/names.tar").string, "-C", scratch.folder.string]
    try tar.run()
    tar.waitUntilExit()
    #expect(SharedCorpus.names.count > 10)
    for entry in SharedCorpus.names {
      var path = SharedCorpus.path(entry)
      _ = path.removePrefix("malformed")
      let inspection = try FileInspector().inspect(scratch.folder.pushing(path))
      switch entry["expect"]?.string {
      case "accept":
        #expect(inspection.verdict == .ready, "\(path)")
        #expect(inspection.signals.first?.shape == [64, 64])
      case "ignore":
        #expect(inspection.verdict == .ignored, "\(path)")
        #expect(inspection.signals.isEmpty)
      default: #expect(!inspection.reason.isEmpty)
      }
      if entry["why"]?.string == "file name is not UTF-8" {
        #expect(inspection.json["path_bytes_b64"]?.string != nil)
        #expect(inspection.json["path"]?.string?.hasSuffix("latin1_\u{FFFD}\u{FFFD}.npy") == true)
      } else {
        #expect(inspection.json["path_bytes_b64"] == nil)
      }
    }
  }

  @Test("gives one image the same content hash in every form that Nion Swift saves it in")
  func sameContentSameHash() throws {
    guard let corpus = SharedCorpus.folder else { return }
    let library = corpus.appending("nion/session1/Session Data/2026/11/22/20261122-160820")
    let export = corpus.appending("nion/session1_export")
    let item = "02_uSim_Scan__HAADF___Duplicate_"
    let forms = [
      library.appending("data_NGXY1DKBWSZQQFAIQ789GDIIM.ndata"), export.appending("\(item).ndata1"),
      export.appending("\(item).npy"),
    ]
    let hashes = try forms.map { try FileInspector().inspect($0).contentSHA256 }
    #expect(hashes[0] != nil)
    #expect(Set(hashes).count == 1)
    let subscan = try FileInspector().inspect(export.appending("04_uSim_Scan__HAADF_Subscan_.npy"))
    #expect(subscan.contentSHA256 != hashes[0])
  }
}
