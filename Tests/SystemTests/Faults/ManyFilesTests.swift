// Thousands of files at once: each done once, in bounded memory, none missed when the kernel's queue runs over.

import AssistantTestKit
import Foundation
import StrictJSON
import TestExtent
import Testing

@Suite("Many files", .serialized, .enabled(if: Program.areBuilt))
struct ManyFilesTests {
  private let place: Workplace
  private let scans = Extent.now.choose(usual: 8, sanitized: 3)
  /// MiB; the libraries alone take some 40.
  private let mostMemory = 256

  init() throws { place = try Workplace() }

  /// Files of a name that says that they are no scans yet, in several folders.
  private func deliverCheapFiles(_ count: Int) throws {
    for number in 0..<count {
      let folder = "session/\(number / 1_000)"
      if number % 1_000 == 0 { try place.write("", to: "\(folder)/notes.tmp") }
      guard FileManager.default.createFile(atPath: "\(place.root)/\(folder)/\(number).part", contents: Data([1])) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
  }

  private func expectAllDone(cheap: Int, _ daemon: RunningProgram) async throws {
    let ignored = cheap + (cheap + 999) / 1_000
    let isDone = try await eventually(within: .seconds(1_200)) {
      let counts = try await place.ask("status")["counts"]
      return counts?["ignored_files"]?.int ?? 0 >= ignored && counts?["scans"]?.int == scans
        && counts?["waiting_files"]?.int == 0
    }
    let counts = try await place.ask("status")["counts"]
    #expect(isDone, "\(counts ?? .null): \(daemon.talk.suffix(2_000))")
    #expect(try place.rows().isWholePart(of: try await Workplace.undisturbed(1...scans)))
  }

  private func expectLittleMemory(_ daemon: RunningProgram, _ files: Int) throws {
    guard Extent.measures else { return }
    let figures = try #require(ProcessFigures(daemon.id))
    print("\(files) files: peak \(figures.peakKiB / 1_024) MiB, now \(figures.residentKiB / 1_024) MiB")
    #expect(figures.peakKiB < mostMemory * 1_024)
  }

  @Test("that come at once are each done once, in bounded memory")
  func atOnce() async throws {
    let cheap = Extent.now.choose(short: 1_000, long: 10_000, sanitized: 300)
    let daemon = try await place.startDaemon()
    try deliverCheapFiles(cheap)
    for number in 1...scans { try place.deliver(number) }
    try await expectAllDone(cheap: cheap, daemon)
    try expectLittleMemory(daemon, cheap)
    try await daemon.stop()
  }

  @Test("that come while the daemon is held up and the kernel's queue runs over are all found")
  func overflow() async throws {
    let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    guard let events = Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)), events <= 65_536 else {
      print("SKIPPED: overflow: fs.inotify.max_queued_events is too large to run over quickly")
      return
    }
    let daemon = try await place.startDaemon(["--verbose"])
    daemon.signal(SIGSTOP)
    // A file that is renamed back and forth is two announcements each time, and one file in the end.
    let cheap = Extent.now.choose(short: 500, long: 20_000, sanitized: 200)
    let names = ["a.part", "b.part"].map { place.session.appending($0).string }
    #expect(FileManager.default.createFile(atPath: names[0], contents: Data([1])))
    for turn in 0..<(events / 2 + 10) { #expect(rename(names[turn % 2], names[(turn + 1) % 2]) == 0) }
    for name in names { unlink(name) }
    try deliverCheapFiles(cheap)
    for number in 1...scans { try place.deliver(number) }
    daemon.signal(SIGCONT)
    try await expectAllDone(cheap: cheap, daemon)
    // The overseer says so at its next turn.
    #expect(await eventually { !daemon.lines(with: "ran over").isEmpty })
    try expectLittleMemory(daemon, cheap)
    try await daemon.stop()
  }
}
