// The same file again: copied, renamed, rewritten; whole at once or in pieces; with more known about it than before.

import AcquisitionAssistant
import AssistantTestKit
import Foundation
import MicroscopeFiles
import Microscopy
import SystemPackage
import TargetStore
import Testing

@Suite("Revisions", .serialized)
struct RevisionTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Longer than any test waits: whatever is taken was taken before it had passed.
  private var patient: AssistantConfiguration {
    var settings = DaemonUnderTest.settings(place)
    settings.quietSeconds = 600
    return settings
  }

  @Test func aWholeScanIsTakenBeforeTheQuietTimeIsOverAndOneThatEndsInZerosIsNot() async throws {
    let scan = SquareFilm.scan(seed: 11)
    let whole = try Data(contentsOf: URL(fileURLWithPath: place.deliver(scan, as: "late.npy").string))
    // As a copy over SMB begins: the final size, the second half still to come.
    let half = whole.prefix(whole.count / 2) + Data(count: whole.count - whole.count / 2)
    let path = URL(fileURLWithPath: place.session.appending("late.npy").string)
    try half.write(to: path)
    try await DaemonUnderTest(place, patient).whileRunning { reader in
      try place.deliver(SquareFilm.scan(seed: 12), as: "whole.npy")
      try await expectEventually { try reader().scans().count == 1 }
      try await expectEventually {
        try reader().fileStates().contains {
          $0.pathText.hasSuffix("late.npy") && $0.reason.contains("not sure to be whole")
        }
      }
      let handle = try FileHandle(forWritingTo: path)
      try handle.write(contentsOf: whole)
      try handle.close()
      try await expectEventually { try reader().scans().count == 2 }
      try expectNow { try reader().files["late.npy"] == nil }
    }
  }

  @Test func renamesAndNewTimesMakeNoSecondScanAndOtherContentSupersedes() async throws {
    let (first, second) = (SquareFilm.scan(seed: 21), SquareFilm.scan(rows: 112, columns: 96, seed: 22))
    try await DaemonUnderTest(place).whileRunning { reader in
      let path = try place.deliver(first, as: "live.npy")
      try await expectEventually { try reader().scans().count == 1 }
      // The same bytes written anew, then under another name, with its sidecar.
      try place.deliver(first, as: "live.npy")
      for name in ["json", "npy"] {
        var (old, renamed) = (path, place.session.appending("kept.npy"))
        (old.extension, renamed.extension) = (name, name)
        try FileManager.default.moveItem(atPath: old.string, toPath: renamed.string)
      }
      try await expectEventually { try reader().latestScan()?.file.hasSuffix("kept.npy") == true }
      try expectNow { try reader().targets().count == 26 }

      // Other content under the first name takes nothing away while the first still stands under the other one.
      try place.deliver(second, as: "live.npy")
      try await expectEventually { try reader().scans().count == 2 }
      try expectNow { try reader().scan("1").supersededBy == nil }
      let third = SquareFilm.scan(seed: 23)
      try place.deliver(third, as: "live.npy")
      try await expectEventually { try reader().scans().count == 3 }
      try expectNow { try reader().scan("2").supersededBy == reader().scan("3").scanSHA256 }
      try expectNow { try reader().targets(TargetFilter(scan: "2")).allSatisfy { $0.status == .superseded } }
      try expectNow { try reader().targets(TargetFilter(scan: "1")).allSatisfy { $0.status == .new } }
    }
  }

  @Test func aPixelSizeThatIsConfiguredLaterRanksWhatHadNone() async throws {
    var settings = DaemonUnderTest.settings(place)
    settings.companionSeconds = 0
    try place.deliver(SquareFilm.scan(seed: 31), as: "bare.npy", sidecar: false)
    try await DaemonUnderTest(place, settings).whileRunning { reader in
      try await expectEventually { try reader().scans().map(\.verdict) == [.refused] }
    }
    settings.defaultPixelSizeNM = 1.5
    for _ in 1...2 {
      try await DaemonUnderTest(place, settings).whileRunning { reader in
        try await expectEventually { try reader().scans().map(\.verdict) == [.inside] }
        try expectNow { try reader().targets().count == 26 }
        try expectNow { try reader().scans().map(\.pixelSizeNM) == [1.5] }
      }
    }
  }

  @Test func aFileThatWasGivenUpIsTakenWhenItChanges() async throws {
    var settings = DaemonUnderTest.settings(place)
    settings.incompleteMinutes = 0
    let path = place.session.appending("slow.npy")
    try NPYWriter.write([Float](repeating: 0, count: 4096), shape: [64, 64], to: path)
    try await DaemonUnderTest(place, settings).whileRunning { reader in
      try await expectEventually {
        try reader().fileStates().contains { $0.reason.contains("never became complete") }
      }
      try place.deliver(SquareFilm.scan(seed: 41), as: "slow.npy")
      try await expectEventually { try reader().scans().count == 1 }
      try await expectEventually { try reader().files.isEmpty }
    }
  }
}
