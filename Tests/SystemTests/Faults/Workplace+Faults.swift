// What the tests of faults share: many scans, a daemon that ends well, rows to compare with.

import AssistantTestKit
import Foundation
import GRDB
import StrictJSON
import SystemPackage
import Testing

extension RunningProgram {
  /// Ends the daemon as the service manager does, and expects a clean end.
  func stop() async throws {
    signal(SIGTERM)
    let end = try await finish()
    #expect(end.status == 0, "\(end.talk)")
  }

  /// Lines of its talk that hold a text.
  func lines(with text: String) -> [String] {
    talk.split(separator: "\n").map(String.init).filter { $0.contains(text) }
  }
}

extension Workplace {
  /// A scan of its own for each number, as small as the domain test takes.
  @discardableResult
  func deliver(_ number: Int) throws -> FilePath {
    try deliver(SquareFilm.scan(rows: 96, columns: 96, seed: UInt64(number)), as: "scan-\(number).npy")
  }

  /// Waits until a number of scans is recorded and no file waits any more.
  func settles(at scans: Int, _ daemon: RunningProgram) async throws {
    let isDone = try await eventually {
      let counts = try await ask("status")["counts"]
      return counts?["scans"]?.int == scans && counts?["waiting_files"]?.int == 0
    }
    let counts = try await ask("status")["counts"] ?? .null
    #expect(isDone, "\(counts) instead of \(scans): \(daemon.talk.suffix(3_000))")
  }

  func rows() throws -> StoredRows { try StoredRows(state, session: session) }

  /// The rows of a run that nothing disturbs, over the scans of these numbers.
  static func undisturbed(_ numbers: ClosedRange<Int>) async throws -> StoredRows {
    let place = try Workplace()
    for number in numbers { try place.deliver(number) }
    let daemon = try await place.startDaemon()
    try await place.settles(at: numbers.count, daemon)
    try await daemon.stop()
    return try place.rows()
  }

  /// Expects exactly the rows of an undisturbed run.
  /// - Parameter table: not looked at.
  func expectRows(of undisturbed: StoredRows, except table: String? = nil) throws {
    let difference = try rows().difference(from: undisturbed, except: table)
    #expect(difference.isEmpty, "\(difference.count) rows differ: \(difference.prefix(20).joined(separator: "\n"))")
  }

  /// What the daemon wrote into the database's own journal: kind and message.
  func journal() throws -> [String] {
    try connect().read { database in
      try Row.fetchAll(database, sql: "SELECT kind, message FROM journal ORDER BY id")
        .map { "\($0[0] as String) \($0[1] as String)" }
    }
  }

  /// A stranger's connection to the database, such as a script or a backup has.
  func connect() throws -> DatabaseQueue {
    var settings = Configuration()
    settings.allowsUnsafeTransactions = true
    // The daemon may be writing at the moment when a test wants the lock.
    settings.busyMode = .timeout(30)
    return try DatabaseQueue(path: state.appending("eelscout.sqlite").string, configuration: settings)
  }
}
