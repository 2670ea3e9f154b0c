// The acquisition folder goes, comes back, becomes another one, becomes read-only: waited for, taken up, read once.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Folder faults", .serialized, .enabled(if: Program.areBuilt))
struct FolderFaultTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func expectState(_ state: JSONValue, _ text: String, _ daemon: RunningProgram) async throws {
    let isSo = try await eventually {
      let status = try await place.ask("status")
      return try status["state"] == state && (text.isEmpty || #require(status["status"]?.string).contains(text))
    }
    #expect(isSo, "\(state): \(daemon.talk)")
  }

  private func journal(_ kind: String) throws -> Int {
    try place.journal().count { $0.hasPrefix(kind + " ") }
  }

  @Test("a folder that is moved away and back is waited for, and no scan in it is looked at twice")
  func goneAndBack() async throws {
    let daemon = try await place.startDaemon()
    for number in 1...3 { try place.deliver(number) }
    try await place.settles(at: 3, daemon)
    let before = try place.rows()
    let away = place.root.appending("away").string
    try FileManager.default.moveItem(atPath: place.session.string, toPath: away)
    try await expectState("waiting", "No such file", daemon)
    try FileManager.default.moveItem(atPath: away, toPath: place.session.string)
    try await expectState("ok", "", daemon)
    #expect(try place.rows() == before)
    try place.deliver(4)
    try await place.settles(at: 4, daemon)
    #expect(try journal("folder-absent") == 1 && journal("folder-back") == 1)
    try await daemon.stop()
    try place.expectRows(of: try await Workplace.undisturbed(1...4))
  }

  @Test("another directory in the folder's place is taken up by itself")
  func replaced() async throws {
    let daemon = try await place.startDaemon()
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    let other = try Workplace()
    for number in 1...3 { try other.deliver(number) }
    try FileManager.default.moveItem(atPath: place.session.string, toPath: place.root.appending("old").string)
    try FileManager.default.moveItem(atPath: other.session.string, toPath: place.session.string)
    try await place.settles(at: 3, daemon)
    try place.deliver(4)
    try await place.settles(at: 4, daemon)
    try await expectState("ok", "", daemon)
    try await daemon.stop()
    let undisturbed = try await Workplace.undisturbed(1...4)
    #expect(try place.rows().isWholePart(of: undisturbed))
  }

  @Test("a folder that turns read-only and back is read all the time")
  func readOnly() async throws {
    let mount = "mount -t tmpfs none '\(place.session)'"
    let inside = ["-rm", "sh", "-c", mount + " && exec \"$@\"", "sh"]
    guard try await Tool.unshare.works(inside + ["true"]), Tool.nsenter.path != nil else { return }
    let daemon = try place.startDaemon(under: .unshare, inside)
    let isReady = await eventually { daemon.talk.contains("ready: ") }
    #expect(isReady, "\(daemon.talk)")
    func enter(_ command: String) async throws {
      let run = try Tool.nsenter.start(
        ["-U", "-m", "--preserve-credentials", "-t", "\(daemon.id)", "--", "sh", "-c", command])
      let end = try await run.finish()
      #expect(end.status == 0, "\(end.talk)")
    }
    func deliver(_ number: Int) async throws {
      let outside = try Workplace()
      try outside.deliver(number)
      try await enter("cp '\(outside.session)'/* '\(place.session)'")
    }
    try await deliver(1)
    try await place.settles(at: 1, daemon)
    try await enter("mount -o remount,ro '\(place.session)'")
    try await expectState("ok", "", daemon)
    try await enter("mount -o remount,rw '\(place.session)'")
    try await deliver(2)
    try await place.settles(at: 2, daemon)
    #expect(try journal("folder-absent") == 0)
    try await daemon.stop()
  }
}
