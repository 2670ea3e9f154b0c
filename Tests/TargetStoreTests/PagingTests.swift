// Lists a page at a time, what has changed, one chosen target: bounded, in order, and by an index.

import Foundation
import TargetStore
import Testing

@Suite struct PagingTests {
  let folder: TemporaryFolder
  let store: TargetStore
  let reader: TargetStoreReader

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state)
    for number in 1...4 {
      _ = try store.record(
        Sample.scan(number), targets: Sample.targets(number == 4 ? 230 : 2), file: Sample.file("\(number).npy"))
    }
    reader = try TargetStoreReader(directory: folder.state)
  }

  @Test func `no question of the console reads a whole table`() throws {
    for (question, steps) in try reader.pagePlans() {
      for step in steps {
        // SQLite says SCAN for a walk through all of a table or index, SEARCH for a way down one; one row without a table
        // is CONSTANT, or a subquery of it.
        let isWalk =
          step.hasPrefix("SCAN ") && !step.hasPrefix("SCAN CONSTANT ROW") && !step.hasPrefix("SCAN (subquery")
        #expect(!isWalk, "\(question): \(step)")
        #expect(!step.contains("AUTOMATIC"), "\(question): \(step)")
      }
      let sorts = steps.contains { $0.contains("USE TEMP B-TREE FOR ORDER BY") }
      #expect(!sorts || question == "by id", "\(question): \(steps)")
    }
  }

  @Test func `pages follow one another and are never longer than the limit`() throws {
    #expect(try reader.scanPage(limit: 3).map(\.id) == [4, 3, 2])
    #expect(try reader.scanPage(before: 2, limit: 3).map(\.id) == [1])
    #expect(try reader.scanPage(before: 1, limit: 3).isEmpty)
    #expect(try reader.targetPage(scan: 4, limit: .max).count == TargetStoreReader.longestPage)
    #expect(try reader.targetPage(scan: 4, after: 200, limit: .max).map(\.rank) == Array(201...230))
    #expect(try reader.targetPage(scan: 4, limit: .min).map(\.rank) == [1])
    #expect(try reader.targets(ids: ["4-7", "x", "1-1"]).map(\.id) == ["4-7", "1-1"])
    #expect(try reader.scan(number: 3)?.file == "/scans/3.npy")
    #expect(try reader.scan(number: 9) == nil)
  }

  @Test func `the pulse moves with every scan, mark and heartbeat`() throws {
    let first = try reader.pulse()
    #expect((first.newestScan, first.lastEvent, first.report.state) == (4, 236, .stopped))
    try store.begin(DaemonRun(version: "1", modelID: "m", rulesSHA256: "r", rulesRevision: "2"))
    try store.heartbeat(DaemonReport(state: .ok, status: "well"))
    let second = try reader.pulse()
    #expect((second.report.state, second.report.status, second.rulesRevision) == (.ok, "well", "2"))
    let desk = try ClaimDesk(directory: folder.state)
    _ = try desk.mark("1-2", .skip, by: "a")
    #expect(try reader.pulse().lastEvent == 237)
    let changes = try reader.changes(since: first.lastEvent)
    #expect(changes.targets == ["1-2"] && changes.isComplete)
    #expect(try reader.changes(since: 0).targets == ["1-2"])
    #expect(try reader.backlog().claimedTargets == 0)
    _ = try desk.claim("2-2", by: "a", leaseSeconds: 60)
    #expect(try reader.backlog().claimedTargets == 1)
  }

  @Test func `a chosen target is claimed once, by one`() throws {
    let desk = try ClaimDesk(directory: folder.state)
    let target = try desk.claim("4-9", by: "a", leaseSeconds: 60, why: "bright")
    #expect((target.status, target.claimedBy, target.statusWhy) == (.claimed, "a", "bright"))
    #expect(code { _ = try desk.claim("4-9", by: "b", leaseSeconds: 60) } == .notAllowed)
    #expect(try desk.claim("4-9", by: "a", leaseSeconds: 600).leaseExpiresAt ?? "" > target.leaseExpiresAt ?? "")
    #expect(code { _ = try desk.claim("9-9", by: "b", leaseSeconds: 60) } == .noSuchTarget)
    #expect(code { _ = try desk.claim("4-8", by: "eelscoutd", leaseSeconds: 60) } == .notAllowed)
    _ = try desk.mark("4-8", .reject, by: "b")
    #expect(code { _ = try desk.claim("4-8", by: "a", leaseSeconds: 60) } == .notAllowed)
    #expect(try desk.claim("4-7", by: "a", leaseSeconds: 60).id == "4-7")
  }
}
