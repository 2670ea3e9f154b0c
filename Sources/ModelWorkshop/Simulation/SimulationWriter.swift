// Simulated films on disk, as an instrument and a bench would leave them.

import FilmSimulation
import Foundation
import MicroscopeFiles
import Microscopy
import StrictJSON
import SystemPackage

/// Writes fast scans as Nion Swift's NPY export lays them out, and films with spectra and truth.
public enum SimulationWriter {
  /// `STEM.npy` and its `STEM.json` sidecar with the calibration; a watcher sees either file only when it is whole.
  public static func writeScan(_ scan: Scan, stem: String) throws {
    let path = FilePath("\(stem).npy")
    try NionSidecarWriter.write(scan, title: "HAADF", beside: path)
    try NPYWriter.write(scan.image.values, shape: [scan.image.rows, scan.image.columns], to: path)
  }

  /// What was planted where; footprints reach 3 nm beyond the particles.
  public static func truth(of film: SimulatedFilm) -> JSONValue {
    let anomalies = zip(film.truth.anomalies, film.truth.boxes).map { anomaly, box -> JSONValue in
      [
        "kind": .string(anomaly.kind.rawValue), "visible": .bool(anomaly.kind.isVisible),
        "x_nm": .double(anomaly.centreNM.x), "y_nm": .double(anomaly.centreNM.y),
        "box_px": box.map { JSONValue([$0.firstColumn, $0.firstRow, $0.lastColumn, $0.lastRow]) } ?? .null,
      ]
    }
    return [
      "seed": .int(Int(truncatingIfNeeded: film.seed)), "pixel_size_nm": .double(film.settings.pixelSizeNM),
      "shape": JSONValue([film.settings.rows, film.settings.columns]), "anomalies": .array(anomalies),
    ]
  }

  /// A film for the bench: fast scan, slow HAADF, spectra (noisy and clean) at random positions or every pixel, truth.
  ///
  /// Files: `scan.npy` + `scan.json`, `film_haadf.npy`, `film_spectra_f32.npy`, `film_spectra_clean_f16.npy`,
  /// `film_positions.npy` (with `positions`), `film_label_u8.npy`, `film_truth.json`, `energy_eV.npy`, `meta.json`.
  /// - Parameter positions: spectra at so many random places; nil for one at every pixel.
  public static func writeFilm(_ film: SimulatedFilm, positions count: Int?, folder: String, workers: Int) async throws
  {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func path(_ name: String) -> FilePath { FilePath("\(folder)/\(name)") }
    try writeScan(film.fastScan(), stem: "\(folder)/scan")
    let (rows, columns) = (film.settings.rows, film.settings.columns)
    let slow = film.slowScan().image
    try NPYWriter.write(slow.values, shape: [rows, columns], to: path("film_haadf.npy"))
    try NPYWriter.write(film.truth.labels, shape: [rows, columns], to: path("film_label_u8.npy"))
    let axis = SimulatedSpectra.energyAxis
    try NPYWriter.write(axis.values, shape: [axis.size], to: path("energy_eV.npy"))
    let clean: [Float]
    let shape: [Int]
    if let count {
      let positions = film.randomPositions(count: count)
      clean = try await film.spectra(at: positions, workers: workers)
      shape = [count]
      try NPYWriter.write(
        positions.flatMap { [Int16($0.row), Int16($0.column)] }, shape: [count, 2], to: path("film_positions.npy"))
    } else {
      clean = try await film.spectrumImage(workers: workers).counts
      shape = [rows, columns]
    }
    try NPYWriter.write(film.noisySpectra(clean), shape: shape + [axis.size], to: path("film_spectra_f32.npy"))
    try NPYWriter.write(clean.map(Float16.init), shape: shape + [axis.size], to: path("film_spectra_clean_f16.npy"))
    try write(truth(of: film), to: "\(folder)/film_truth.json")
    let meta: JSONValue = [
      "pixel_size_nm": .double(film.settings.pixelSizeNM), "shape": JSONValue([rows, columns]),
      "channels": .int(axis.size), "units": "counts per channel, 100 ms at 20 pA, mean background subtracted",
    ]
    try write(meta, to: "\(folder)/meta.json")
  }

  /// `si.npy` and `haadf.npy` with their sidecars, tied by one scan id, as Nion Swift exports a synchronized acquisition.
  public static func writeRawSpectrumImage(_ film: SimulatedFilm, folder: String, workers: Int) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let spectra = film.rawSpectrumImage(try await film.spectrumImage(workers: workers))
    var scan = film.slowScan()
    scan.metadata.scanID = "simulated-\(film.seed)"
    try writeScan(scan, stem: "\(folder)/haadf")
    var metadata = scan.metadata
    metadata.channelName = nil
    let path = FilePath("\(folder)/si.npy")
    try NionSidecarWriter.write(spectra, metadata: metadata, title: "Spectrum Image (EELS)", beside: path)
    let frame = spectra.frame
    try NPYWriter.write(spectra.counts, shape: [frame.rows, frame.columns, spectra.energyAxis.size], to: path)
  }

  /// One scan of a session: `NAME.npy` and `NAME.json` in the folder, `NAME.truth.json` in the truth folder.
  public static func writeSessionScan(_ film: SimulatedFilm, name: String, folder: String, truthFolder: String) throws {
    for path in [folder, truthFolder] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    try write(truth(of: film), to: "\(truthFolder)/\(name).truth.json")
    try writeScan(film.fastScan(), stem: "\(folder)/\(name)")
  }

  private static func write(_ json: JSONValue, to path: String) throws {
    try Data((json.prettyText + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
