import FilmSimulation
import Foundation
import Im2Spec
import ModelWorkshop
import SharedData
import Testing
import Triage

/// The bundle in `Sources/Im2Spec/Resources`, with the rules in `rules/triage`; tests run in the package's root.
@Suite("The model that ships", .serialized)
struct ShippedModelTests {
  static func model() throws -> ModelBundle {
    try ModelBundle(contentsOf: "Sources/Im2Spec/Resources/ft-io-film.safetensors")
  }

  static func rules() throws -> TriageRules {
    let name = "rules/triage/default.toml"
    return try TriageRules.parse([(name, String(contentsOfFile: name, encoding: .utf8))])
  }

  @Test("four members with context and ten latents, calibrated, with provenance, a few megabytes")
  func contents() throws {
    let model = try Self.model()
    #expect(model.memberCount == 4 && model.latentCount == 10 && model.usesContext)
    #expect(model.pixelSizeNM == 1.5 && model.energyEV.count == 128)
    #expect(model.bank.count >= 4000 && model.calibration != nil)
    #expect((model.training["training_sets"]?.array?.count ?? 0) >= 12)
    #expect(model.training["figures"]?["calibration_mean_error"]?.double != nil)
    #expect(!model.createdAt.isEmpty && !model.licence.isEmpty)
    try ModelDescription.verify(model)
  }

  @Test("a film is ranked, what is no film is refused with reasons and no ranks")
  func domain() async throws {
    let triage = try ScanTriage(model: Self.model(), rules: Self.rules())
    var settings = FilmSettings.testScan
    settings.edge = .never
    let film = try SimulatedFilm(seed: 77, settings: settings).fastScan()
    let ranked = try await triage.triage(film, workers: 2)
    #expect(ranked.verdict == .in)
    #expect(ranked.targets.count == 26)
    let strangers = [
      DomainTestScans.noise(seed: 1), DomainTestScans.ramp(seed: 2), DomainTestScans.blurred(film),
      DomainTestScans.inverted(film),
    ]
    for stranger in strangers {
      let result = try await triage.triage(stranger, workers: 2)
      #expect(result.verdict == .refused)
      #expect(result.targets.isEmpty && !result.reasons.isEmpty)
    }
  }

  @Test("the figures of merit hold on scans the model never saw, made by another simulator's code")
  func quality() async throws {
    guard SharedData.has("science/tuning") else { return }
    let report = try await QualityReport.measure(
      model: Self.model(), rules: Self.rules(), folder: "\(SharedData.root)/science/tuning", workers: 2)
    print(report.text)
    for row in report.rows { #expect(row.holds, "\(row.name): \(row.mean)") }
  }
}
