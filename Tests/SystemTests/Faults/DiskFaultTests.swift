// Writes and syncs that fail: what is committed stays, the rest comes when the disk is well, and the log is short.

import AssistantTestKit
import Foundation
import StrictJSON
import TestExtent
import Testing

@Suite("Disk faults", .serialized, .enabled(if: Program.areBuilt))
struct DiskFaultTests {
  private static let scans = Extent.now.choose(usual: 8, sanitized: 4)
  private static let faults: [(error: String, step: Int)] = Extent.now.choose(
    short: [("EIO", 1), ("EIO", 3), ("ENOSPC", 2)],
    long: ["EIO", "ENOSPC"].flatMap { error in (1...12).map { (error, $0) } }, sanitized: [("EIO", 2)])

  @Test("every k-th write or sync refused: what is committed stays, and the rest comes when the disk is well")
  func running() async throws {
    guard try await FaultyDisk.isAvailable() else { return }
    let undisturbed = try await Workplace.undisturbed(1...Self.scans)
    for (error, step) in Self.faults {
      let place = try Workplace()
      let daemon = try await place.startDaemon()
      try place.deliver(1)
      try await place.settles(at: 1, daemon)
      let disk = try await FaultyDisk(daemon, place, error, every: step)
      for number in 2...Self.scans { try place.deliver(number) }
      let isSaid = await eventually { !daemon.lines(with: "SQLite: ").isEmpty }
      #expect(isSaid, "\(error) every \(step): \(daemon.talk)")
      // Whoever reads meanwhile sees whole scans only.
      #expect(try place.rows().isWholePart(of: undisturbed))
      try await disk.heal()
      try await place.settles(at: Self.scans, daemon)
      try await daemon.stop()
      try place.expectRows(of: undisturbed)
      let entries = daemon.lines(with: "SQLite: ").count
      #expect(entries <= 2, "\(error) every \(step): \(entries) entries: \(daemon.talk)")
    }
  }

  @Test("a kill while the disk refuses leaves whole scans, and the next start takes up the rest")
  func killed() async throws {
    guard try await FaultyDisk.isAvailable() else { return }
    let undisturbed = try await Workplace.undisturbed(1...Self.scans)
    for (error, step) in Self.faults.dropFirst() {
      let place = try Workplace()
      let daemon = try await place.startDaemon()
      let disk = try await FaultyDisk(daemon, place, error, every: step)
      for number in 1...Self.scans { try place.deliver(number) }
      let isSaid = await eventually { !daemon.lines(with: "SQLite: ").isEmpty }
      #expect(isSaid)
      daemon.signal(SIGKILL)
      _ = try await daemon.finish()
      try await disk.heal()
      let next = try await place.startDaemon()
      try await place.settles(at: Self.scans, next)
      try await next.stop()
      try place.expectRows(of: undisturbed)
    }
  }

  @Test("a write refused during the start delays it or ends it with one line, and damages nothing")
  func starting() async throws {
    guard try await FaultyDisk.isAvailable() else { return }
    let place = try Workplace()
    let first = try await place.startDaemon()
    try place.deliver(1)
    try await place.settles(at: 1, first)
    try await first.stop()
    let before = try place.rows()
    for call in Extent.now.choose(short: [4], long: Array(1...24), sanitized: [2]) {
      let daemon = try place.startDaemon(
        under: .strace, FaultyDisk.options(place, call % 2 == 0 ? "EIO" : "ENOSPC", when: "\(call)"))
      let isUp = await eventually {
        daemon.talk.contains("ready: ") || (!daemon.talk.isEmpty && daemon.child == nil)
      }
      #expect(isUp)
      if let id = daemon.child { kill(id, SIGTERM) }
      let end = try await daemon.finish()
      #expect(end.status == 0, "call \(call): \(end.talk)")
      // strace counts for each thread anew: the start may be refused, and a heartbeat, in two ways.
      #expect(daemon.lines(with: "SQLite: ").count <= 3, "\(end.talk)")
      // Which files wait is as it was when the stop came, early in the first look.
      try place.expectRows(of: before, except: "file_state")
    }
  }
}
