// The database's life from outside: backups, damage and the way back, pruning, the memory budget, the self-test.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import StrictJSON
import TargetStore
import TestExtent
import Testing

@Suite("Upkeep", .serialized, .enabled(if: Program.areBuilt))
struct UpkeepTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private var database: String { place.state.appending("eelscout.sqlite").string }
  private var backups: BackupFolder { .standard(inState: place.state.string) }

  private func configure(_ text: String) throws -> [String] {
    ["--config", try place.write(text, to: "eelscout.toml").string]
  }

  private func end(_ daemon: RunningProgram) async throws {
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0, "\(daemon.talk)")
  }

  /// Runs SQL as any program may.
  private func sql(_ text: String) async throws {
    let script =
      "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None).executescript(sys.argv[2])"
    let run = try await Tool.python3.start(["-c", script, database, text]).finish()
    #expect(run.status == 0, "\(run.talk)")
  }

  private func arrive(_ numbers: ClosedRange<Int>, total: Int) async throws {
    for number in numbers { try place.deliver(SquareFilm.scan(seed: UInt64(number)), as: "\(number).npy") }
    let came = try await eventually { try await place.hasScans(total) }
    #expect(came)
  }

  /// Noise over the middle of the file, in place.
  private func damage() throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: database))
    let size = try file.seekToEnd()
    try file.seek(toOffset: size / 2 / 4_096 * 4_096)
    try file.write(contentsOf: Data((0..<6 * 4_096).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ 7) }))
    try file.close()
  }

  @Test("the running daemon makes backups and checks, says so, and keeps as many as it is told")
  func backupsWhileRunning() async throws {
    let config = try configure(
      "[backup]\ninterval_hours = 0.0003\nkeep = 2\n[check]\ninterval_hours = 0.0003\n[watch]\nfolders = [\"\(place.session)\"]\n"
    )
    let daemon = try await place.startDaemon(config)
    try await arrive(1...2, total: 2)
    let isSaid = try await eventually {
      let status = try await place.ask("status")
      return status["last_backup_at"]?.string != nil && status["last_check_at"]?.string != nil
    }
    #expect(isSaid, "\(daemon.talk)")
    let isKept = await eventually {
      backups.files().first.flatMap { try? BackupContents.ofChecked($0.path) }?.scans == 2
    }
    #expect(isKept)
    let first = try #require(backups.files().last)
    let isTidy = await eventually { !backups.files().contains(first) && backups.files().count == 2 }
    #expect(isTidy)
    let doctor = try await Program.eelscout.run(["doctor", "--json", "--state", place.state.string] + config)
    let checks = try #require(try doctor.json()["checks"]?.array)
    #expect(doctor.status == 0, "\(doctor.output)")
    let names = Set(checks.compactMap { $0["check"]?.string })
    #expect(
      names.isSuperset(of: [
        "configuration", "rules", "model", "folders", "database", "backups", "permissions", "libraries", "networks",
      ]))
    try await end(daemon)
  }

  @Test("a damaged database is refused with the way back; restored, nothing is lost or doubled")
  func damagedAtTheStart() async throws {
    let config = try configure("[backup]\ninterval_hours = 0.0003\n")
    let first = try await place.startDaemon(config)
    try await arrive(1...2, total: 2)
    let isKept = await eventually {
      backups.files().first.flatMap { try? BackupContents.ofChecked($0.path) }?.scans == 2
    }
    #expect(isKept)
    #expect(try await Program.eelscout.run(["restore", "--state", place.state.string]).status == 1)
    try await end(first)
    let second = try await place.startDaemon()
    try await arrive(3...3, total: 3)
    try await end(second)
    try damage()
    let damaged = try Data(contentsOf: URL(fileURLWithPath: database))

    let refused = try await Program.eelscoutd.run(place.daemonArguments)
    #expect(refused.status == 78)
    #expect(refused.talk.contains(database) && refused.talk.contains("damaged"), "\(refused.talk)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == damaged)
    let doctor = try await Program.eelscout.run(["doctor", "--state", place.state.string])
    #expect(doctor.status == 1 && doctor.output.contains("FAULT"))

    // The command stands in the message, word by word.
    let command = try #require(
      refused.talk.range(of: "eelscout restore --from [^ ]+ --state [^ \n]+", options: .regularExpression))
    let words = refused.talk[command].split(separator: " ").dropFirst().map(String.init)
    let restored = try await Program.eelscout.run(words)
    #expect(restored.status == 0, "\(restored.talk)")
    #expect(restored.output.contains("2 scans, 52 targets"))
    let aside = try FileManager.default.contentsOfDirectory(atPath: place.state.string).first {
      $0.hasPrefix("damaged-")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.state.appending(try #require(aside)).string)) == damaged)

    let third = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(3) }
    #expect(came)
    #expect(try await place.ask("targets").array?.count == 78)
    try await end(third)
  }

  @Test("damage found at work makes the daemon say so and hold still, with the good backup kept")
  func damagedAtWork() async throws {
    guard Tool.python3.path != nil else { return print("SKIPPED: damage at work: python3 is missing") }
    let config = try configure("[backup]\ninterval_hours = 0.0003\nkeep = 1\n[check]\ninterval_hours = 0.001\n")
    let daemon = try await place.startDaemon(config)
    try await arrive(1...4, total: 4)
    let isKept = await eventually {
      backups.files().first.flatMap { try? BackupContents.ofChecked($0.path) }?.scans == 4
    }
    #expect(isKept)
    try await sql("PRAGMA wal_checkpoint(TRUNCATE)")
    try damage()
    let isSaid = await eventually {
      daemon.talk.contains("is damaged: ") && daemon.talk.contains("eelscout restore --from")
    }
    #expect(isSaid, "\(daemon.talk)")
    let kept = try #require(backups.files().first)
    try place.deliver(SquareFilm.scan(seed: 9), as: "9.npy")
    let isDegraded = await eventually {
      guard let status = try? await place.ask("status") else { return false }
      return status["state"] == "degraded" && status["status"]?.string?.contains("damaged") == true
    }
    #expect(isDegraded, "\(daemon.talk)")
    #expect(backups.files() == [kept])
    #expect(try BackupContents.ofChecked(kept.path).scans == 4)
    try await end(daemon)
    #expect(try await Program.eelscout.run(["restore", "--state", place.state.string]).status == 0)
    let next = try await place.startDaemon()
    let came = try await eventually { try await place.hasScans(5) }
    #expect(came)
    try await end(next)
  }

  @Test("what is old and untouched is pruned at work, and its file is not ranked again")
  func pruning() async throws {
    guard Tool.python3.path != nil else { return print("SKIPPED: pruning: python3 is missing") }
    let config = try configure("[retention]\ninterval_hours = 0.0003\n")
    let first = try await place.startDaemon()
    try await arrive(1...3, total: 3)
    #expect(
      try await Program.eelscout.run(["skip", "2-1", "--why", "drift", "--state", place.state.string]).status == 0)
    try await end(first)
    // Two scans of long ago, and a clock that has run evenly since.
    try await sql(
      """
      UPDATE scan SET created_at = '2020-01-01T00:00:00.000Z' WHERE id < 3;
      INSERT OR REPLACE INTO upkeep (task, tried_at, done_at, is_well, finding) VALUES
        ('clock', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '2020-01-01T00:00:00.000Z', 1, 'runs evenly');
      """)
    let forecast = try await place.ask("retention")
    #expect(forecast["would_go"]?["lists"] == 1 && forecast["would_go"]?["targets"] == 26)
    #expect(forecast["would_go"]?["spectra"] == 25 && forecast["touched_lists"] == 1)
    #expect(forecast["would_go"]?["pictures"] == 0)
    let second = try await place.startDaemon(config)
    let isPruned = try await eventually { try await place.ask("status")["pruned_scans"] == 1 }
    #expect(isPruned, "\(second.talk)")
    let isSaid = await eventually {
      second.talk.contains("pruned by rules default r2: lists of 1 scans with 26 targets")
    }
    #expect(isSaid, "\(second.talk)")
    try place.deliver(SquareFilm.scan(seed: 1), as: "again.npy")
    try await arrive(4...4, total: 4)
    #expect(try await place.ask("targets").array?.count == 78)
    #expect(try await place.ask("targets", ["--scan", "2"]).array?.count == 26)
    #expect(try await place.ask("scans").array?.map { $0["targets"]?.int } == [26, 26, 26, 0])
    try await end(second)
  }

  @Test("a scan that needs more memory than the budget fails alone, before it is decoded where its file says so")
  func memoryBudget() async throws {
    // 100 MiB leave 4 MiB beside the program, and 33 MiB to decode.
    let daemon = try await place.startDaemon(try configure("[triage]\nmemory_mib = 100\n"))
    try place.deliver(SquareFilm.scan(rows: 1100, columns: 1100, seed: 1), as: "large.npy")
    // 4096 × 4096 doubles, column by column, that are not even there to be read: 128 MiB of a hole.
    var header = "{'descr': '<f8', 'fortran_order': True, 'shape': (4096, 4096), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let path = try place.write(
      [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [118, 0] + Array(header.utf8), to: "session/huge.npy")
    #expect(truncate(path.string, 128 + 4_096 * 4_096 * 8) == 0)
    try place.deliver(SquareFilm.scan(seed: 2), as: "small.npy")
    let came = try await eventually { try await place.hasScans(1) }
    #expect(came)
    let isSaid = try await eventually {
      let large = try await place.state(of: "large.npy")
      let huge = try await place.state(of: "huge.npy")
      return large?["state"] == "failed" && large?["reason"]?.string?.contains("triage.memory_mib allows 100") == true
        && huge?["state"] == "rejected" && huge?["reason"]?.string?.contains("134217728 bytes") == true
    }
    #expect(isSaid, "\(daemon.talk)")
    // Resident memory never came near the hole's size.
    if Extent.measures { #expect(try #require(ProcessFigures(daemon.id)).peakKiB < 128 << 10) }
    try await end(daemon)
  }
}
