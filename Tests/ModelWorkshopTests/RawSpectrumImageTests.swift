// From a raw spectrum image to pairs, and what is said when that can't be.

import FilmSimulation
import Foundation
import Im2Spec
import MicroscopeFiles
import Microscopy
import ModelWorkshop
import SystemPackage
import Testing

@Suite("Raw spectrum images")
struct RawSpectrumImageTests {
  /// A small film's raw spectrum image and HAADF in a folder of their own.
  private static func folder(rows: Int = 40, columns: Int = 44) async throws -> (path: String, film: SimulatedFilm) {
    var settings = FilmSettings()
    settings.rows = rows
    settings.columns = columns
    settings.marginNM = 30
    settings.holes = 1
    settings.edge = .never
    let film = try SimulatedFilm(seed: 12, settings: settings)
    let path = try WorkshopTests.temporaryFolder()
    try await SimulationWriter.writeRawSpectrumImage(film, folder: path, workers: 2)
    return (path, film)
  }

  private static func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("a spectrum image finds its HAADF by the scan id, and its plasmons come out of the raw spectra")
  func pairs() async throws {
    let (folder, film) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sets = try SpectrumSetLoader().load(["\(folder)/si.npy"])
    let set = try #require(sets.first)
    #expect(sets.count == 1 && set.name == "si" && set.pixelSizeNM == 1.5)
    #expect(set.image == film.slowScan().image)
    #expect(set.positions == TrainingSet.positions(rows: 40, columns: 44))
    // Moving every spectrum to 0 eV costs the channels at the axis's end that not all of them cover.
    #expect((120...128).contains(set.channels) && abs(set.energyEV[0] - 0.2) < 1e-9)
    #expect(set.notes.contains { $0.contains("zero-loss tail subtracted") })
    let clean = try await film.spectra(at: set.positions, workers: 2)
    // Means over all positions: counting noise of 700 spectra is below 1 %; the rest is the tail's extrapolation.
    var (difference, square) = (0.0, 0.0)
    for channel in 0..<set.channels {
      var (measured, true_) = (0.0, 0.0)
      for position in set.positions.indices {
        measured += Double(set.counts[position * set.channels + channel])
        true_ += Double(clean[position * 128 + channel])
      }
      difference += (measured - true_) * (measured - true_)
      square += true_ * true_
    }
    print("raw spectra prepared: mean spectrum off by \((difference / square).squareRoot()) of its norm")
    #expect((difference / square).squareRoot() < 0.06)
  }

  @Test("an axis in meV, and one in keV, give the spectra that the same axis in eV gives")
  func energyUnits() async throws {
    let (folder, film) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let own = try SpectrumSetLoader().load(["\(folder)/si.npy"])[0]
    let raw = film.rawSpectrumImage(try await film.spectrumImage(workers: 2))
    var loader = SpectrumSetLoader()
    loader.haadf = "\(folder)/haadf.npy"
    for (units, factor) in [("meV", 1000.0), ("keV", 0.001)] {
      var axis = raw.energyAxis
      (axis.scale, axis.offset, axis.units) = (axis.scale * factor, axis.offset * factor, units)
      let path = FilePath("\(folder)/in-\(units).npy")
      let other = SpectrumImage(frame: raw.frame, energyAxis: axis, counts: raw.counts)
      try NionSidecarWriter.write(other, metadata: AcquisitionMetadata(), title: "SI", beside: path)
      try NPYWriter.write(raw.counts, shape: [40, 44, axis.size], to: path)
      let set = try loader.load([path.string])[0]
      #expect(set.channels == own.channels)
      #expect(zip(set.energyEV, own.energyEV).allSatisfy { abs($0 - $1) < 1e-6 })
      let off = zip(set.counts, own.counts).map { abs($0 - $1) }.max() ?? .infinity
      #expect(off < 1e-2 * (own.counts.max() ?? 0), "\(units): \(off)")
    }
  }

  @Test("files may come in any order, and --haadf overrules")
  func pairing() async throws {
    let (folder, film) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let both = try SpectrumSetLoader().load(["\(folder)/haadf.npy", "\(folder)/si.npy"])
    #expect(both.count == 1 && both[0].image == film.slowScan().image)
    var other = film.slowScan()
    other.image = other.image.map { $0 + 5 }
    try SimulationWriter.writeScan(other, stem: "\(folder)/other")
    var loader = SpectrumSetLoader()
    loader.haadf = "\(folder)/other.npy"
    #expect(try loader.load(["\(folder)/si.npy"])[0].image == other.image)
  }

