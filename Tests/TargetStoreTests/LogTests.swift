// The write-ahead log is bounded: after bursts, and as soon as a long reader lets go.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct LogTests {
  private let folder: TemporaryFolder
  private let store: TargetStore

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state)
  }

  private func burst(_ numbers: ClosedRange<Int>) throws {
    for number in numbers {
      _ = try store.record(Sample.scan(number), targets: Sample.targets(26), file: Sample.file("\(number).npy"))
    }
  }

  private func logBytes() throws -> Int {
    try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? Int ?? -1
  }

  @Test func `a burst leaves a log of a few mebibytes, which goes at rest`() throws {
    try burst(1...200)
    #expect(try logBytes() < 8 << 20)
    #expect(try store.trimLog(atRest: true) == 0)
    #expect(try logBytes() == 0)
    // A few pages are left alone.
    try store.note("x", "y")
    let little = try logBytes()
    #expect(little > 0)
    #expect(try store.trimLog(atRest: true) == Int64(little))
    #expect(try TargetStoreReader(directory: folder.state).scans().count == 200)
  }

  @Test func `a long reader holds the log only as long as it reads, and nobody waits for it`() throws {
    let reader = try folder.outsider()
    try reader.inTransaction(.deferred) { database in
      _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM scan")
      try burst(1...200)
      let held = try logBytes()
      #expect(held > 16 << 20, "\(held)")
      let start = ContinuousClock.now
      #expect(try store.trimLog(atRest: true) >= 16 << 20)
      #expect(start.duration(to: .now) < .seconds(4), "it waited for the reader")
      #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM scan") == 0)
      return .commit
    }
    #expect(try store.trimLog(atRest: false) == 0)
    #expect(try store.pragma("busy_timeout") == "500", "later writes wait as long as ever")
  }
}
