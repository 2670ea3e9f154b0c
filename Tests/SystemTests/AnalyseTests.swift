// `eelscout analyse` from outside: exit statuses, and the folder it leaves.

import AssistantTestKit
import Foundation
import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage
import Testing

@Suite("Analysing a spectrum image", .enabled(if: Program.areBuilt))
struct AnalyseTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// A small spectrum image on disk: 44×46 pixels of a film, 32 channels whose peak follows the brightness.
  private func spectrumImage() throws -> String {
    let (rows, columns, channels) = (44, 46, 32)
    let image = SquareFilm.scan(rows: rows, columns: columns, seed: 1).image
    let peak: [Float] = (0..<channels).map { channel in
      let distance = (Double(channel) - 12) / 4
      return Float(100 * exp(-distance * distance))
    }
    let spectra: [Float] = image.values.flatMap { level in peak.map { $0 * (1 + level) } }
    let energies: [Double] = (0..<channels).map { 0.2 + 0.03 * Double($0) }
    let stem = place.root.appending("si")
    func path(_ suffix: String) -> FilePath { FilePath("\(stem)\(suffix)") }
    try NPYWriter.write(image.values, shape: [rows, columns], to: path("_haadf.npy"))
    try NPYWriter.write(spectra, shape: [rows, columns, channels], to: path("_spectra.npy"))
    try NPYWriter.write(energies, shape: [channels], to: place.root.appending("energy_eV.npy"))
    try Data(#"{"pixel_size_nm": 1.5}"#.utf8).write(to: URL(fileURLWithPath: place.root.appending("meta.json").string))
    return "\(stem)_haadf.npy"
  }

  @Test func figuresAndPageAreWrittenAndTheTableIsPrinted() async throws {
    let folder = place.root.appending("figures").string
    let run = try await Program.eelscout.run([
      "analyse", try spectrumImage(), "-o", folder, "--quick", "--steps", "4", "--latents", "3", "--components", "2",
    ])
    #expect(run.status == 0, "\(run.talk)")
    #expect(run.output.contains("im2spec, 3 latents") && run.output.contains("open \(folder)/index.html"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.contains("index.html") && names.contains("fig3-errors.png") && names.contains("figS1-latents.json"))
    // Results go to standard output, talk to standard error.
    #expect(!run.output.contains("%  ") || !run.output.contains("epoch"))
    #expect(run.talk.contains("epoch"))
  }

  @Test func mistakesHaveTheirExitStatus() async throws {
    let folder = place.root.appending("figures").string
    for (arguments, status) in [
      (["analyse", "/nowhere/x_haadf.npy", "-o", folder], 66), (["analyse", "x_haadf.npy"], 64),
      (["analyse", try spectrumImage(), "-o", folder, "--latents", "2"], 64),
      (["analyse", try spectrumImage(), "-o", folder, "--components", "9"], 64),
    ] as [([String], Int32)] {
      let run = try await Program.eelscout.run(arguments)
      #expect(run.status == status, "\(arguments): \(run.talk)")
    }
  }
}
