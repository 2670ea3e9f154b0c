// Other programs hold the database: a reader for long, a writer beyond the busy timeout.

import AssistantTestKit
import Foundation
import GRDB
import StrictJSON
import SystemPackage
import TestExtent
import Testing

@Suite("Locked database", .serialized, .enabled(if: Program.areBuilt))
struct LockedDatabaseTests {
  private let place: Workplace
  private let socket: NotificationSocket

  init() throws {
    place = try Workplace()
    socket = try #require(NotificationSocket())
  }

  private func start(_ environment: [String: String] = [:]) async throws -> RunningProgram {
    let daemon = try Program.eelscoutd.start(
      place.daemonArguments, environment: ["NOTIFY_SOCKET": socket.name].merging(environment) { $1 })
    let isReady = await eventually { socket.first("READY=1") != nil }
    #expect(isReady, "\(daemon.talk)")
    return daemon
  }

  private var logBytes: Int {
    get throws {
      let path = place.state.appending("eelscout.sqlite-wal").string
      return try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }
  }

  @Test("a reader that keeps one moment for long holds nothing up, and the log is bounded when it has gone")
  func longReader() async throws {
    let (during, after) = Extent.now.choose(short: (20, 8), long: (400, 100), sanitized: (6, 3))
    let daemon = try await start()
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    let reader = try place.connect()
    try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN; SELECT count(*) FROM scan") }
    for number in 2...during { try place.deliver(number) }
    try await place.settles(at: during, daemon)
    try await reader.writeWithoutTransaction { database in
      #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM scan") == 1)
      try database.execute(sql: "COMMIT")
    }
    let grown = try logBytes
    for number in (during + 1)...(during + after) { try place.deliver(number) }
    try await place.settles(at: during + after, daemon)
    // The log starts over instead of growing on: 16 MiB are kept at the most.
    let limit = max(grown, 17 << 20)
    #expect(try logBytes <= limit)
    print("reader: log of \(grown >> 10) KiB while it read, \(try logBytes >> 10) KiB after \(after) further scans")
    #expect(daemon.lines(with: "SQLite: ").isEmpty, "\(daemon.talk)")
    try await daemon.stop()
  }

  @Test("a writer that holds the database is named in the status; the work goes on when it lets go")
  func longWriter() async throws {
    let daemon = try await start(["WATCHDOG_USEC": "30000000"])
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    let writer = try place.connect()
    try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    for number in 2...5 { try place.deliver(number) }
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("holds the database") == true }
    #expect(isSaid, "\(daemon.talk)")
    // Two looks of the watchdog: waiting for another program is no hang.
    let fed = socket.count("WATCHDOG=1")
    let goesOn = await eventually { socket.count("WATCHDOG=1") >= fed + 2 }
    #expect(goesOn)
    #expect(daemon.lines(with: "SQLite: ").count == 1, "\(daemon.talk)")
    try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    try await place.settles(at: 5, daemon)
    let isWell = await eventually { socket.words(with: "STATUS=").last?.contains("watching") == true }
    #expect(isWell)
    try await daemon.stop()
    try place.expectRows(of: try await Workplace.undisturbed(1...5))
  }

  @Test("two short locks with quiet hours between them are no trouble, though only the overseer meets them")
  func shortLocks() async throws {
    let daemon = try await start()
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    let writer = try place.connect()
    var longest = Duration.zero
    for _ in 1...2 {
      // A lease that has run out is the overseer's to end, at its next turn.
      try await writer.writeWithoutTransaction { database in
        try database.execute(
          sql: """
            UPDATE target SET status = 'claimed', claimed_by = 'a test', status_by = 'a test',
                status_at = '2020-01-01T00:00:00.000Z', lease_expires_at = '2020-01-01T00:00:01.000Z'
              WHERE id = (SELECT min(id) FROM target);
            BEGIN EXCLUSIVE
            """)
      }
      let start = ContinuousClock.now
      try await Task.sleep(for: .seconds(2.5))
      try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
      longest = max(longest, start.duration(to: .now))
      let isEnded = try await eventually {
        try await writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM target WHERE status = 'expired'") } == 1
      }
      #expect(isEnded, "\(daemon.talk)")
      try await Task.sleep(for: .seconds(6))
    }
    // On a machine that stood still meanwhile the second lock was a long one.
    let isTold = socket.words(with: "STATUS=").contains { $0.contains("holds the database") }
    #expect(longest > .seconds(5) || (!isTold && daemon.lines(with: "SQLite: ").isEmpty), "\(daemon.talk)")
    try await daemon.stop()
  }

  @Test("a stop does not wait for a writer that holds the database")
  func stopWhileLocked() async throws {
    let daemon = try await start()
    let writer = try place.connect()
    try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    for number in 1...3 { try place.deliver(number) }
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("holds the database") == true }
    #expect(isSaid, "\(daemon.talk)")
    let asked = ContinuousClock.now
    daemon.signal(SIGTERM)
    #expect(try await daemon.finish().status == 0)
    print("stop while another program holds the database: \(asked.duration(to: .now))")
    #expect(socket.contains("STOPPING=1"))
    try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    let next = try await place.startDaemon()
    try await place.settles(at: 3, next)
    try await next.stop()
  }

  @Test("a start while a writer holds the database waits for it")
  func startWhileLocked() async throws {
    try await start().stop()
    let writer = try place.connect()
    try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    let daemon = try Program.eelscoutd.start(place.daemonArguments, environment: ["NOTIFY_SOCKET": socket.name])
    let isSaid = await eventually { socket.words(with: "STATUS=").last?.contains("holds the database") == true }
    #expect(isSaid, "\(daemon.talk)")
    #expect(socket.count("READY=1") == 1)
    try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    let isReady = await eventually { socket.count("READY=1") == 2 }
    #expect(isReady, "\(daemon.talk)")
    try await daemon.stop()
  }
}
