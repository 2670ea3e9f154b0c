// Which file was in hand when a run ended, and what is held against it.

import GRDB
import TargetStore
import Testing

@Suite struct HandsTests {
  private let folder: TemporaryFolder
  private let file = Sample.file("a.npy")
  private let run = DaemonRun(version: "1", modelID: "m", rulesSHA256: "r", rulesRevision: "1")

  init() throws { folder = try TemporaryFolder() }

  /// A run that ends without a word with the file in hand.
  private func unclean(_ file: FileRecord) throws -> Int {
    let store = try TargetStore(directory: folder.state)
    try store.begin(run)
    return try store.takeInHand(file)
  }

  @Test func `each unclean end with a file in hand is held against that version`() throws {
    #expect(try unclean(file) == 0)
    #expect(try unclean(file) == 1)
    #expect(try unclean(Sample.file("b.npy")) == 0)
    #expect(try unclean(file) == 2)
    // Another version is another file.
    #expect(try unclean(Sample.file("a.npy", version: 2)) == 0)
  }

  @Test func `a file that was put down, let go, or in hand at an end as asked is not blamed`() throws {
    for ending: (TargetStore) throws -> Void in [
      { try $0.putDown(file) }, { try $0.letGo(file) }, { try $0.letGoOfAll() },
    ] {
      do {
        let store = try TargetStore(directory: folder.state)
        try store.begin(run)
        #expect(try store.takeInHand(file) == 0)
        try ending(store)
      }
    }
    #expect(try unclean(file) == 0)
  }

  @Test func `putting down keeps what is held against a file, letting go forgives it`() throws {
    _ = try unclean(file)
    let store = try TargetStore(directory: folder.state)
    try store.begin(run)
    #expect(try store.takeInHand(file) == 1)
    try store.putDown(file)
    #expect(try store.takeInHand(file) == 1)
    try store.letGo(file)
    #expect(try store.takeInHand(file) == 0)
  }

  @Test func `a mark is seen by other processes at once, and every other commit is still synced`() throws {
    let store = try TargetStore(directory: folder.state)
    _ = try store.takeInHand(file)
    #expect(try folder.outsider().read { try Int.fetchOne($0, sql: "SELECT sum(is_open) FROM in_hand") } == 1)
    #expect(try store.pragma("synchronous") == "2")
  }

  @Test func `a scan without pixel size gets its list once there is one`() throws {
    let store = try TargetStore(directory: folder.state)
    var unsized = Sample.scan(1, verdict: .refused, reasons: ["no pixel size"])
    unsized.pixelSizeNM = nil
    #expect(try store.record(unsized, targets: [], file: file) == .recorded(scan: 1))
    #expect(try store.lacksPixelSize(ofContent: Sample.hash(1)))
    #expect(try store.recordCopy(ofContent: Sample.hash(1), file: file) == 1)
    #expect(try store.recordCopy(ofContent: Sample.hash(1), file: file, canSize: true) == nil)
    #expect(try store.record(Sample.scan(1), targets: Sample.targets(3), file: file) == .recorded(scan: 1))
    let reader = try TargetStoreReader(directory: folder.state)
    #expect(try reader.scans().map(\.verdict) == [.inside])
    #expect(try reader.scans().map(\.pixelSizeNM) == [1.75])
    #expect(try reader.target("1-2")?.spectrum?.energyEV == Sample.energies)
    #expect(try !store.lacksPixelSize(ofContent: Sample.hash(1)))
    // Once is enough.
    #expect(try store.record(Sample.scan(1), targets: Sample.targets(3), file: file) == .alreadyKnown(scan: 1))
  }
}
