// Claiming, saying what became of it, and undoing: by the desk and by anybody's SQL.

import Foundation
import GRDB
import Synchronization
import TargetStore
import Testing

@Suite struct ClaimTests {
  private let folder: TemporaryFolder
  private let store: TargetStore
  private let clock = HandClock()
  private let desk: ClaimDesk

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state, clock: clock.read)
    for number in 1...2 {
      _ = try store.record(Sample.scan(number), targets: Sample.targets(3), file: Sample.file("\(number).npy"))
    }
    desk = try ClaimDesk(directory: folder.state, clock: clock.read)
  }

  private func claim(_ by: String, top: Int = 1, scan: String? = nil) throws -> [String] {
    try desk.claim(ClaimRequest(by: by, leaseSeconds: 60, top: top, scan: scan)).map(\.id)
  }

  private func events(_ id: String) throws -> [String] {
    try #require(try TargetStoreReader(directory: folder.state).target(id)).events.map { "\($0.to.rawValue) \($0.by)" }
  }

  @Test func `the newest scan's best target comes first, each once, then nothing is left`() throws {
    #expect(try claim("a") == ["2-1"])
    #expect(try claim("b", top: 3) == ["2-2", "2-3", "1-1"])
    #expect(try claim("a", top: 9, scan: "1") == ["1-2", "1-3"])
    #expect(try claim("a").isEmpty)
    #expect(code { _ = try claim("a", scan: "9") } == .noSuchScan)
  }

  @Test func `a claim says whose it is and until when`() throws {
    let target = try #require(try desk.claim(ClaimRequest(by: "gatan", leaseSeconds: 90)).first)
    #expect((target.status, target.claimedBy, target.statusBy) == (.claimed, "gatan", "gatan"))
    #expect(target.statusAt == "1970-01-12T13:46:40.000Z")
    #expect(target.leaseExpiresAt == "1970-01-12T13:48:10.000Z")
    let done = try desk.mark("2-1", .done, by: "gatan", why: "clean", spectrumFile: "/spectra/2-1.dm4")
    #expect((done.status, done.claimedBy, done.leaseExpiresAt) == (.acquired, nil, nil))
    #expect((done.spectrumFile, done.statusWhy) == ("/spectra/2-1.dm4", "clean"))
    #expect(try events("2-1") == ["new eelscoutd", "claimed gatan", "acquired gatan"])
  }

  @Test func `a lease that ran out frees the target, whoever looks first`() throws {
    #expect(try claim("dead") == ["2-1"])
    clock.advance(59)
    #expect(try store.expireLeases() == 0)
    #expect(try claim("b") == ["2-2"])
    clock.advance(1)
    #expect(try claim("c") == ["2-1"])
    #expect(try events("2-1") == ["new eelscoutd", "claimed dead", "expired eelscoutd", "claimed c"])
    clock.advance(60)
    #expect(try store.expireLeases() == 2)
    #expect(try store.expireLeases() == 0)
    let targets = try TargetStoreReader(directory: folder.state).targets(TargetFilter(status: .expired))
    #expect(targets.map(\.id) == ["2-1", "2-2"])
    #expect(targets.map(\.claimedBy) == ["c", "b"])
  }

  @Test func `who comes back late is heard, unless somebody else has it`() throws {
    _ = try claim("late", top: 2)
    clock.advance(61)
    #expect(try desk.mark("2-1", .done, by: "late").status == .acquired)
    #expect(try claim("quick") == ["2-2"])
    #expect(code { _ = try desk.mark("2-2", .done, by: "late") } == .notAllowed)
    #expect(try desk.mark("2-2", .done, by: "quick").status == .acquired)
  }

  @Test func `nobody finishes or releases what another holds`() throws {
    _ = try claim("a")
    #expect(code { _ = try desk.mark("2-1", .done, by: "b") } == .notAllowed)
    #expect(code { _ = try desk.mark("2-1", .release, by: "b") } == .notAllowed)
    #expect(try desk.mark("2-1", .release, by: "a").status == .new)
    #expect(try claim("b") == ["2-1"])
    #expect(code { _ = try desk.mark("9-9", .done, by: "a") } == .noSuchTarget)
    for name in ["", "eelscoutd"] { #expect(code { _ = try claim(name) } == .notAllowed) }
  }

  @Test func `a person's word beats a script's claim, and can be taken back`() throws {
    _ = try claim("script")
    #expect(try desk.mark("2-1", .reject, by: "maria", why: "contamination").status == .rejected)
    do {
      _ = try desk.mark("2-1", .done, by: "script")
      Issue.record("a rejected target was acquired")
    } catch {
      #expect(error.message.contains("rejected, by maria") && error.message.contains("contamination"))
    }
    #expect(try claim("script") == ["2-2"])
    #expect(try desk.mark("2-1", .skip, by: "li").status == .skipped)
    #expect(try desk.mark("2-1", .release, by: "maria", why: "it was the wrong one").status == .new)
    #expect(try claim("script") == ["2-1"])
    #expect(
      try events("2-1") == [
        "new eelscoutd", "claimed script", "rejected maria", "skipped li", "new maria", "claimed script",
      ])
    _ = try desk.mark("2-1", .done, by: "script")
    #expect(code { _ = try desk.mark("2-1", .skip, by: "maria") } == .notAllowed)
    #expect(try desk.mark("2-1", .release, by: "maria").status == .new)
    #expect(code { _ = try desk.mark("2-1", .release, by: "maria") } == .notAllowed)
  }

  @Test func `what a scan's file no longer holds is not handed out, and comes back with it`() throws {
    #expect(try claim("a") == ["2-1"])
    _ = try desk.mark("2-3", .skip, by: "maria")
    _ = try store.record(Sample.scan(3), targets: [], file: Sample.file("2.npy", version: 2))
    clock.advance(61)
    #expect(try claim("b", top: 9) == ["1-1", "1-2", "1-3"])
    #expect(try claim("b", top: 9, scan: "2").isEmpty)
    #expect(try desk.mark("2-3", .release, by: "maria").status == .superseded)
    #expect(try desk.mark("2-1", .done, by: "a").status == .acquired)
    _ = try store.record(Sample.scan(2), targets: [], file: Sample.file("2.npy", version: 3))
    #expect(try claim("b", top: 9) == ["2-2", "2-3"])
  }

  /// Whatever program writes, the database holds the rules.
  @Test(arguments: [
    // Another's claim, while it lasts.
    "UPDATE target SET status = 'acquired', status_by = 'b', status_at = :now WHERE id = '2-1'",
    "UPDATE target SET status = 'new', status_by = 'b', status_at = :now WHERE id = '2-1'",
    "UPDATE target SET status = 'expired', status_by = 'b', status_at = :now WHERE id = '2-1'",
    "UPDATE target SET status_by = 'b', status_at = :now, claimed_by = 'b', lease_expires_at = :later WHERE id = '2-1'",
    // Claims without a claimant, without an end, in another's name, in the daemon's.
    "UPDATE target SET status = 'claimed', status_by = 'b', status_at = :now WHERE id = '2-2'",
    "UPDATE target SET status = 'claimed', status_by = 'b', status_at = :now, claimed_by = 'b', lease_expires_at = :now WHERE id = '2-2'",
    "UPDATE target SET status = 'claimed', status_by = 'b', status_at = :now, claimed_by = 'c', lease_expires_at = :later WHERE id = '2-2'",
    "UPDATE target SET status = 'claimed', status_by = 'eelscoutd', status_at = :now, claimed_by = 'eelscoutd', lease_expires_at = :later WHERE id = '2-2'",
    "UPDATE target SET claimed_by = 'b', lease_expires_at = :later WHERE id = '2-2'",
    // What is acquired, or superseded by nothing.
    "UPDATE target SET status = 'skipped', status_by = 'b', status_at = :now WHERE id = '1-1'",
    "UPDATE target SET status = 'superseded', status_by = 'b', status_at = :now WHERE id = '2-2'",
    // What a target is, and that it is.
    "UPDATE target SET \"row\" = 1 WHERE id = '2-2'", "UPDATE target SET id = 'x' WHERE id = '2-2'",
    "DELETE FROM target_event", "DELETE FROM target_spectrum; DELETE FROM target",
    "INSERT OR REPLACE INTO target SELECT * FROM target WHERE id = '2-2'", "DELETE FROM scan WHERE id = 1",
    "UPDATE scan SET pruned_at = :now WHERE id = 2",
  ])
  func `SQL that breaks the rules of a target's life is refused`(statement: String) throws {
    _ = try claim("a")
    _ = try desk.mark("1-1", .done, by: "a")
    let before = try TargetStoreReader(directory: folder.state).targets()
    #expect(throws: DatabaseError.self) {
      // As `sqlite3` and Python do: without foreign keys.
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      let outsider = try DatabaseQueue(path: folder.database, configuration: configuration)
      try outsider.write {
        for part in statement.split(separator: ";") {
          try $0.execute(
            sql: part.replacingOccurrences(of: ":now", with: "'1970-01-12T13:46:41.000Z'")
              .replacingOccurrences(of: ":later", with: "'1970-01-12T14:00:00.000Z'"))
        }
      }
    }
    #expect(try TargetStoreReader(directory: folder.state).targets() == before)
  }

  @Test func `SQL that takes a lapsed claim over is logged as expiry and claim`() throws {
    _ = try claim("a")
    try folder.outsider().write {
      try $0.execute(
        sql: """
          UPDATE target SET status = 'claimed', status_by = 'b', status_at = '1971-01-01T00:00:00.000Z',
            claimed_by = 'b', lease_expires_at = '1971-01-01T00:10:00.000Z' WHERE id = '2-1'
          """)
    }
    #expect(try events("2-1") == ["new eelscoutd", "claimed a", "expired eelscoutd", "claimed b"])
  }
}

/// A time of day that stands still until it is moved; 1970-01-12T13:46:40Z by `date -u -d @1000000`.
final class HandClock: Sendable {
  private let seconds = Mutex(1_000_000.0)

  var read: @Sendable () -> Date { { Date(timeIntervalSince1970: self.seconds.withLock { $0 }) } }

  func advance(_ more: Double) { seconds.withLock { $0 += more } }
}
