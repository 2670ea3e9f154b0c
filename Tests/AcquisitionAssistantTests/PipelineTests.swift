// The pipeline on a real folder: what becomes of each kind of file.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage
import TargetStore
import Testing

@Suite("Pipeline", .serialized)
struct PipelineTests {
  private let place: Workplace

  /// What `numpy.save` makes of an array of objects: Python pickles, which are never read.
  private static let pickled =
    Array("\u{93}NUMPY".unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }) + [1, 0, 118, 0]
    + Array(
      ("{'descr': '|O', 'fortran_order': False, 'shape': (32, 32), }" + String(repeating: " ", count: 57) + "\n").utf8)
    + [UInt8](repeating: 7, count: 9000)

  init() throws { place = try Workplace() }

  @Test func aScanThatArrivesBecomesTargetsAndACopyDoesNotCountTwice() async throws {
    let scan = SquareFilm.scan(seed: 1)
    try await DaemonUnderTest(place).whileRunning { reader in
      try place.deliver(scan, as: "one.npy")
      try await expectEventually { try reader().scans().count == 1 }
      let summary = try #require(try reader().latestScan())
      #expect(summary.verdict == .inside, "\(summary.reasons)")
      #expect(summary.pixelSizeNM == 1.5)
      let targets = try reader().targets()
      #expect(targets.count == 26)
      #expect(targets.map(\.rank) == Array(1...26))
      #expect(targets.allSatisfy { $0.widthNM == 24 })
      try expectNow { try reader().target(targets[0].id)?.spectrum?.values.count == 32 }
      try place.deliver(scan, as: "copy.npy")
      try await expectEventually { try reader().latestScan()?.file.hasSuffix("copy.npy") == true }
      try expectNow { try reader().scans().count == 1 }
      try expectNow { try reader().targets().count == 26 }
    }
  }

  @Test func whatPeopleLookAtIsKeptWithTheListAndOfRefusedScansTheImage() async throws {
    let scan = SquareFilm.scan(seed: 1)
    try await DaemonUnderTest(place).whileRunning { reader in
      try place.deliver(scan, as: "one.npy")
      try await expectEventually { try reader().scans().count == 1 }
      try place.deliver(SquareFilm.scan(pixelSizeNM: nil, seed: 2), as: "unsized.npy", sidecar: false)
      try await expectEventually { try reader().scans().count == 2 }
      let ranked = try reader().pictureNames(ofScan: 1)
      #expect(ranked == Set(PictureName.allCases))
      let refused = try reader().pictureNames(ofScan: 2)
      #expect(refused == [.scan])
      // A byte of the picture stands for the pixel's own value, to half a step, within the range that is shown.
      let picture = try #require(try reader().picture(.scan, ofScan: 1))
      #expect((picture.rows, picture.columns) == (scan.image.rows, scan.image.columns))
      #expect((picture.firstRow, picture.rowStep) == (0, 1))
      let step = (picture.high - picture.low) / 255
      for (byte, value) in zip(picture.values, scan.image.values) {
        let shown = picture.low + Double(byte) * step
        #expect(abs(shown - min(max(Double(value), picture.low), picture.high)) <= step * 0.51)
      }
      let target = try #require(try reader().targets().first)
      let detail = try #require(try reader().target(target.id))
      #expect(detail.tile?.values.count == 256)
      #expect(detail.spectrumSpread?.count == detail.spectrum?.values.count)
      #expect(detail.neighbours.count == 3)
      // What is shown as seen is what came back changed by the mean squared difference that was scored.
      let (tile, back) = (try #require(detail.tile).values, try #require(detail.roundTripTile).values)
      let difference = zip(tile, back).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / 256
      #expect(abs(log(difference) - (try #require(target.roundTripError))) < 1e-4)
    }
  }

  @Test func aRestartNeitherLosesNorRepeatsAndMissingFilesAreForgotten() async throws {
    try place.deliver(SquareFilm.scan(seed: 1), as: "one.npy")
    try place.write(Self.pickled, to: "session/bad.npy")
    let daemon = DaemonUnderTest(place)
    try await daemon.whileRunning { reader in
      try await expectEventually { try reader().scans().count == 1 && reader().files["bad.npy"] == .rejected }
    }
    try FileManager.default.removeItem(atPath: place.session.appending("bad.npy").string)
    try place.deliver(SquareFilm.scan(seed: 2), as: "two.npy")
    try await daemon.whileRunning { reader in
      try await expectEventually { try reader().scans().count == 2 }
      try expectNow { try reader().scans().map(\.id) == [2, 1] }
      try expectNow { try reader().targets().count == 52 }
      try expectNow { try reader().files.isEmpty }
    }
  }

  @Test func filesThatAreNoScansStandThereWithTheirReason() async throws {
    try place.write(Self.pickled, to: "session/bad.npy")
    try place.write("{}", to: "session/notes.json.part")
    try place.write([], to: "session/empty.npy")
    try NPYWriter.write([Float](repeating: 1, count: 4096), shape: [64, 64], to: place.session.appending("flat.npy"))
    try NPYWriter.write([Float](repeating: 0, count: 4096), shape: [64, 64], to: place.session.appending("zero.npy"))
    try NPYWriter.write((0..<64).map(Float.init), shape: [64], to: place.session.appending("spectrum.npy"))
    let wanted: [String: FileState] = [
      "bad.npy": .rejected, "notes.json.part": .ignored, "empty.npy": .waiting, "flat.npy": .rejected,
      "zero.npy": .incomplete, "spectrum.npy": .ignored,
    ]
    try await DaemonUnderTest(place).whileRunning { reader in
      try await expectEventually { try reader().files == wanted }
      let files = try reader().files
      #expect(files == wanted)
      try expectNow { try reader().fileStates().allSatisfy { !$0.reason.isEmpty } }
      try expectNow { try reader().scans().isEmpty }
    }
  }

  @Test func aHalfWrittenScanIsTakenWhenItIsWhole() async throws {
    let whole = try Data(
      contentsOf: URL(fileURLWithPath: place.deliver(SquareFilm.scan(seed: 3), as: "grow.npy").string))
    let path = place.session.appending("grow.npy").string
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    try await DaemonUnderTest(place).whileRunning { reader in
      try await expectEventually { try reader().files["grow.npy"] == .incomplete }
      try expectNow { try reader().scans().isEmpty }
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: whole.suffix(from: whole.count / 2))
      try handle.close()
      try await expectEventually { try reader().scans().count == 1 }
      try expectNow { try reader().files.isEmpty }
    }
  }

  @Test func aLateSidecarMakesTheArrayAnotherScan() async throws {
    var settings = DaemonUnderTest.settings(place)
    settings.companionSeconds = 0.2
    let scan = SquareFilm.scan(seed: 4)
    try await DaemonUnderTest(place, settings).whileRunning { reader in
      try place.deliver(scan, as: "late.npy", sidecar: false)
      try await expectEventually { try reader().scans().count == 1 }
      let first = try #require(try reader().latestScan())
      #expect(first.verdict == .refused)
      #expect(first.reasons.contains { $0.contains("default_pixel_size_nm") })
      #expect(first.targets == 0)
      try NionSidecarWriter.write(scan, title: "late", beside: place.session.appending("late.npy"))
      try await expectEventually { try reader().scans().count == 2 }
      try expectNow { try reader().latestScan()?.verdict == .inside }
      try expectNow { try reader().scan("1").supersededBy != nil }
    }
  }

  @Test func theDefaultPixelSizeServesFilesThatStateNone() async throws {
    var settings = DaemonUnderTest.settings(place)
    settings.companionSeconds = 0
    settings.defaultPixelSizeNM = 1.5
    try place.deliver(SquareFilm.scan(seed: 5), as: "bare.npy", sidecar: false)
    try await DaemonUnderTest(place, settings).whileRunning { reader in
      try await expectEventually { try reader().targets().count == 26 }
    }
  }

  @Test func patienceEndsWithAReason() async throws {
    var settings = DaemonUnderTest.settings(place)
    settings.incompleteMinutes = 0
    try NPYWriter.write([Float](repeating: 0, count: 4096), shape: [64, 64], to: place.session.appending("zero.npy"))
    try await DaemonUnderTest(place, settings).whileRunning { reader in
      try await expectEventually {
        try reader().fileStates().contains { $0.state == .incomplete && $0.reason.contains("never became complete") }
      }
    }
  }

  @Test func aFolderThatIsMissingIsWaitedFor() async throws {
    try FileManager.default.removeItem(atPath: place.session.string)
    try await DaemonUnderTest(place).whileRunning { reader in
      try await expectEventually {
        let report = try reader().health().report
        return report.state == .waiting && report.status.contains("session")
      }
      try FileManager.default.createDirectory(atPath: place.session.string, withIntermediateDirectories: true)
      try place.deliver(SquareFilm.scan(seed: 6), as: "one.npy")
      try await expectEventually { try reader().scans().count == 1 }
      try await expectEventually { try reader().health().report.state == .ok }
    }
    #expect(try TargetStoreReader(directory: place.state.string).health().report.state == .stopped)
  }

  @Test func nothingIsWrittenIntoTheFolderAndLinksAreNotFollowed() async throws {
    let outside = try place.write("x", to: "outside/inner.npy")
    try FilePath.link(at: place.session.appending("away"), to: outside.removingLastComponent())
    try FilePath.link(at: place.session.appending("away.npy"), to: outside)
    try place.deliver(SquareFilm.scan(seed: 7), as: "one.npy")
    let before = try FileManager.default.subpathsOfDirectory(atPath: place.session.string).sorted()
    try await DaemonUnderTest(place).whileRunning { reader in
      try await expectEventually { try reader().scans().count == 1 }
      try expectNow { try reader().fileStates().allSatisfy { !$0.pathText.contains("inner") } }
      try await expectEventually { try reader().files == ["away": .ignored, "away.npy": .ignored] }
      try expectNow { try reader().fileStates().contains { $0.reason.contains("a symbolic link") } }
    }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: place.session.string).sorted() == before)
  }
}
