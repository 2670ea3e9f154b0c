import FilmSimulation
import Foundation
import Im2Spec
import Microscopy
import ModelWorkshop
import SpectrumImageAnalysis
import StrictJSON
import Testing

@Suite("A folder of figures")
struct FolderTests {
  /// One analysis of 64×64 pixels, 49×49 tiles, looked at by several tests.
  private static let shared = Task { try await WrittenFolder(try TestFilm().set()) }

  /// Texts between `prefix` and the next quotation mark.
  private func quoted(_ prefix: String, in text: String) -> [String] {
    text.components(separatedBy: prefix).dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  @Test("the page shows every picture and links every number file, all of them there, and nothing from elsewhere")
  func page() async throws {
    let folder = try await Self.shared.value
    let html = try folder.text("index.html")
    let pictures = quoted("src=\"", in: html)
    let links = quoted("href=\"", in: html).filter { !$0.hasPrefix("#") }
    for name in [
      "fig1a-haadf.png", "fig1b-region-spectra.png", "fig1-nmf.png", "fig3-errors.png", "fig3-latent-grid.png",
      "fig3-back-projection.png", "fig3-clusters.png", "fig4-places.png", "fig5-errors.png", "fig5-latent-grid.png",
      "fig5-back-projection.png", "fig5-clusters.png", "fig6-places.png", "figS1-latents.png", "figS3-by2.png",
    ] { #expect(pictures.contains(name), "\(name)") }
    for name in pictures {
      #expect(try folder.data(name).prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), "\(name)")
    }
    for name in links { #expect(try !folder.data(name).isEmpty, "\(name)") }
    #expect(Set(folder.names) == Set(pictures + links + ["index.html", "analysis.json"]))
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"))
    #expect(folder.outcome.page == "\(folder.path)/index.html")
    // A quarter of 64×64 pixels is 16×16: one tile, too few, and said so.
    #expect(folder.outcome.notes.contains { $0.hasPrefix("1/4 of the sampling is left out") })
    #expect(html.contains("1/4 of the sampling is left out"))
  }

  @Test("arrays have the shapes of their figures")
  func shapes() async throws {
    let folder = try await Self.shared.value
    #expect(try folder.array("fig1-nmf-abundances.npy").shape == [49, 49, 4])
    #expect(try folder.array("fig1-nmf-endmembers.npy").shape == [4, 32])
    #expect(try folder.array("fig3-paper-error.npy").shape == [3, 49, 49])
    #expect(try folder.array("fig3-latent-grid.npy").shape == [8, 8, 32])
    #expect(try folder.array("fig5-latent-grid.npy").shape == [8, 8, 16, 16])
    #expect(try folder.array("fig6-tiles.npy").shape.suffix(3) == [3, 16, 16])
    #expect(try folder.array("figS3-by2-paper-error.npy").shape == [4, 17, 17])
    #expect(try folder.json("figS1-latents.json")["im2spec"]?.array?.compactMap { $0["latents"]?.int } == [2, 4])
    #expect(try folder.json("analysis.json")["tiles"]?.int == 49 * 49)
  }

  @Test("errors of places are the paper's measure of the spectra written beside them, and stand in the map")
  func errors() async throws {
    let folder = try await Self.shared.value
    let places = try #require(try folder.json("fig4-places.json")["places"]?.array)
    let (shape, spectra) = try folder.array("fig4-spectra.npy")
    #expect(shape == [places.count, 3, 32])
    let map = try folder.array("fig3-paper-error.npy")
    for (index, place) in places.enumerated() {
      let stated = try #require(place["paper_error"]?.array?.compactMap { $0.double })
      let row = try #require(place["row"]?.int) - 8
      let column = try #require(place["column"]?.int) - 8
      for layer in 0..<2 {
        func value(_ which: Int, _ channel: Int) -> Double { Double(spectra[(index * 3 + which) * 32 + channel]) }
        let difference = (0..<32).reduce(0.0) { $0 + pow(value(layer + 1, $1) - value(0, $1), 2) }
        let sum = (0..<32).reduce(0.0) { $0 + pow(value(layer + 1, $1) + value(0, $1), 2) }
        #expect(abs((difference / sum).squareRoot() - stated[layer]) < 1e-5)
        #expect(abs(Double(map.values[(layer * 49 + row) * 49 + column]) - stated[layer]) < 1e-6)
      }
    }
  }

  @Test("the same set and settings give the same files, whatever the workers")
  func repeatable() async throws {
    let set = try TestFilm(rows: 48, columns: 48).set()
    var settings = TestFilm.settings
    settings.workers = 1
    let first = try await WrittenFolder(set, settings: settings)
    settings.workers = 2
    let second = try await WrittenFolder(set, settings: settings)
    #expect(first.names == second.names && first.names.count > 20)
    for name in first.names { #expect(try first.data(name) == second.data(name), "\(name)") }
    settings.seed = 1
    let other = try await WrittenFolder(set, settings: settings)
    #expect(try first.data("fig3-latents.npy") != other.data("fig3-latents.npy"))
  }

  @Test("a hostile name stays text")
  func hostileName() async throws {
    let name = "<script>alert(1)</script>\" onload='x' & \u{202E}\u{1}"
    let folder = try await WrittenFolder(try TestFilm(rows: 40, columns: 40).set(name: name))
    let html = try folder.text("index.html")
    #expect(!html.contains("<script") && !html.contains("onload='"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; \u{FFFD}\u{FFFD}"))
    #expect(try folder.json("analysis.json")["name"]?.string == name)
  }

  @Test("an image too small for blocks is analysed in-sample, and every figure concerned says so")
  func inSample() async throws {
    let folder = try await WrittenFolder(try TestFilm(rows: 40, columns: 40).set())
    #expect(folder.outcome.notes.contains { $0.contains("Nothing could be predicted out of fold") })
    #expect(try folder.json("fig3-errors.json")["out_of_fold"]?.bool == false)
    #expect(!folder.names.contains("fig3-folds.npy"))
    let html = try folder.text("index.html")
    #expect(html.components(separatedBy: "In-sample, not out of fold").count == 3)
  }

  @Test("spectra at some positions give maps with gaps, no coarser sampling, and a word about it")
  func scattered() async throws {
    let film = try TestFilm(rows: 60, columns: 60)
    let positions = TrainingSet.positions(rows: 60, columns: 60).filter { ($0.row * 7 + $0.column * 3) % 5 < 2 }
    let folder = try await WrittenFolder(film.set(positions: positions))
    #expect(folder.outcome.notes.contains { $0.contains("of the pixels only") })
    #expect(!folder.names.contains { $0.hasPrefix("figS3") })
    let map = try folder.array("fig3-paper-error.npy")
    #expect(map.shape[0] == 3)
    #expect(map.values.count { $0.isFinite } == 3 * positions.count)
  }

  @Test("what cannot be analysed is refused with the reason")
  func refusals() async throws {
    let film = try TestFilm(rows: 40, columns: 40)
    // A file where a folder would have to be.
    let file = FileManager.default.temporaryDirectory.appending(path: "figures-\(UUID().uuidString)").path
    try Data().write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    func refusal(_ set: SpectrumSet) async throws -> String {
      let error = try await #require(throws: WorkshopError.self) {
        try await PaperFigures(settings: TestFilm.settings).analyse(set: set, folder: "\(file)/never")
      }
      return error.description
    }
    var broken = film.set()
    broken.counts[5 * 32 + 7] = .nan
    #expect(try await refusal(broken).contains("channel 7 at row 8, column 13"))
    var constant = film.set()
    constant.image = constant.image.map { _ in 4 }
    #expect(try await refusal(constant).contains("constant"))
    #expect(
      try await refusal(film.set(positions: [PixelPosition(row: 20, column: 20)])).contains("too few spectra (1)"))
    #expect(try await refusal(film.set()).contains("\(file)/never"))
  }
}
