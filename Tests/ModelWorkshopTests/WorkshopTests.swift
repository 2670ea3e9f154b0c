import FilmSimulation
import Foundation
import Im2Spec
import ModelWorkshop
import NeuralNetworks
import Testing

@Suite("From simulated films to a model")
struct WorkshopTests {
  static func temporaryFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "workshop-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  static func smallFilm(_ seed: UInt64) throws -> SimulatedFilm {
    var settings = FilmSettings()
    settings.rows = 64
    settings.columns = 72
    settings.marginNM = 30
    settings.holes = 1
    settings.edge = .never
    settings.anomalies = .random(visible: 1, invisible: 0)
    return try SimulatedFilm(seed: seed, settings: settings)
  }

  static func settings(context: Bool = true) -> EnsembleSettings {
    var settings = EnsembleSettings()
    settings.members = 2
    settings.latents = 4
    settings.context = context
    settings.training.steps = 150
    settings.spec2imSteps = 60
    return settings
  }

  @Test("a film written to disk is the set that comes back, positions and spectra together")
  func writeAndLoad() async throws {
    let folder = try Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let film = try Self.smallFilm(3)
    try await SimulationWriter.writeFilm(film, positions: 60, folder: folder, workers: 2)
    let sets = try SpectrumSetLoader().load([folder])
    #expect(sets.count == 1 && sets[0].name == "film" && sets[0].channels == 128)
    #expect(sets[0].positions == film.randomPositions(count: 60))
    let clean = try await film.spectra(at: sets[0].positions, workers: 1)
    #expect(sets[0].counts == film.noisySpectra(clean))
    #expect(sets[0].image == film.slowScan().image)
    let half = try #require(sets[0].cleanCounts)
    for (a, b) in zip(half, clean) { #expect(abs(a - b) <= abs(b) / 1024 + 1e-3) }
  }

  @Test("training beats the mean spectrum, repeats from its seed whatever the workers, and calibrates")
  func build() async throws {
    let film = try Self.smallFilm(4)
    let folder = try Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await SimulationWriter.writeFilm(film, positions: 700, folder: folder, workers: 2)
    let (training, calibration) = try SpectrumSetLoader().trainingAndCalibration(
      ["\(folder)/film_haadf.npy"], calibration: [], seed: 1)
    #expect(!training.isEmpty && !calibration.isEmpty)
    func draft(workers: Int) async throws -> ModelBundleDraft {
      var settings = Self.settings()
      settings.workers = workers
      return try await ModelBuilder(settings: settings, source: "test", createdAt: "2026-01-01T00:00:00Z")
        .build(training: training, calibration: calibration)
    }
    let first = try await draft(workers: 2)
    try first.write(to: "\(folder)/a.safetensors")
    try await draft(workers: 1).write(to: "\(folder)/b.safetensors")
    let (a, b) = (
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.safetensors")),
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/b.safetensors"))
    )
    #expect(a == b)
    let model = try ModelBundle(contentsOf: "\(folder)/a.safetensors")
    let evaluation = try SetEvaluation(model: model, set: calibration[0])
    #expect(evaluation.spectra.nmse < 0.9 * evaluation.spectraBaseline.nmse)
    try ModelDescription.verify(model)
    #expect(model.calibration?.positions == calibration[0].positions.count)
  }

  @Test("what is missing is named, with what to do")
  func errors() throws {
    let folder = try Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: MissingInput.self) { try SpectrumSetLoader().load([folder + "/absent"]) }
    let empty = try #require(throws: WorkshopError.self) { try SpectrumSetLoader().load([folder]) }
    #expect(empty.description.contains("_haadf.npy"))
  }
}
