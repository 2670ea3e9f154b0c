import Foundation
import Im2Spec
import ImageProcessing
import Microscopy
import Synchronization
import Testing
import Triage

/// An image that is read in pieces, and remembers the largest.
private final class PiecewiseImage: RasterSource {
  private let raster: Raster
  private let largest = Mutex(0)
  private let failsAfter: Int
  private let pieces = Atomic<Int>(0)

  struct Unreadable: Error {}

  init(_ raster: Raster, failsAfter: Int = .max) {
    self.raster = raster
    self.failsAfter = failsAfter
  }

  var rows: Int { raster.rows }
  var columns: Int { raster.columns }
  var heldBytes: Int { 0 }
  var largestPiece: Int { largest.withLock { $0 } }
  var pieceCount: Int { pieces.load(ordering: .relaxed) }

  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    guard pieces.wrappingAdd(1, ordering: .relaxed).newValue <= failsAfter else { throw Unreadable() }
    largest.withLock { $0 = max($0, rows.count * columns.count) }
    return raster.piece(rows: rows, columns: columns)
  }
}

/// Storage that can only be used in pieces, and fails after some uses.
private final class PiecewiseStorage: RasterStorage {
  private let failsAfter: Int
  private let uses = Atomic<Int>(0)
  private let largest = Mutex(0)

  struct Lost: Error {}

  init(failsAfter: Int = .max) { self.failsAfter = failsAfter }

  var useCount: Int { uses.load(ordering: .relaxed) }
  var largestPiece: Int { largest.withLock { $0 } }

  func raster(rows: Int, columns: Int) throws -> any WritableRaster {
    try use(0)
    return PiecewiseRaster(storage: self, raster: MemoryStorage().raster(rows: rows, columns: columns))
  }

  fileprivate func use(_ values: Int) throws {
    guard uses.wrappingAdd(1, ordering: .relaxed).newValue <= failsAfter else { throw Lost() }
    largest.withLock { $0 = max($0, values) }
  }
}

private struct PiecewiseRaster: WritableRaster {
  let storage: PiecewiseStorage
  let raster: any WritableRaster
  var rows: Int { raster.rows }
  var columns: Int { raster.columns }
  var heldBytes: Int { 0 }

  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    try storage.use(rows.count * columns.count)
    return try raster.piece(rows: rows, columns: columns)
  }

  func write(_ piece: Raster, row: Int, column: Int) throws {
    try storage.use(piece.values.count)
    try raster.write(piece, row: row, column: column)
  }
}

@Suite("Scoring band by band")
struct BandTests {
  private func source(_ scan: Scan, failsAfter: Int = .max) -> (ScanSource, PiecewiseImage) {
    let image = PiecewiseImage(scan.image, failsAfter: failsAfter)
    return (ScanSource(image: image, pixelSizeNM: scan.frame.pixelSizeNM, metadata: scan.metadata), image)
  }

  @Test("an image that is read in pieces gives the list of one in memory", arguments: [1.0, 1.5])
  func pieces(pixelSizeNM: Double) async throws {
    var model = FakeModel()
    model.usesContext = true
    let triage = try ScanTriage(model: model.calibrated(), rules: TriageRules())
    let scan = SquareFilm.scan(rows: 240, columns: 210, pixelSizeNM: pixelSizeNM, seed: 3)
    let whole = try await triage.triage(scan, workers: 2, keepsSpectra: true)
    #expect(whole.verdict == .in, "\(whole.reasons)")
    #expect(try await triage.triage(source(scan).0, workers: 3, keepsSpectra: true) == whole)
  }

  @Test("pieces stay small, however large the scan")
  func memory() async throws {
    var rules = TriageRules()
    rules.stridePixels = 16
    let triage = try ScanTriage(model: FakeModel().calibrated(), rules: rules)
    var largest: [Int] = []
    for side in [600, 2400] {
      let (scan, image) = source(SquareFilm.scan(rows: side, columns: side, vacuumNM: 45))
      #expect(try await triage.triage(scan, keepsMaps: false).verdict == .in)
      largest.append(image.largestPiece)
    }
    // A band of whole rows when levels are measured: 66 rows.
    #expect(largest[1] <= max(largest[0], 66 * 2400))
  }

