import FilmSimulation
import Foundation
import Microscopy
import SpectrumImageAnalysis
import StrictJSON
import Testing

@Suite("Chosen places")
struct PlacesTests {
  private struct Place {
    let kind: String
    let row, column: Int
  }

  private func places(_ folder: WrittenFolder, _ file: String) throws -> [Place] {
    let json = try folder.json(file)
    return try #require(json.array ?? json["places"]?.array).compactMap {
      guard let kind = $0["kind"]?.string, let row = $0["row"]?.int, let column = $0["column"]?.int else { return nil }
      return Place(kind: kind, row: row, column: column)
    }
  }

  /// Distance from a pixel to the nearest particle's centre, nm.
  private func centreDistance(_ film: SimulatedFilm, _ place: Place) -> Double {
    let (x, y) = ((Double(place.column) + 0.5) * 1.5, (Double(place.row) + 0.5) * 1.5)
    return film.particles.map { hypot($0.xNM - x, $0.yNM - y) }.min() ?? .infinity
  }

  @Test("particle, gap, hole and edge lie where the simulated film has them")
  func film() async throws {
    // A side of 13 nm and a gap of 2: a particle's inscribed circle has a radius of about 6 nm, and places farther than
    // 6 nm from every centre are gaps. A hole keeps all particles farther away than a lattice's largest gap can, 11 nm.
    let test = try TestFilm(rows: 96, columns: 96)
    let folder = try await WrittenFolder(test.set())
    let found = try places(folder, "fig4-places.json")
    for file in ["fig1-regions.json", "fig4-places.json", "fig6-places.json"] {
      for place in try places(folder, file) {
        let distance = centreDistance(test.film, place)
        switch place.kind {
        case "particle": #expect(distance < 4, "\(file) \(place)")
        case "gap", "edge": #expect(distance > 5.5, "\(file) \(place)")
        case "hole", "outside": #expect(distance > 11, "\(file) \(place)")
        default: Issue.record("unknown kind \(place.kind)")
        }
      }
    }
    #expect(Set(found.map(\.kind)).isSuperset(of: ["particle", "gap", "hole"]))
  }

  @Test("what an image does not have is left out with a note")
  func missing() async throws {
    var settings = FilmSettings()
    settings.rows = 60
    settings.columns = 60
    settings.marginNM = 30
    (settings.holes, settings.cracks, settings.edge, settings.vacancyShare) = (0, 0, .never, 0)
    let film = try SimulatedFilm(seed: 5, settings: settings)
    var set = try TestFilm(rows: 60, columns: 60).set()
    set.image = film.slowScan().image
    let folder = try await WrittenFolder(set)
    let kinds = try places(folder, "fig1-regions.json").map(\.kind)
    #expect(kinds == ["particle", "gap"])
    #expect(folder.outcome.notes.contains { $0.hasPrefix("No region R3 (hole)") })
    #expect(folder.outcome.notes.contains { $0.hasPrefix("No region R4 (outside)") })
  }
}
