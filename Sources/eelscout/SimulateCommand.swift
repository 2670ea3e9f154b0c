// `eelscout simulate`: films to train on, and sessions to try the daemon with.

import ArgumentParser
import FilmSimulation
import Foundation
import ModelWorkshop

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Simulate nanocrystal films: scans, spectra and truth.",
    subcommands: [SimulateFilmCommand.self, SimulateSessionCommand.self])
}

/// Options that shape a film.
struct FilmOptions: ParsableArguments {
  @Option(help: "Seed; everything about a film follows from it and the other options.") var seed: UInt64 = 1
  @Option(help: "Edge of the square view, pixels.") var pixels = 160
  @Option(help: ArgumentHelp("Pixel size.", valueName: "nm")) var pixelSize = 1.5

  func settings(anomalies: Int) throws -> FilmSettings {
    var settings = FilmSettings()
    settings.rows = pixels
    settings.columns = pixels
    settings.pixelSizeNM = pixelSize
    // Three of five show in HAADF, as in the study's scans.
    let visible = (3 * anomalies + 4) / 5
    settings.anomalies = .random(visible: visible, invisible: anomalies - visible)
    return settings
  }
}

struct SimulateFilmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "film", abstract: "One film: fast scan, slow HAADF, spectra, truth.",
    discussion: """
      Writes scan.npy with its scan.json sidecar (as Nion Swift exports), film_haadf.npy, film_spectra_f32.npy (counts
      with noise), film_spectra_clean_f16.npy, film_positions.npy, film_label_u8.npy, film_truth.json, energy_eV.npy
      and meta.json into DIR. Spectra: 128 channels, 0.2…1.2 eV, counts in 100 ms at 20 pA.

      --raw writes instead what a spectrometer would: si.npy, a spectrum at every pixel with its zero-loss peak, energy
      drift and counting noise, and the simultaneous haadf.npy, each with its sidecar.

      Examples:
        eelscout simulate film --seed 7 --anomalies 5 -o film7
        eelscout simulate film --seed 7 --pixels 75 --raw -o raw7 && eelscout train raw7/si.npy -o m.safetensors
      """)

  @OptionGroup var film: FilmOptions
  @Option(help: "Planted anomalies; about three of five are visible in HAADF.") var anomalies = 0
  @Option(help: "Spectra at so many random positions.") var spectra = 2000
  @Flag(help: "A spectrum at every pixel instead.") var spectrumImage = false
  @Flag(help: "A raw spectrum image and its HAADF image instead.") var raw = false
  @Option(help: "Workers.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the files.", valueName: "DIR")) var output: String

  func validate() throws {
    guard (0...50).contains(anomalies) else { throw ValidationError("--anomalies \(anomalies): allowed 0…50") }
    guard (1...1_000_000).contains(spectra) else { throw ValidationError("--spectra \(spectra): allowed 1…1000000") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads \(threads): allowed 1…256") }
  }

  func run() async throws {
    try await Commands.reporting {
      let simulated = try SimulatedFilm(seed: film.seed, settings: film.settings(anomalies: anomalies))
      Output.progress("a film of \(simulated.particles.count) particles; simulating its spectra…")
      if raw {
        try await SimulationWriter.writeRawSpectrumImage(simulated, folder: output, workers: threads)
      } else {
        try await SimulationWriter.writeFilm(
          simulated, positions: spectrumImage ? nil : spectra, folder: output, workers: threads)
      }
      Output.progress("written to \(output)/")
    }
  }
}

struct SimulateSessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Fast scans that arrive one after another, as at a microscope.",
    discussion: """
      Writes scan_0001.npy with its sidecar scan_0001.json, and so on, into DIR; what was planted where goes into
      DIR-truth, outside the watched folder.

      Example:
        eelscout simulate session --scans 5 --interval 3 -o session
      """)

  @OptionGroup var film: FilmOptions
  @Option(help: "Planted anomalies a scan.") var anomalies = 5
  @Option(help: "Scans.") var scans = 5
  @Option(help: ArgumentHelp("Pause before each scan but the first.", valueName: "seconds")) var interval = 0.0
  @Option(name: .shortAndLong, help: ArgumentHelp("Folder the scans arrive in.", valueName: "DIR")) var output: String

  func validate() throws {
    guard (0...50).contains(anomalies) else { throw ValidationError("--anomalies \(anomalies): allowed 0…50") }
    guard (1...100_000).contains(scans) else { throw ValidationError("--scans \(scans): allowed 1…100000") }
    guard (0...86_400).contains(interval) else { throw ValidationError("--interval \(interval): allowed 0…86400 s") }
  }

  func run() async throws {
    try await Commands.reporting {
      for index in 1...scans {
        if index > 1, interval > 0 { try await Task.sleep(for: .seconds(interval)) }
        let simulated = try SimulatedFilm(
          seed: film.seed &+ UInt64(index - 1), settings: film.settings(anomalies: anomalies))
        let name = "scan_" + String(format: "%04d", index)
        try SimulationWriter.writeSessionScan(
          simulated, name: name, folder: output, truthFolder: "\(output)-truth")
        Output.progress("\(output)/\(name).npy")
      }
    }
  }
}
