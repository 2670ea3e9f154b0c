import Foundation
import Im2Spec
import Microscopy
import SeededRandom
import Testing
import Triage

@Suite("Ranking the places of a scan")
struct ScanTriageTests {
  private func rank(
    _ scan: Scan, model: FakeModel = FakeModel(), rules: TriageRules = TriageRules(), workers: Int = 1,
    keepsSpectra: Bool = false
  ) async throws -> TriageResult {
    try await ScanTriage(model: model.calibrated(), rules: rules)
      .triage(scan, workers: workers, keepsSpectra: keepsSpectra)
  }

  @Test("an ordinary scan gets six anchors and twenty ranked targets, anomaly and error in turn")
  func composition() async throws {
    let result = try await rank(SquareFilm.scan())
    #expect(result.verdict == .in, "\(result.reasons)")
    #expect(result.targets.map(\.rank) == Array(1...26))
    #expect(result.targets.prefix(6).allSatisfy { $0.kind == .anchor })
    #expect(
      result.targets.dropFirst(6).map(\.kind) == (0..<20).map { $0 % 2 == 0 ? .anomaly : .error })
    #expect(result.targets.map(\.priority) == (0..<26).map { Double(26 - $0) / 26 })
    #expect(result.targets.allSatisfy { $0.dwellMS == 100 && !$0.reason.isEmpty })
    #expect(result.grid?.rows == Array(stride(from: 8, through: 152, by: 2)))
  }

  @Test("a budget changes neither places nor ranks nor dwell, and every target says what it costs and whether it fits")
  func budget() async throws {
    let free = try await rank(SquareFilm.scan())
    var rules = TriageRules()
    rules.budget.seconds = 1
    rules.budget.exposedSideNM = 10
    let limited = try await rank(SquareFilm.scan(), rules: rules)
    #expect(limited.targets.map(\.position) == free.targets.map(\.position))
    #expect(limited.targets.map(\.dwellMS) == free.targets.map(\.dwellMS))
    #expect(free.targets.allSatisfy { $0.fitsBudget && $0.estimatedSeconds >= 0.12 && $0.dosePerNM2 > 5.5e6 })
    // Eight of 0.12 s; anchors are first in rank.
    #expect(limited.targets.map(\.fitsBudget) == (1...26).map { $0 <= 8 })
    #expect(limited.targets.map(\.visitOrder).sorted() == Array(1...26) && limited.budget.fitting == 8)
    rules.budget.dosePerNM2 = 1e5
    let dosed = try await rank(SquareFilm.scan(), rules: rules)
    #expect(dosed.targets.allSatisfy { !$0.fitsBudget && $0.reason.contains("above the budget's 1e+05") })
    #expect(dosed.budget.aboveDose == 26 && dosed.budget.seconds == 0)
  }

  @Test("the strangest place is the first anomaly, the worst round trip the first error")
  func knownAnswers() async throws {
    var model = FakeModel()
    // Bright spots raise the variance, dark ones the round trip error.
    model.ensembleVariance = { 1e-4 * (1 + max(0, FakeModel.centre($0) - 1.6) * 40) }
    model.roundTripError = { 0.05 + max(0, -1 - FakeModel.centre($0)) }
    var scan = SquareFilm.withSpot(SquareFilm.scan(), row: 60, column: 100, value: 2.5)
    scan = SquareFilm.withSpot(scan, row: 120, column: 70, value: -3)
    var rules = TriageRules()
    rules.errorWeights = [.roundTrip: 1]
    rules.clipHigh = 1_000  // the fake model spreads so little that lower clips would tie
    let result = try await rank(scan, model: model, rules: rules)
    let anomaly = try #require(result.targets.first { $0.kind == .anomaly })
    let error = try #require(result.targets.first { $0.kind == .error })
    #expect(anomaly.position.chebyshevDistance(to: PixelPosition(row: 60, column: 100)) <= 4)
    #expect(error.position.chebyshevDistance(to: PixelPosition(row: 120, column: 70)) <= 4)
    #expect(anomaly.reason.contains("ensemble spread +") && error.reason.contains("round trip"))
    #expect((anomaly.standardisedScores["ensemble"] ?? 0) > 3 && (error.standardisedScores["round_trip"] ?? 0) > 8)
    #expect(anomaly.predictedErrorInterval.contains(anomaly.predictedError))
  }

  @Test("raw scores of a target equal a brute-force computation")
  func bruteForce() async throws {
    let model = try FakeModel().calibrated()
    let scan = SquareFilm.scan()
    let result = try await ScanTriage(model: model, rules: TriageRules()).triage(scan)
    let levels = try ScanNormalisation.levels(of: scan.image)
    let normalised = try ScanNormalisation.normalise(scan.image, levels: levels)
    for target in result.targets.prefix(8) {
      let tile = (0..<256).map { normalised[target.position.row - 8 + $0 / 16, target.position.column - 8 + $0 % 16] }
      #expect(target.tile.values == tile)
      let pooled = BruteForce.canonicalPool(tile)
      let distances = (0..<model.bank.count).map { index in
        BruteForce.distance(pooled, BruteForce.canonicalPool(Array(model.bank.tiles[index * 256..<(index + 1) * 256])))
      }
      let expected = log(distances.sorted().prefix(5).reduce(0, +) / 5)
      #expect(abs((target.rawScores["tile_knn"] ?? 9) - expected) < 1e-5)
      let variance = Double(model.ensembleVariance(tile))
      #expect(abs((target.rawScores["ensemble"] ?? 9) - log(variance + 1e-9)) < 1e-9)
      #expect(target.spectrum == (0..<8).map { FakeModel.mean(tile) * Float($0) })
      #expect(target.roundTripTile.values == tile.map { $0 * 0.5 })
    }
  }

  @Test("any number of workers gives the same bytes", arguments: [2, 3, 7])
  func determinism(workers: Int) async throws {
    let scan = SquareFilm.scan(seed: 5)
    let single = try await rank(scan, keepsSpectra: true)
    let several = try await rank(scan, workers: workers, keepsSpectra: true)
    #expect(single == several)
    #expect(single.spectra?.count == 73 * 73 * 8)
  }

  @Test("gain and offset of the detector change nothing")
  func gainAndOffset() async throws {
    let plain = try await rank(SquareFilm.scan())
    let changed = try await rank(SquareFilm.scan(gain: 64, offset: -8))
    #expect(plain.targets.map(\.position) == changed.targets.map(\.position))
  }

  @Test("targets keep their distance, stay out of vacuum, and anchors below the median", arguments: 1...12)
  func spacing(seed: Int) async throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var rules = TriageRules()
    rules.minimumDistanceNM = generator.uniform(10, 60)
    rules.anchors = generator.index(below: 9)
    rules.rankedTargets = 1 + generator.index(below: 40)
    rules.anomalyPicks = 1 + generator.index(below: 3)
    rules.errorPicks = generator.index(below: 3)
    rules.stridePixels = 1 + generator.index(below: 4)
    rules.borderPixels = 8 + generator.index(below: 20)
    let size = generator.uniform(0.9, 1.9)
    let columns = 110 + generator.index(below: 60)
    let scan = SquareFilm.scan(columns: columns, pixelSizeNM: size, seed: UInt64(seed))
    let result = try await rank(scan, rules: rules)
    try #require(result.verdict != .refused, "seed \(seed): \(result.reasons)")
    let maps = try #require(result.maps)
    let grid = try #require(result.grid)
    let median = maps.combined.values.sorted()[maps.combined.values.count / 2]
    #expect(result.targets.count <= rules.anchors + rules.rankedTargets && !result.targets.isEmpty)
    for (index, target) in result.targets.enumerated() {
      #expect(target.xNM > 45 - 24, "seed \(seed): a target in vacuum at \(target.xNM) nm")
      #expect(target.xNM == Double(target.position.column) * size && target.yNM == Double(target.position.row) * size)
      #expect(target.xFraction == (Double(target.position.column) + 0.5) / Double(columns))
      for other in result.targets.prefix(index) {
        let distance = max(abs(target.xNM - other.xNM), abs(target.yNM - other.yNM))
        #expect(distance >= rules.minimumDistanceNM - 1e-5, "seed \(seed): ranks \(other.rank) and \(target.rank)")
      }
      if target.kind == .anchor {
        let row = try #require(grid.rows.firstIndex(of: target.position.row))
        let column = try #require(grid.columns.firstIndex(of: target.position.column))
        #expect(maps.combined[row, column] <= median)
      }
    }
  }

  @Test("a finer scan is resampled and its targets come back in its own pixels")
  func resampling() async throws {
    var model = FakeModel()
    model.ensembleVariance = { 1e-4 * (1 + max(0, FakeModel.centre($0) - 1.6) * 40) }
    let fine = SquareFilm.withSpot(
      SquareFilm.scan(rows: 240, columns: 300, pixelSizeNM: 1.0), row: 90, column: 201, value: 2.5)
    let result = try await rank(SquareFilm.withSpot(fine, row: 90, column: 201, value: 0), model: model)
    #expect(result.verdict == .in, "\(result.reasons)")
    let first = try #require(result.targets.first { $0.kind == .anomaly })
    #expect(first.position.chebyshevDistance(to: PixelPosition(row: 90, column: 201)) <= 6)
    // Tile centre 8 of the 1.5-nm grid lies at 8.5 · 1.5 − 0.5 = 12.25 pixels of 1 nm.
    #expect(result.grid?.rows.first == 12 && result.grid?.columns.first == 12)
    #expect(result.grid?.rows.count == 73 && result.grid?.columns.count == 93)
  }

  @Test("weights, dwell and picks follow the rules")
  func rulesAreFollowed() async throws {
    var rules = TriageRules()
    rules.weights = [.novelty: 2]
    rules.errorPicks = 0
    rules.anchors = 0
    rules.anomalyDwellMS = 250
    rules.budget.beamCurrentPA = 20
    rules.electronLimitMillions = 12.483  // 20 pA bring 124.83 million electrons a second: 100 ms
    let result = try await rank(SquareFilm.scan(), rules: rules)
    #expect(result.targets.count == 20 && result.targets.allSatisfy { $0.kind == .anomaly })
    #expect(result.targets.allSatisfy { abs($0.dwellMS - 100) < 0.01 })
    let reason = try #require(result.targets.first?.reason)
    #expect(reason.contains("novelty") && !reason.contains("round trip"))
  }

  @Test("every stage is reported once, in order")
  func stages() async throws {
    var stages: [TriageStage] = []
    _ = try await ScanTriage(model: FakeModel().calibrated(), rules: TriageRules())
      .triage(SquareFilm.scan()) { stages.append($0) }
    #expect(stages == TriageStage.allCases)
  }

  @Test("a cancelled task stops between blocks")
  func cancellation() async throws {
    let triage = try ScanTriage(model: FakeModel().calibrated(), rules: TriageRules())
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await triage.triage(SquareFilm.scan())
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

/// Straightforward versions of what the room computes cleverly.
enum BruteForce {
  /// All eight images by coordinates, the largest top-left 2×2 sum, then the larger q01 − q10.
  static func canonicalPool(_ tile: [Float]) -> [Double] {
    var pool = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    for row in 0..<16 { for column in 0..<16 { pool[row / 4][column / 4] += Double(tile[row * 16 + column]) / 16 } }
    var best: (corner: Double, tie: Double, image: [[Double]])?
    for mirrored in [false, true] {
      for turns in 0..<4 {
        var image = mirrored ? pool.map { Array($0.reversed()) } : pool
        for _ in 0..<turns { image = (0..<4).map { row in (0..<4).map { image[$0][3 - row] } } }
        let corner = ((image[0][0] + image[1][1]) + (image[0][1] + image[1][0]))
        let tie = image[0][1] - image[1][0]
        if best.map({ (corner, tie) > ($0.corner + 1e-7, $0.tie) || (abs(corner - $0.corner) <= 1e-7 && tie > $0.tie) })
          ?? true
        {
          best = (corner, tie, image)
        }
      }
    }
    return best?.image.flatMap { $0 } ?? []
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
