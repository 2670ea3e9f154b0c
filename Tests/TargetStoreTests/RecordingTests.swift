// Content is identity: what a scan, a copy, a replacement and a failure do to the list.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct RecordingTests {
  let folder: TemporaryFolder
  let store: TargetStore
  let reader: TargetStoreReader

  init() throws {
    folder = try TemporaryFolder()
    // 2024-05-06T07:08:09.125Z, by `date -u -d ... +%s`.
    store = try TargetStore(directory: folder.state, clock: { Date(timeIntervalSince1970: 1_714_979_289.125) })
    reader = try TargetStoreReader(directory: folder.state)
  }

  @Test func `a target comes back as it was given`() throws {
    let outcome = try store.record(
      Sample.scan(1, verdict: .marked, reasons: ["pitch \"off\"", "é"]), targets: Sample.targets(2),
      file: Sample.file("a.npy"))
    #expect(outcome == .recorded(scan: 1))
    let detail = try #require(try reader.target("1-2"))
    let target = detail.target
    #expect((target.id, target.scan, target.scanSHA256, target.rank) == ("1-2", 1, Sample.hash(1), 2))
    #expect((target.row, target.column, target.xNM, target.yNM) == (2, 4, 7.0, 3.5))
    #expect((target.xFraction, target.yFraction, target.widthNM, target.heightNM) == (0.25, 0.75, 28.0, 28.0))
    #expect((target.kind, target.priority, target.dwellMS, target.status) == ("anomaly", 0.5, 200.0, .new))
    #expect((target.novelty, target.roundTripError, target.predictedError) == (4.25, 5.125, 0.03125))
    #expect((target.predictedErrorLow, target.predictedErrorHigh) == (0.015625, 0.125))
    #expect((target.model, target.rules) == ("context-1", String(repeating: "c", count: 64)))
    #expect(target.createdAt == "2024-05-06T07:08:09.125Z")
    #expect(
      detail.scores == [
        ScoreRecord(name: "novelty", raw: -1.5, standardised: 4.25),
        ScoreRecord(name: "round_trip", raw: nil, standardised: nil),
      ])
    #expect(detail.spectrum?.energyEV == Sample.energies)
    #expect(detail.spectrum?.values == Sample.target(2).spectrum)
    #expect(detail.roundTripTile == Sample.target(2).roundTripTile)
    let created = try #require(detail.events.first)
    #expect(detail.events.count == 1)
    #expect((created.at, created.by, created.to) == ("2024-05-06T07:08:09.125Z", "eelscoutd", .new))
    #expect((created.from, created.why) == (nil, nil))
    let scan = detail.scan
    #expect((scan.file, scan.rows, scan.columns, scan.pixelSizeNM) == ("/scans/a.npy", 62, 75, 1.75))
    #expect((scan.verdict, scan.reasons, scan.targets) == (.marked, ["pitch \"off\"", "é"], 2))
    #expect((scan.acquiredAt, scan.instrumentScanID) == ("2024-05-06T07:08:09+02:00", "9f3c"))
    #expect((scan.latencyMS, scan.backgroundLevel, scan.particleLevel) == (812.5, 12.5, 80))
    #expect(try reader.target("1-3") == nil)
  }

  @Test func `spectra are float32 least significant byte first`() throws {
    _ = try store.record(Sample.scan(1), targets: Sample.targets(1), file: Sample.file("a.npy"))
    let bytes = try folder.outsider().read {
      try Data.fetchOne($0, sql: #"SELECT "values" FROM target_spectrum WHERE target = '1-1'"#)
    }
    // numpy: np.float32([1.0, 1.025]).tobytes().hex() == '0000803f3333833f'
    #expect(bytes?.prefix(8).map { $0 } == [0, 0, 0x80, 0x3F, 0x33, 0x33, 0x83, 0x3F])
    #expect(bytes?.count == 480)
  }

  @Test func `the same content again adds a file and nothing else`() throws {
    _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("a.npy"))
    let again = try store.record(Sample.scan(1), targets: Sample.targets(5), file: Sample.file("copy.npy"))
    #expect(again == .alreadyKnown(scan: 1))
    #expect(try store.recordCopy(ofContent: Sample.hash(1), file: Sample.file("third.npy")) == 1)
    #expect(try store.recordCopy(ofContent: Sample.hash(2), file: Sample.file("fourth.npy")) == nil)
    #expect(try reader.scans().map(\.targets) == [3])
    #expect(try store.known(Sample.file("copy.npy")) == .scan(sha256: Sample.hash(1)))
    #expect(try store.known(Sample.file("third.npy")) == .scan(sha256: Sample.hash(1)))
    #expect(try store.known(Sample.file("fourth.npy")) == nil)
    #expect(try store.known(Sample.file("copy.npy", version: 2)) == nil)
  }

  @Test func `a refused scan is a row without ranks`() throws {
    let refused = Sample.scan(1, verdict: .refused, reasons: ["no lattice"])
    _ = try store.record(refused, targets: [], file: Sample.file("a.npy"))
    #expect(try reader.latestScan()?.verdict == .refused)
    #expect(try reader.latestScan()?.reasons == ["no lattice"])
    #expect(try reader.targets().isEmpty)
    #expect(try reader.health().counts.refusedScans == 1)
    #expect(
      code {
        _ = try store.record(Sample.scan(2, verdict: .refused), targets: Sample.targets(1), file: Sample.file("b"))
      }
        == .invalidRecord)
  }

  @Test func `content that takes another's place supersedes its untouched targets only`() throws {
    _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("a.npy"))
    try mark("1-2", as: "skipped", by: "maria")
    _ = try store.record(Sample.scan(2), targets: Sample.targets(1), file: Sample.file("a.npy", version: 2))
    #expect(try reader.targets(TargetFilter(scan: "1")).map(\.status) == [.superseded, .skipped, .superseded])
    #expect(try reader.scan("1").supersededBy == Sample.hash(2))
    let events = try #require(try reader.target("1-1")).events
    #expect(events.map(\.to) == [.new, .superseded])
    #expect(events.last?.from == .new)
    #expect(events.last?.why?.contains("/scans/a.npy") == true)

    // The first content comes back: so do its targets, and the second one's go.
    _ = try store.record(Sample.scan(1), targets: Sample.targets(3), file: Sample.file("a.npy", version: 3))
    #expect(try reader.targets(TargetFilter(scan: "1")).map(\.status) == [.new, .skipped, .new])
    #expect(try reader.targets(TargetFilter(scan: "2")).map(\.status) == [.superseded])
    #expect(try reader.scan("1").supersededBy == nil)
    let log = try #require(try reader.target("1-2")).events
    #expect(log.map(\.by) == ["eelscoutd", "maria"])
  }

  @Test func `a scan that still stands elsewhere is not superseded`() throws {
    _ = try store.record(Sample.scan(1), targets: Sample.targets(1), file: Sample.file("live.npy"))
    _ = try store.recordCopy(ofContent: Sample.hash(1), file: Sample.file("kept.npy"))
    _ = try store.record(Sample.scan(2), targets: Sample.targets(1), file: Sample.file("live.npy", version: 2))
    #expect(try reader.targets(TargetFilter(status: .new)).map(\.id) == ["2-1", "1-1"])
    // Until that place, too, holds something else.
    _ = try store.record(Sample.scan(3), targets: [], file: Sample.file("kept.npy", version: 2))
    #expect(try reader.targets(TargetFilter(status: .new)).map(\.id) == ["2-1"])
  }

  @Test func `another form of a scan, or a late companion, fills in what was not known and changes nothing else`()
    throws
  {
    var bare = Sample.scan(1)
    (bare.dwellUS, bare.voltageV) = (nil, nil)
    _ = try store.record(bare, targets: Sample.targets(1), file: Sample.file("a_1.ser"))
    let conditions = ConditionsRecord(rotationRad: 3, dwellUS: 12, channelName: "BF", voltageV: 60_000)
    #expect(
      try store.recordCopy(ofContent: Sample.hash(1), file: Sample.file("a_1.ser"), conditions: conditions) == 1)
    let scan = try reader.scan("1")
    #expect([scan.dwellUS, scan.voltageV, scan.rotationRad] == [12, 60_000, 0.5])
    #expect(scan.channelName == "HAADF")
  }

  @Test func `a failure is noted with its reason, until the file changes`() throws {
    let file = Sample.file("bad.npy")
    try store.setFileStates([FileStateRecord(path: file.path, state: .waiting, reason: "still growing")])
    try store.recordFailure(file, state: .rejected, reason: "header says 4 GiB, the file has 5000 bytes")
    #expect(
      try store.known(file) == .failure(.rejected, reason: "header says 4 GiB, the file has 5000 bytes"))
    #expect(try reader.fileStates().map(\.state) == [.rejected])
    #expect(try reader.fileStates().map(\.since) == ["2024-05-06T07:08:09.125Z"])
    #expect(try store.known(Sample.file("bad.npy", version: 2)) == nil)
    _ = try store.record(Sample.scan(1), targets: [], file: Sample.file("bad.npy", version: 2))
    #expect(try reader.fileStates().isEmpty)
    #expect(try store.known(file) == .failure(.rejected, reason: "header says 4 GiB, the file has 5000 bytes"))
  }

  @Test func `a path that is not text is kept in its bytes`() throws {
    let path: [UInt8] = [0x2F, 0xFF, 0xFE]
    try store.setFileStates([FileStateRecord(path: path, state: .waiting, reason: "empty")])
    #expect(try reader.fileStates().map(\.path) == [path])
    #expect(try reader.fileStates().map(\.pathText) == ["/\u{FFFD}\u{FFFD}"])
    try store.forgetFileStates([path])
    #expect(try reader.fileStates().isEmpty)
  }

  @Test func `records that contradict themselves leave nothing behind`() throws {
    var outside = Sample.target(2)
    outside.row = 62
    var shortSpectrum = Sample.target(2)
    shortSpectrum.spectrum = [1, 2]
    var reversed = Sample.target(2)
    reversed.predictedErrorLow = 1
    reversed.predictedErrorHigh = 0.5
    var noNumber = Sample.target(2)
    noNumber.priority = .nan
    for bad in [outside, shortSpectrum, reversed, noNumber, Sample.target(1)] {
      let targets = [Sample.target(1), bad]
      #expect(
        code { _ = try store.record(Sample.scan(1), targets: targets, file: Sample.file("a")) } == .invalidRecord)
    }
    #expect(try reader.scans().isEmpty)
    #expect(try reader.targets().isEmpty)
    #expect(try store.known(Sample.file("a")) == nil)
  }

  private func mark(_ id: String, as status: String, by: String) throws {
    try folder.outsider().write {
      try $0.execute(
        sql: """
          UPDATE target SET status = ?, status_by = ?, status_at = '2024-05-06T08:00:00.000Z', status_why = 'drift'
          WHERE id = ?
          """, arguments: [status, by, id])
    }
  }
}
