// What is pruned, what never is, and that pruned content stays known.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct RetentionTests {
  private let folder: TemporaryFolder
  private let store: TargetStore
  private let clock = HandClock()
  private let policy: RetentionPolicy

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state, clock: clock.read)
    var policy = RetentionPolicy()
    (policy.listDays, policy.spectrumDays, policy.journalDays, policy.leastDays) = (400, 90, 400, 14)
    self.policy = policy
  }

  private func record(_ numbers: ClosedRange<Int>) throws {
    for number in numbers {
      _ = try store.record(
        Sample.scan(number), targets: Sample.targets(4), pictures: PictureName.allCases.map { Sample.picture($0) },
        file: Sample.file("\(number).npy"))
    }
  }

  private func day(_ count: Double) { clock.advance(count * 86_400) }

  private func prune(limitMiB: Int = 0) throws -> PruneCount {
    var policy = policy
    policy.sizeLimitMiB = limitMiB
    let forecast = try TargetStoreReader(directory: folder.state).forecast(policy, now: clock.read())
    var pass = PruningPass()
    while try store.prune(policy, &pass) {}
    if limitMiB == 0 { #expect(pass.count == forecast.count) }
    return pass.count
  }

  private func count(_ sql: String) throws -> Int? {
    try folder.outsider().read { try Int.fetchOne($0, sql: "SELECT count(*) FROM " + sql) }
  }

  @Test func `what is old goes, first its spectra, then the list, and what went is written down`() throws {
    try record(1...45)
    day(80)
    try record(46...50)
    day(11)
    #expect(try prune() == expected(spectra: 45 * 4, pictures: 45))
    #expect(try count("target_spectrum") == 20)
    #expect(try count("target_neighbour") == 60)
    #expect(try count("scan_picture") == 30)
    #expect(try TargetStoreReader(directory: folder.state).target("1-1")?.spectrum == nil)
    day(320)
    // The spectra of the five younger scans go too, but the newest scan's stay.
    #expect(try prune() == expected(lists: 45, targets: 180, spectra: 16, pictures: 4))
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.targets().count == 20)
    #expect(try reader.scans().count == 50)
    #expect(try reader.scan("1").prunedAt == "1971-02-27T13:46:40.000Z")
    #expect(try reader.health().prunedScans == 45)
    #expect(try count("target_event") == 20)
    let entries = try folder.outsider().read {
      try String.fetchAll($0, sql: "SELECT message FROM journal WHERE kind = 'prune' ORDER BY id")
    }
    #expect(entries.count == 2 && entries[1].contains("lists of 45 scans with 180 targets, 16 predicted spectra"))
    #expect(try prune().isNothing)
  }

  @Test func `pruned content stays known: its file is not ranked again`() throws {
    try record(1...3)
    day(401)
    try record(4...4)
    #expect(try prune() == expected(lists: 3, targets: 12))
    #expect(try store.recordCopy(ofContent: Sample.hash(1), file: Sample.file("again.npy")) == 1)
    #expect(
      try store.record(Sample.scan(2), targets: Sample.targets(4), file: Sample.file("b")) == .alreadyKnown(scan: 2))
    #expect(try store.known(Sample.file("1.npy")) == .scan(sha256: Sample.hash(1)))
    #expect(try TargetStoreReader(directory: folder.state).targets().map(\.scan) == [4, 4, 4, 4])
  }

  @Test(arguments: ["claim", "done", "skip", "reject", "claim and release", "claim and lose"])
  func `what somebody has touched is never pruned`(deed: String) throws {
    try record(1...3)
    let desk = try ClaimDesk(directory: folder.state, clock: clock.read)
    switch deed {
    case "claim": _ = try desk.claim(ClaimRequest(by: "a", scan: "2"))
    case "claim and release":
      _ = try desk.claim(ClaimRequest(by: "a", scan: "2"))
      _ = try desk.mark("2-1", .release, by: "a")
    case "claim and lose":
      _ = try desk.claim(ClaimRequest(by: "a", scan: "2"))
      clock.advance(1_000)
      _ = try store.expireLeases()
    default: _ = try desk.mark("2-1", #require(TargetMark(rawValue: deed)), by: "maria")
    }
    let events = try TargetStoreReader(directory: folder.state).target("2-1")?.events
    day(4_000)
    try record(4...4)
    #expect(try TargetStoreReader(directory: folder.state).forecast(policy, now: clock.read()).touchedLists == 1)
    let went = try prune(limitMiB: 1)
    #expect((went.lists, went.targets, went.spectra, went.pictures) == (2, 8, 3, 0))
    #expect(try TargetStoreReader(directory: folder.state).pictureNames(ofScan: 2).count == 6)
    #expect(try TargetStoreReader(directory: folder.state).pictureNames(ofScan: 1).isEmpty)
    let kept = try #require(try TargetStoreReader(directory: folder.state).target("2-1"))
    #expect(kept.events == events)
    #expect(kept.spectrum != nil && kept.roundTripTile != nil)
    #expect(try TargetStoreReader(directory: folder.state).scan("2").targets == 4)
  }

  @Test func `a size limit takes the oldest first, nothing younger than the least age, and gives the space back`()
    throws
  {
    try record(1...400)
    day(20)
    try record(401...405)
    func used() throws -> Int {
      try #require(try store.pragma("page_count").flatMap { Int($0) })
    }
    let before = try used()
    let went = try prune(limitMiB: 2)
    #expect(went.spectra > 0)
    #expect(try count("target WHERE scan > 400") == 20)
    #expect(try count("target_spectrum p JOIN target t ON t.id = p.target WHERE t.scan > 400") == 20)
    #expect(try used() < before * 2 / 3, "\(before) pages before")
    let free = try #require(try store.pragma("freelist_count").flatMap { Int($0) })
    #expect((try used() - free) * 4_096 <= 2 << 20)
  }

  @Test func `old entries and outdated findings go, and what stands now stays`() throws {
    try store.note("folder-absent", "x")
    try store.recordFailure(Sample.file("a"), reason: "bad")
    try store.recordFailure(Sample.file("a", version: 2), reason: "worse")
    try store.recordFailure(Sample.file("b"), reason: "bad")
    day(401)
    #expect(try prune() == expected(notes: 2))
    #expect(try store.known(Sample.file("a", version: 2)) == .failure(.failed, reason: "worse"))
    #expect(try store.known(Sample.file("b")) == .failure(.failed, reason: "bad"))
    #expect(try store.known(Sample.file("a")) == nil)
  }

  @Test func `ages count only after the clock has run evenly for a week`() throws {
    #expect(try !store.trustsClock())
    for _ in 1...7 {
      day(1)
      _ = try store.trustsClock()
    }
    #expect(try store.trustsClock())
    // A jump of a year, there and back: both are doubted.
    for jump in [365.0, -365.0] {
      day(jump)
      #expect(try !store.trustsClock())
      day(1)
      #expect(try !store.trustsClock())
    }
    for _ in 1...8 {
      day(1)
      _ = try store.trustsClock()
    }
    #expect(try store.trustsClock())
  }

  private func expected(
    lists: Int = 0, targets: Int = 0, spectra: Int = 0, pictures: Int = 0, notes: Int = 0
  ) -> PruneCount {
    var count = PruneCount()
    (count.lists, count.targets, count.spectra, count.notes) = (lists, targets, spectra, notes)
    count.pictures = pictures
    return count
  }
}