  @Test("spectra come to the channels wanted, where they cover them with the same dispersion")
  func commonAxis() async throws {
    let (folder, _) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let own = try SpectrumSetLoader().load(["\(folder)/si.npy"])[0]
    let step = own.energyEV[1] - own.energyEV[0]
    // Half a channel on: the mean of neighbours.
    let wanted = own.energyEV.dropLast(2).map { $0 + step / 2 }
    let moved = try SpectrumSetLoader(energyEV: wanted).load(["\(folder)/si.npy"])[0]
    #expect(moved.energyEV == wanted && moved.positions == own.positions)
    for channel in [0, 40, wanted.count - 1] {
      let mean = (own.counts[channel] + own.counts[channel + 1]) / 2
      #expect(abs(moved.counts[channel] - mean) < 1e-2 * max(1, abs(mean)))
    }
    for strange in [wanted.map { 2 * $0 }, wanted.map { $0 + 0.5 }] {
      let failure = Self.complaint { _ = try SpectrumSetLoader(energyEV: strange).load(["\(folder)/si.npy"]) }
      #expect(failure.contains("same dispersion"))
    }
  }

  @Test("a HAADF of another size, a missing one, a file without spectra: each is told")
  func misfits() async throws {
    let (folder, film) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let image = film.slowScan().image
    let cut = Raster(rows: 30, columns: 44, values: Array(image.values.prefix(30 * 44)))
    try SimulationWriter.writeScan(Scan(image: cut, pixelSizeNM: 1.5), stem: "\(folder)/cut")
    var loader = SpectrumSetLoader()
    loader.haadf = "\(folder)/cut.npy"
    let size = Self.complaint { _ = try loader.load(["\(folder)/si.npy"]) }
    #expect(size.contains("differ in size") && size.contains("30×44") && size.contains("40×44"))
    loader.haadf = "\(folder)/absent.npy"
    #expect(Self.complaint { _ = try loader.load(["\(folder)/si.npy"]) }.contains("absent.npy"))
    try FileManager.default.removeItem(atPath: "\(folder)/haadf.npy")
    let none = Self.complaint { _ = try SpectrumSetLoader().load(["\(folder)/si.npy"]) }
    #expect(none.contains("no HAADF image") && none.contains("--haadf"))
    #expect(Self.complaint { _ = try SpectrumSetLoader().load(["\(folder)/cut.npy"]) }.contains("no spectrum image"))
  }

  @Test("a constant image and a tiny one are told")
  func degenerate() async throws {
    let (folder, film) = try await Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let flat = Raster(rows: 40, columns: 44, repeating: 3)
    try SimulationWriter.writeScan(Scan(image: flat, pixelSizeNM: 1.5), stem: "\(folder)/flat")
    var loader = SpectrumSetLoader()
    loader.haadf = "\(folder)/flat.npy"
    let set = try loader.load(["\(folder)/si.npy"])
    var settings = WorkshopTests.settings()
    settings.training.steps = 10
    let builder = ModelBuilder(settings: settings, source: "test")
    await #expect(throws: WorkshopError.self) { try await builder.build(training: set, calibration: set) }

    let small = film.slowScan().image
    let tile = Raster(rows: 12, columns: 12, values: Array(small.values.prefix(144)))
    try SimulationWriter.writeScan(Scan(image: tile, pixelSizeNM: 1.5), stem: "\(folder)/tile")
    let axis = Axis(name: "Energy loss", size: 40, scale: 0.02, offset: 0.2, units: "eV")
    let spectra = SpectrumImage(
      frame: ScanFrame(rows: 12, columns: 12, pixelSizeNM: 1.5), energyAxis: axis,
      counts: [Float](repeating: 1, count: 144 * 40))
    try NionSidecarWriter.write(
      spectra, metadata: AcquisitionMetadata(), title: "SI", beside: FilePath("\(folder)/small.npy"))
    try NPYWriter.write(spectra.counts, shape: [12, 12, 40], to: FilePath("\(folder)/small.npy"))
    loader.haadf = "\(folder)/tile.npy"
    #expect(Self.complaint { _ = try loader.load(["\(folder)/small.npy"]) }.contains("holds no tile of 16×16"))
  }

  @Test("too few pairs are told, with what is needed")
  func tooFewPairs() async throws {
    let (folder, _) = try await Self.folder(rows: 24, columns: 24)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let set = try SpectrumSetLoader().load(["\(folder)/si.npy"])
    let builder = ModelBuilder(settings: WorkshopTests.settings(), source: "test")
    let failure = await #expect(throws: WorkshopError.self) {
      try await builder.build(training: set, calibration: set)
    }
    #expect(failure?.description.contains("81 pairs") == true && failure?.description.contains("200") == true)
  }
}
