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

  /// Cubes of 13 nm on a lattice of 15 nm, one and its four neighbours left out around (52.5, 52.5) nm, none right of 95 nm.
  private static func lattice() throws -> (film: SimulatedFilm, centres: [(x: Double, y: Double)]) {
    let sites = (-2..<10).map { 7.5 + 15 * Double($0) }
    var centres: [(x: Double, y: Double)] = []
    for y in sites {
      for x in sites where x < 95 && hypot(x - 52.5, y - 52.5) > 16 { centres.append((x, y)) }
    }
    var settings = FilmSettings()
    settings.rows = 80
    settings.columns = 80
    let particles = centres.map {
      Particle(xNM: $0.x, yNM: $0.y, aNM: 6.5, bNM: 6.5, cNM: 6.5, exponent: 5, rotationRad: 0)
    }
    return (try SimulatedFilm(particles: particles, seed: 1, settings: settings), centres)
  }

  @Test("particle, gap, hole, outside and edge lie where the film was made to have them")
  func film() async throws {
    let (film, centres) = try Self.lattice()
    let folder = try await WrittenFolder(TestFilm(film).set())
    for file in ["fig1-regions.json", "fig4-places.json", "fig6-places.json"] {
      let found = try places(folder, file)
      let expected: Set = ["particle", "gap", "hole", "outside"]
      #expect(Set(found.map(\.kind)) == (file.hasPrefix("fig1") ? expected : expected.union(["edge"])))
      for place in found {
        let (x, y) = ((Double(place.column) + 0.5) * 1.5, (Double(place.row) + 0.5) * 1.5)
        let nearest = centres.map { hypot($0.x - x, $0.y - y) }.min() ?? .infinity
        let fromHole = hypot(x - 52.5, y - 52.5)
        switch place.kind {
        case "particle": #expect(nearest < 3 && fromHole > 25, "\(file) \(place)")
        case "gap": #expect(nearest > 6.5 && nearest < 11 && fromHole > 25, "\(file) \(place)")
        case "edge": #expect(nearest > 6.5 && nearest < 13, "\(file) \(place)")
        case "hole": #expect(fromHole < 5, "\(file) \(place)")
        case "outside": #expect(x > 104, "\(file) \(place)")
        default: Issue.record("unknown kind \(place.kind)")
        }
      }
    }
  }

  @Test("what an image does not have is left out with a note")
  func missing() async throws {
    var settings = FilmSettings()
    settings.rows = 44
    settings.columns = 44
    settings.marginNM = 30
    (settings.holes, settings.cracks, settings.edge, settings.vacancyShare) = (0, 0, .never, 0)
    let film = try SimulatedFilm(seed: 5, settings: settings)
    let folder = try await WrittenFolder(TestFilm(film).set())
    let kinds = try places(folder, "fig1-regions.json").map(\.kind)
    #expect(kinds == ["particle", "gap"])
    #expect(folder.outcome.notes.contains { $0.hasPrefix("No region R3 (hole)") })
    #expect(folder.outcome.notes.contains { $0.hasPrefix("No region R4 (outside)") })
  }
}
