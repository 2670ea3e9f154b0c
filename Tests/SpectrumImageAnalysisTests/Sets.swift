// Spectrum images for tests: simulated films with spectra that follow the image by a simple law.

import FilmSimulation
import Foundation
import Im2Spec
import Microscopy
import ModelWorkshop
import SeededRandom
import SpectrumImageAnalysis
import StrictJSON

/// A film with one hole, and spectra whose peak height and energy follow the image.
struct TestFilm {
  let film: SimulatedFilm
  let image: Raster

  init(rows: Int = 64, columns: Int = 64) throws {
    var settings = FilmSettings()
    settings.rows = rows
    settings.columns = columns
    settings.marginNM = 30
    settings.holes = 1
    settings.cracks = 0
    settings.edge = .never
    self.init(try SimulatedFilm(seed: 3, settings: settings))
  }

  init(_ film: SimulatedFilm) {
    self.film = film
    image = film.slowScan().image
  }

  static let channels = 32
  static let energies = (0..<channels).map { 0.2 + 0.03 * Double($0) }

  func set(name: String = "film", positions wanted: [PixelPosition]? = nil) -> SpectrumSet {
    let positions = wanted ?? TrainingSet.positions(rows: image.rows, columns: image.columns)
    var generator = SeededGenerator(seed: 9)
    let counts = positions.flatMap { position -> [Float] in
      let level = Double(image[position])
      return Self.energies.map { energy in
        let distance = (energy - 0.5 - 0.1 * level) / 0.1
        return Float((300 + 400 * level) * exp(-0.5 * distance * distance) + generator.normal(0, 5))
      }
    }
    return SpectrumSet(
      name: name, image: image, pixelSizeNM: 1.5, energyEV: Self.energies, positions: positions, counts: counts)
  }

  static var settings: AnalysisSettings {
    var settings = AnalysisSettings.quick
    settings.steps = 6
    settings.sweep = [2, 4]
    settings.latents = 4
    return settings
  }
}

/// A folder that an analysis was written into, removed at the end.
final class WrittenFolder: Sendable {
  let path: String
  let outcome: PaperFigures.Outcome

  init(_ set: SpectrumSet, settings: AnalysisSettings = TestFilm.settings) async throws {
    path = FileManager.default.temporaryDirectory.appending(path: "figures-\(UUID().uuidString)").path
    outcome = try await PaperFigures(settings: settings).analyse(set: set, folder: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
  func json(_ name: String) throws -> JSONValue { try JSONValue.parse(data(name)) }

  /// A little-endian float32 array and its shape, read by the header's own words.
  func array(_ name: String) throws -> (shape: [Int], values: [Float]) {
    let bytes = [UInt8](try data(name))
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let inside = header.split(separator: "(").last?.split(separator: ")").first ?? ""
    let shape = inside.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    let values = stride(from: start, to: bytes.count, by: 4).map { at in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
    }
    return (shape, values)
  }
}
