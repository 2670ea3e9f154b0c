// Honest figures: folds apart, what was trained on left out, few pairs against an independent calculation.

import FilmSimulation
import Foundation
import Im2Spec
import Microscopy
import ModelWorkshop
import SharedData
import StrictJSON
import Testing

@Suite("Judging")
struct JudgingTests {
  private static func set(rows: Int = 48, columns: Int = 56) async throws -> SpectrumSet {
    var settings = FilmSettings()
    settings.rows = rows
    settings.columns = columns
    settings.marginNM = 30
    settings.holes = 1
    settings.edge = .never
    let film = try SimulatedFilm(seed: 21, settings: settings)
    let folder = try WorkshopTests.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await SimulationWriter.writeFilm(film, positions: nil, folder: folder, workers: 2)
    return try SpectrumSetLoader().load([folder])[0]
  }

  @Test("networks that saw other blocks beat the mean spectrum; random folds look better than blocks")
  func crossValidation() async throws {
    let set = try await Self.set()
    var settings = EnsembleSettings()
    settings.members = 1
    settings.training.steps = 150
    settings.spec2imSteps = 40
    func judge(isRandom: Bool) async throws -> [SetEvaluation] {
      let validation = BlockCrossValidation(folds: 2, guardBand: 8, settings: settings, isRandom: isRandom)
      return try await validation.predict(set, latents: [2, 6]).map { try SetEvaluation($0, of: set, split: "a split") }
    }
    let blocks = try await judge(isRandom: false)
    #expect(blocks.map(\.latents) == [2, 6])
    for one in blocks {
      #expect(one.positions == set.positions.count)
      #expect(one.spectra.nmse < 0.8 * one.spectraBaseline.nmse)
      // The baseline is the other fold's mean, so it explains less than nothing here.
      #expect(one.spectraBaseline.unexplainedVariance >= 1)
      #expect(one.cleanSpectra.map { $0.nmse < one.spectra.nmse } == true)
      #expect(one.json["split"] == "a split" && one.json["latents"]?.int == one.latents)
    }
    let random = try await judge(isRandom: true)
    #expect(random[1].spectra.unexplainedVariance < blocks[1].spectra.unexplainedVariance)
    let table = SetEvaluation.table(blocks)
    for words in ["im2spec, 2 latents", "spec2im, 6 latents", "mean spectrum everywhere", "mean tile everywhere"] {
      #expect(table.contains(words))
    }
  }

  @Test("a fold that leaves too little to train on is told")
  func smallFold() async throws {
    let set = try await Self.set(rows: 34, columns: 34)
    let validation = BlockCrossValidation(folds: 4, settings: EnsembleSettings())
    let failure = await #expect(throws: WorkshopError.self) { try await validation.predict(set, latents: [2]) }
    #expect(failure?.description.contains("guard band") == true)
  }

  @Test(
    "an interrupted training goes on to the same bytes; with other settings it is refused; what was seen is left out")
  func checkpoints() async throws {
    let set = try await Self.set(rows: 56, columns: 60)
    let folder = try WorkshopTests.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parts = ModelBuilder.split([set], seed: 3)
    var settings = WorkshopTests.settings()
    settings.seed = 3
    settings.training.steps = 24
    settings.spec2imSteps = 12
    func builder(_ settings: EnsembleSettings) -> ModelBuilder {
      ModelBuilder(settings: settings, source: "test", createdAt: "2026-01-01T00:00:00Z")
    }
    func kept(_ settings: EnsembleSettings) throws -> TrainingCheckpoints {
      try TrainingCheckpoints(
        folder: "\(folder)/unfinished",
        identity: builder(settings).identity(training: parts.training, calibration: parts.calibration))
    }
    let whole = try await builder(settings).build(training: parts.training, calibration: parts.calibration)
    try whole.write(to: "\(folder)/whole.safetensors")

    // The first member is finished and kept, then the run is cancelled.
    let interrupted = Task { [settings] in
      var alone = settings
      alone.workers = 1
      return try await builder(alone).build(
        training: parts.training, calibration: parts.calibration, checkpoints: kept(settings)
      ) { progress in
        if progress.network == "im2spec 1" { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    _ = await interrupted.result
    #expect(try !kept(settings).isEmpty)
    var other = settings
    other.latents = 5
    let refusal = #expect(throws: WorkshopError.self) { try kept(other) }
    #expect(refusal?.description.contains("other data or with other settings") == true)

    let again = try await builder(settings).build(
      training: parts.training, calibration: parts.calibration, checkpoints: kept(settings))
    try again.write(to: "\(folder)/again.safetensors")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/whole.safetensors"))
        == Data(contentsOf: URL(fileURLWithPath: "\(folder)/again.safetensors")))
    try kept(settings).remove()
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/unfinished"))

    let model = try ModelBundle(contentsOf: "\(folder)/whole.safetensors")
    let held = try SetEvaluation.unseen(model: model, set: set)
    #expect(held.positions == parts.calibration[0].positions.count && held.split.contains("kept back"))
    let seen = #expect(throws: WorkshopError.self) { try SetEvaluation.unseen(model: model, set: parts.training[0]) }
    #expect(seen?.description.contains("trained on every position") == true)
  }

  @Test("ten real pairs, each left out once, against a calculation in NumPy")
  func fewPairs() throws {
    guard SharedData.has("seed_scan/pairs.npz") else { return }
    // Made from pairs.npz by numpy.load and numpy.save; expected values by a separate script of numpy 2.4
    // (mean, nearest tile, ridge 0.1 on mean, 5×5 mean and deviation; Chebyshev distance at least 16).
    let folder = try WorkshopTests.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SeedPairs.write(to: folder)
    let set = try SpectrumSetLoader(pixelSizeNM: 1.7).load([folder])[0]
    let few = try FewPairsEvaluation(set)
    #expect(few.pairs == 10 && few.predicted == 10)
    let expected = [(0.2243, 0.1792, 1.3760), (0.2046, 0.1476, 1.1335), (0.1471, 0.0780, 0.5987)]
    for (result, values) in zip(few.results, expected) {
      #expect(abs(result.measures.paperError - values.0) < 1e-3, "\(result.predictor)")
      #expect(abs(result.measures.nmse - values.1) < 1e-3)
      #expect(abs(result.measures.unexplainedVariance - values.2) < 1e-2)
    }
  }
}
