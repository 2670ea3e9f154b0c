import Foundation
import Im2Spec
import Microscopy
import SeededRandom
import Testing
import Triage

@Suite("Which scans are ranked, marked or refused")
struct DomainVerdictTests {
  private func judge(
    _ scan: Scan, model: FakeModel = FakeModel(), rules: TriageRules = TriageRules()
  ) async throws -> TriageResult {
    try await ScanTriage(model: model.calibrated(), rules: rules).triage(scan)
  }

  private func expectRefusal(_ result: TriageResult, _ words: String) {
    #expect(result.verdict == .refused && result.targets.isEmpty)
    #expect(result.reasons.contains { $0.contains(words) }, "\(result.reasons)")
  }

  @Test("a scan without pixel size is refused and told what to set", arguments: [nil, 0, -1, .nan, .infinity])
  func noPixelSize(size: Double?) async throws {
    var scan = SquareFilm.scan()
    scan.frame.pixelSizeNM = size
    let result = try await judge(scan)
    #expect(result.reasons == ["no pixel size; set default_pixel_size_nm"])
    expectRefusal(result, "no pixel size")
  }

  @Test("a number that is not finite is named by its place", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) async throws {
    var scan = SquareFilm.scan()
    scan.image[17, 23] = value
    expectRefusal(try await judge(scan), "row 17, column 23 is not a finite number")
  }

  @Test(
    "scans with no room for a tile are refused, never a trap",
    arguments: [(0, 0), (1, 1), (1, 500), (15, 160), (160, 15)])
  func small(rows: Int, columns: Int) async throws {
    let scan = Scan(image: Raster(rows: rows, columns: columns, repeating: 1), pixelSizeNM: 1.5)
    expectRefusal(try await judge(scan), "less than one tile of 16×16")
  }

  @Test(
    "a field of view that is small only in the model's pixels is refused too",
    arguments: [
      (1.0, "covers 13×13 pixels of the model"), (0.05, "resampling 20 pixels"), (1e-9, "resampling 20 pixels"),
    ])
  func smallAfterResampling(size: Double, words: String) async throws {
    let scan = Scan(image: Raster(rows: 20, columns: 20, repeating: 1), pixelSizeNM: size)
    expectRefusal(try await judge(scan), words)
  }

