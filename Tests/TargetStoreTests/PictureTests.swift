// What people look at goes into the database and comes back as it was.

import Foundation
import GRDB
import TargetStore
import Testing

@Suite struct PictureTests {
  private let folder: TemporaryFolder
  private let store: TargetStore
  private let reader: TargetStoreReader

  init() throws {
    folder = try TemporaryFolder()
    store = try TargetStore(directory: folder.state)
    reader = try TargetStoreReader(directory: folder.state)
  }

  @Test func `pictures, tiles, spread and neighbours come back`() throws {
    let pictures = [Sample.picture(.scan), Sample.picture(.roundTrip, values: [9, 8, 7, 6, 5, 4])]
    _ = try store.record(Sample.scan(1), targets: Sample.targets(2), pictures: pictures, file: Sample.file("a.npy"))
    #expect(try reader.picture(.scan, ofScan: 1) == pictures[0])
    #expect(try reader.picture(.roundTrip, ofScan: 1) == pictures[1])
    #expect(try reader.picture(.novelty, ofScan: 1) == nil)
    #expect(try reader.picture(.scan, ofScan: 2) == nil)
    #expect(try reader.pictureNames(ofScan: 1) == [.scan, .roundTrip])
    let detail = try #require(try reader.target("1-2"))
    let written = Sample.target(2)
    #expect(
      (detail.tile, detail.spectrumSpread, detail.neighbours) == (
        written.tile, written.spectrumSpread, written.neighbours
      ))
    let row = detail.target
    #expect((row.estimatedSeconds, row.dosePerNM2, row.visitOrder, row.fitsBudget) == (0.25, 1e6, 2, false))
  }

  @Test func `geometry and budget are kept, and what was not known is filled in`() throws {
    var scan = Sample.scan(1)
    scan.budget = #"{"seconds":60}"#
    _ = try store.record(scan, targets: [], file: Sample.file("a.npy"))
    #expect(try reader.scan("1").geometry == nil)
    #expect(try reader.scan("1").budget == #"{"seconds":60}"#)
    for geometry in [#"{"context_fov_nm":80}"#, #"{"context_fov_nm":90}"#] {
      _ = try store.recordCopy(
        ofContent: Sample.hash(1), file: Sample.file("b.npy"), conditions: ConditionsRecord(geometry: geometry))
    }
    #expect(try reader.scan("1").geometry == #"{"context_fov_nm":80}"#)
  }

  @Test func `the list of a scan that gets its pixel size brings new pictures`() throws {
    var unsized = Sample.scan(1, verdict: .refused)
    unsized.pixelSizeNM = nil
    let first = [Sample.picture(.scan)]
    _ = try store.record(unsized, targets: [], pictures: first, file: Sample.file("a.npy"))
    let second = [Sample.picture(.scan, values: [6, 5, 4, 3, 2, 1]), Sample.picture(.combined)]
    let outcome = try store.record(
      Sample.scan(1), targets: Sample.targets(1), pictures: second, file: Sample.file("a.npy"))
    #expect(outcome == .recorded(scan: 1))
    #expect(try reader.picture(.scan, ofScan: 1) == second[0])
    #expect(try reader.pictureNames(ofScan: 1) == [.scan, .combined])
  }

  @Test(arguments: ["bytes", "twice", "step", "range", "spread", "tile", "neighbour"])
  func `what contradicts itself is refused, and nothing is stored`(fault: String) throws {
    var (target, pictures) = (Sample.target(1), [Sample.picture(.scan)])
    switch fault {
    case "bytes": pictures[0].values.removeLast()
    case "twice": pictures.append(pictures[0])
    case "step": pictures[0].rowStep = 0
    case "range": pictures[0].low = .nan
    case "spread": target.spectrumSpread?.removeLast()
    case "tile": target.tile?.values.removeLast()
    default: target.neighbours[1].distance = .nan
    }
    let problem = code {
      _ = try store.record(Sample.scan(1), targets: [target], pictures: pictures, file: Sample.file("a.npy"))
    }
    #expect(problem == .invalidRecord)
    #expect(try reader.scans().isEmpty)
  }

  @Test func `a damaged picture is an error, not a crash`() throws {
    _ = try store.record(
      Sample.scan(1), targets: Sample.targets(1), pictures: [Sample.picture(.scan)], file: Sample.file("a.npy"))
    try folder.outsider().writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try database.execute(sql: "UPDATE scan_picture SET \"rows\" = 1000000")
      try database.execute(sql: "UPDATE target_neighbour SET tile = x'00'")
    }
    #expect(code { _ = try reader.picture(.scan, ofScan: 1) } == .corrupt)
    #expect(code { _ = try reader.target("1-1") } == .corrupt)
  }
}