  @Test("a scan of several bands each way has the score of each place where it belongs")
  func placesOfScores() async throws {
    var model = FakeModel()
    model.ensembleVariance = { 1e-4 * (1 + abs($0[0])) }
    model.roundTripError = { 0.05 + abs($0[255]) }
    var rules = TriageRules()
    rules.stridePixels = 9
    let scan = SquareFilm.scan(rows: 150, columns: 2300)
    let result = try await ScanTriage(model: model.calibrated(), rules: rules).triage(scan, workers: 2)
    let (maps, grid) = (try #require(result.maps), try #require(result.grid))
    #expect(grid.columns == Array(stride(from: 8, through: 2292, by: 9)))
    let normalised = try ScanNormalisation.normalise(scan.image, levels: ScanNormalisation.levels(of: scan.image))
    for (row, y) in grid.rows.enumerated() {
      for (column, x) in grid.columns.enumerated() {
        #expect(abs(maps.ensemble[row, column] - log(1e-4 * (1 + abs(normalised[y - 8, x - 8])) + 1e-9)) < 1e-5)
        #expect(abs(maps.roundTrip[row, column] - log(0.05 + abs(normalised[y + 7, x + 7]))) < 1e-5)
      }
    }
  }

  @Test("the list does not depend on whether maps are kept")
  func maps() async throws {
    let triage = try ScanTriage(model: FakeModel().calibrated(), rules: TriageRules())
    let scan = SquareFilm.scan(seed: 9)
    let (with, without) = (try await triage.triage(scan), try await triage.triage(scan, keepsMaps: false))
    #expect(with.targets == without.targets && with.statistics == without.statistics)
    #expect(with.maps != nil && without.maps == nil)
  }

  @Test("a file that can't be read on ends triage with its error, wherever that happens")
  func unreadable() async throws {
    let triage = try ScanTriage(model: FakeModel().calibrated(), rules: TriageRules())
    let scan = SquareFilm.scan()
    let (counted, image) = source(scan)
    _ = try await triage.triage(counted, workers: 2)
    for failsAfter in stride(from: 0, to: image.pieceCount, by: 3) {
      await #expect(throws: PiecewiseImage.Unreadable.self) {
        _ = try await triage.triage(source(scan, failsAfter: failsAfter).0, workers: 2)
      }
    }
  }

  @Test("scores that lie elsewhere are used in small pieces, and losing them ends triage with that error")
  func storage() async throws {
    var rules = TriageRules()
    rules.smoothingWindow = 5
    let triage = try ScanTriage(model: FakeModel().calibrated(), rules: rules)
    let scan = ScanSource(SquareFilm.scan(rows: 500, columns: 160))
    let storage = PiecewiseStorage()
    let result = try await triage.triage(scan, workers: 2, storage: storage, keepsMaps: false)
    #expect(!result.targets.isEmpty)
    #expect(try await triage.triage(scan, keepsMaps: false) == result)
    // 64 rows and two on either side, while they are smoothed.
    #expect(storage.largestPiece <= 68 * 73)
    for failsAfter in stride(from: 0, to: storage.useCount, by: 29) {
      await #expect(throws: PiecewiseStorage.Lost.self) {
        _ = try await triage.triage(
          scan, workers: 2, storage: PiecewiseStorage(failsAfter: failsAfter), keepsMaps: false)
      }
    }
  }

  @Test("a band asks before each block whether to go on")
  func checkpoints() throws {
    struct Stop: Error {}
    let band = TileBand(
      image: SquareFilm.scan().image, rows: EvenIndices(first: 8, step: 2, count: 20),
      columns: EvenIndices(first: 8, step: 3, count: 40), context: [])
    var asked = 0
    let answer = try FakeModel().roundTrip(band, keepsSpectra: false) { asked += 1 }
    #expect(asked == 13 && answer.count == 800 && answer.spectra.isEmpty && answer.latents.count == 2400)
    let one = FakeModel().roundTrip(band.batch(777..<778))
    #expect(answer.roundTripError[777] == one.roundTripError[0])
    #expect(throws: Stop.self) {
      try FakeModel().roundTrip(band, keepsSpectra: true) {
        asked += 1
        if asked == 15 { throw Stop() }
      }
    }
    #expect(asked == 15)
  }
}