  @Test("exactly one tile is enough to be looked at")
  func oneTile() async throws {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<256).map { _ in Float(generator.uniform()) }
    let result = try await judge(Scan(image: Raster(rows: 16, columns: 16, values: values), pixelSizeNM: 1.5))
    #expect(result.verdict == .refused)  // noise, by its own reasons
  }

  @Test("a constant scan is refused", arguments: [Float(0), 7, -3e30])
  func constant(level: Float) async throws {
    let scan = Scan(image: Raster(rows: 64, columns: 64, repeating: level), pixelSizeNM: 1.5)
    expectRefusal(try await judge(scan), "the scan is constant at")
  }

  @Test("noise is refused for its levels, and says so in numbers")
  func noise() async throws {
    var generator = SeededGenerator(seed: 4)
    let values = (0..<160 * 160).map { _ in Float(generator.poisson(100)) / 100 }
    expectRefusal(
      try await judge(Scan(image: Raster(rows: 160, columns: 160, values: values), pixelSizeNM: 1.5)),
      "noise deviations above the background, limit 2.50")
  }

  @Test("a ramp is refused for its missing lattice")
  func ramp() async throws {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<160 * 160).map { Float($0 % 160) / 160 + Float(0.1 * generator.normal()) }
    expectRefusal(
      try await judge(Scan(image: Raster(rows: 160, columns: 160, values: values), pixelSizeNM: 1.5)),
      "no particle lattice")
  }

  @Test("pixels 1.33 times the model's are marked, more than 1.6 times refused")
  func coarse() async throws {
    let marked = try await judge(SquareFilm.scan(rows: 120, columns: 120, pixelSizeNM: 2.0))
    #expect(marked.verdict == .marked && marked.targets.count > 6, "\(marked.reasons)")
    #expect(marked.reasons.contains { $0.contains("1.33 times the model's 1.500 nm") }, "\(marked.reasons)")
    expectRefusal(try await judge(SquareFilm.scan(rows: 96, columns: 96, pixelSizeNM: 2.5)), "1.67 times the model's")
  }

  @Test("another lattice pitch is marked")
  func pitch() async throws {
    let result = try await judge(SquareFilm.scan(pitchNM: 21))
    #expect(result.verdict == .marked && !result.targets.isEmpty)
    #expect(result.reasons.contains { $0.contains("lattice pitch 14 px is +40 % off") }, "\(result.reasons)")
  }

  @Test("disagreement of the networks over the whole scan marks, more refuses")
  func ensembleShift() async throws {
    let model = try FakeModel().calibrated()
    let scale = try #require(model.calibration?.scales["ensemble"])
    for (shift, verdict) in [(0.5, DomainVerdict.in), (1.2, .marked), (2.6, .refused)] {
      var shifted = model
      let ensembleVariance = model.ensembleVariance
      let factor = Float(exp(shift * scale.standardDeviation))
      shifted.ensembleVariance = { ensembleVariance($0) * factor }
      let result = try await ScanTriage(model: shifted, rules: TriageRules()).triage(SquareFilm.scan(seed: 77))
      #expect(result.verdict == verdict, "\(shift): \(result.reasons)")
      #expect(abs((result.statistics.ensembleShift ?? 99) - shift) < 0.3)
      #expect(verdict != .refused || result.targets.isEmpty)
    }
  }

  @Test("surroundings that the training films never had are marked by name")
  func context() async throws {
    var model = FakeModel()
    model.usesContext = true
    model = try model.calibrated()
    let known = try await ScanTriage(model: model, rules: TriageRules()).triage(SquareFilm.scan())
    #expect(known.verdict == .in, "\(known.reasons)")
    model.calibration?.contextRanges[9] = 0...0.1  // C64
    let foreign = try await ScanTriage(model: model, rules: TriageRules()).triage(SquareFilm.scan())
    #expect(foreign.verdict == .marked && !foreign.targets.isEmpty)
    #expect(foreign.reasons.contains { $0.contains("mostly C64") }, "\(foreign.reasons)")
    #expect((foreign.statistics.contextOutsideFraction ?? 0) > 0.5)
  }

  @Test("known levels from the rules replace the scan's own")
  func knownLevels() async throws {
    var rules = TriageRules()
    (rules.backgroundLevel, rules.particleLevel) = (0, 1)
    let result = try await judge(SquareFilm.scan(), rules: rules)
    #expect(result.statistics.levels == ScanLevels(background: 0, particle: 1))
    (rules.backgroundLevel, rules.particleLevel) = (1, 0)
    expectRefusal(try await judge(SquareFilm.scan(), rules: rules), "is not below particle level")
  }

  @Test("a refused scan yields anchors alone when the rules say so")
  func anchorsOnly() async throws {
    var rules = TriageRules()
    rules.smallestSignalToNoise = 100
    expectRefusal(try await judge(SquareFilm.scan(), rules: rules), "limit 100.00")
    rules.refusedScanKeepsAnchors = true
    let result = try await judge(SquareFilm.scan(), rules: rules)
    #expect(result.verdict == .refused && result.targets.map(\.kind) == .init(repeating: .anchor, count: 6))
  }

  @Test("a model that answers NaN is a reason, not a trap")
  func brokenModel() async throws {
    var model = try FakeModel().calibrated()
    model.ensembleVariance = { FakeModel.centre($0) > 1 ? .nan : 1e-4 }
    let result = try await ScanTriage(model: model, rules: TriageRules()).triage(SquareFilm.scan())
    expectRefusal(result, "predictions are not finite numbers; verify the model file")
  }

  @Test("a model without calibration, or without a weighted score's, is refused at the start")
  func uncalibrated() throws {
    #expect(throws: TriageError.self) { try ScanTriage(model: FakeModel(), rules: TriageRules()) }
    var model = try FakeModel().calibrated()
    model.calibration?.scales["novelty"] = nil
    #expect(throws: TriageError.self) { try ScanTriage(model: model, rules: TriageRules()) }
    model = try FakeModel().calibrated()
    model.bank.tiles.removeLast()
    #expect(throws: TriageError.self) { try ScanTriage(model: model, rules: TriageRules()) }
  }

  @Test("extreme values end in a verdict", arguments: 0..<6)
  func extremes(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let scale = [Float.greatestFiniteMagnitude, 1e30, 1e-37, .leastNonzeroMagnitude, 1, 1e20][Int(seed)]
    let values = (0..<64 * 64).map { _ in Float(generator.uniform(-1, 1)) * scale }
    let scan = Scan(image: Raster(rows: 64, columns: 64, values: values), pixelSizeNM: 1.2)
    #expect(try await judge(scan).verdict == .refused)
  }
}
