// Folders and files → spectrum sets.

import Foundation
import MicroscopeFiles
import Microscopy
import SpectrumPreparation
import StrictJSON
import SystemPackage

/// Reads spectrum images as microscopes write them, and sets of NumPy arrays that belong together by their stem.
///
/// A set:
/// `X_haadf.npy` (rows, columns) with one of
/// - `X_spectra_f32.npy`, `X_spectra.npy` or `X_spectra_f16.npy`: (positions, channels) beside `X_positions.npy`
///   (positions, 2: row, column), or (rows, columns, channels) for every pixel, or (grid, grid, channels) on the grid
///   that `X_truth.json` states;
/// - `X_spectra_clean_f16.npy` or `X_spectra_noisefree.npy`: the same without noise, where a simulation knows it.
/// `energy_eV.npy` and `meta.json` (`pixel_size_nm`) stand in the same folder.
public struct SpectrumSetLoader: Sendable {
  /// Used where the files state none.
  public var pixelSizeNM: Double?
  /// Channels of arrays without `energy_eV.npy`, and those that raw spectra are brought to.
  public var energyEV: [Double]?
  /// What is done to raw spectrum images; sets of arrays come prepared.
  public var preparation = PreparationSettings()
  /// The HAADF image of a raw spectrum image, where nothing else ties it to it.
  public var haadf: String?

  public init(pixelSizeNM: Double? = nil, energyEV: [Double]? = nil) {
    self.pixelSizeNM = pixelSizeNM
    self.energyEV = energyEV
  }

  private static let imageSuffix = "_haadf.npy"
  private static let spectraSuffixes = ["_spectra_f32.npy", "_spectra.npy", "_spectra_f16.npy"]
  private static let cleanSuffixes = ["_spectra_clean_f16.npy", "_spectra_noisefree.npy"]

  /// Sets named by files (`X_haadf.npy`, `X_spectra….npy`) or folders (every set inside, in the order of their names),
  /// then raw spectrum images (files of any format that is read).
  public func load(_ paths: [String]) throws -> [SpectrumSet] {
    var stems: [String] = []
    var raw: [String] = []
    for path in paths {
      guard let found = try Self.stems(path) else {
        raw.append(path)
        continue
      }
      for stem in found where !stems.contains(stem) { stems.append(stem) }
    }
    let images = RawSpectrumImages(
      preparation: preparation, haadf: haadf, pixelSizeNM: pixelSizeNM, energyEV: energyEV)
    return try stems.map(load(stem:)) + (raw.isEmpty ? [] : images.load(raw))
  }

  /// Stems of the sets that a path stands for; nil for a raw file.
  private static func stems(_ path: String) throws -> [String]? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw MissingInput(path: path)
    }
    if isFolder.boolValue {
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(imageSuffix) }
        .sorted()
      guard !names.isEmpty else {
        throw WorkshopError(
          "\(path): no …\(imageSuffix) in this folder; name the spectrum images in it one by one, or see --help")
      }
      return names.map { "\(path)/\($0.dropLast(imageSuffix.count))" }
    }
    let suffixes = [imageSuffix] + spectraSuffixes + cleanSuffixes
    return suffixes.first { path.hasSuffix($0) }.map { [String(path.dropLast($0.count))] }
  }

  private func load(stem: String) throws -> SpectrumSet {
    let folder = URL(fileURLWithPath: stem).deletingLastPathComponent().path
    let name = URL(fileURLWithPath: stem).lastPathComponent
    let image = try Self.array("\(stem)\(Self.imageSuffix)")
    guard image.shape.count == 2 else { throw WorkshopError("\(stem)\(Self.imageSuffix) is not an image") }
    let clean = try Self.first(stem, Self.cleanSuffixes)
    guard let spectra = try Self.first(stem, Self.spectraSuffixes) ?? clean else {
      throw MissingInput(path: "\(stem)\(Self.spectraSuffixes[1])")
    }
    let truth = Self.json("\(stem)_truth.json")
    let meta = Self.json("\(folder)/meta.json")
    let channels = spectra.shape.last ?? 0
    var energies = energyEV
    if FileManager.default.fileExists(atPath: "\(folder)/energy_eV.npy") {
      energies = try Self.array("\(folder)/energy_eV.npy").values.map(Double.init)
    }
    guard let pixelSize = pixelSizeNM ?? truth?["pixel_size_nm"]?.double ?? meta?["pixel_size_nm"]?.double else {
      throw WorkshopError("\(stem): no pixel size in meta.json; give --pixel-size NM")
    }
    guard let energies, energies.count == channels else {
      throw WorkshopError("\(stem): energy_eV.npy must give one energy for each of the \(channels) channels")
    }
    let raster = Raster(rows: image.shape[0], columns: image.shape[1], values: image.values)
    let all = try positions(stem: stem, shape: spectra.shape, image: raster, truth: truth)
    let set = SpectrumSet(
      name: name, image: raster, pixelSizeNM: pixelSize, energyEV: energies, positions: all, counts: spectra.values,
      cleanCounts: clean?.values)
    guard clean.map({ $0.values.count == spectra.values.count }) ?? true else {
      throw WorkshopError("\(stem): spectra and noise-free spectra differ in size")
    }
    let half = 8
    return set.subset(
      all.indices.filter {
        (half...raster.rows - half).contains(all[$0].row) && (half...raster.columns - half).contains(all[$0].column)
      })
  }

  private func positions(stem: String, shape: [Int], image: Raster, truth: JSONValue?) throws -> [PixelPosition] {
    if shape.count == 2 {
      let table = try Self.array("\(stem)_positions.npy")
      guard table.shape == [shape[0], 2] else {
        throw WorkshopError("\(stem)_positions.npy must be (\(shape[0]), 2): row, column of each spectrum")
      }
      return (0..<shape[0]).map { PixelPosition(row: Int(table.values[2 * $0]), column: Int(table.values[2 * $0 + 1])) }
    }
    guard shape.count == 3 else { throw WorkshopError("\(stem): spectra must have 2 or 3 dimensions") }
    let grid = truth?["grid_rows_cols"]?.array?.compactMap(\.int)
    let rows = grid ?? Array(0..<image.rows)
    let columns = grid ?? Array(0..<image.columns)
    guard rows.count == shape[0], columns.count == shape[1] else {
      throw WorkshopError(
        "\(stem): \(shape[0])×\(shape[1]) spectra do not fit an image of \(image.rows)×\(image.columns) pixels")
    }
    return rows.flatMap { row in columns.map { PixelPosition(row: row, column: $0) } }
  }

  private static func first(_ stem: String, _ suffixes: [String]) throws -> NPYArray? {
    for suffix in suffixes where FileManager.default.fileExists(atPath: stem + suffix) {
      return try array(stem + suffix)
    }
    return nil
  }

  static func array(_ path: String) throws -> NPYArray { try NPYArray.read(FilePath(path)) }

  static func json(_ path: String) -> JSONValue? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONValue.parse(data)
  }
}

/// A file that was named, or is needed, does not exist.
public struct MissingInput: Error, CustomStringConvertible {
  public var path: String
  public var description: String { "\(path): no such file or folder" }

  public init(path: String) { self.path = path }
}

extension SpectrumSetLoader {
  /// Sets to train on and sets to calibrate with.
  ///
  /// Where none are named for calibration: of a folder's sets those called `cal…`, else the last quarter, else a corner of
  /// the only set. Sets called `test…` of a folder are left out.
  public func trainingAndCalibration(_ paths: [String], calibration: [String], seed: UInt64) throws -> (
    training: [SpectrumSet], calibration: [SpectrumSet]
  ) {
    let folders = paths.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
    let loaded = try load(paths)
    let isFolder = folders.count == paths.count
    let usable = isFolder ? loaded.filter { !$0.name.hasPrefix("test") } : loaded
    let named = usable.filter { isFolder && $0.name.hasPrefix("cal") }
    if !calibration.isEmpty { return (usable, try load(calibration)) }
    if !named.isEmpty, named.count < usable.count {
      return (usable.filter { !$0.name.hasPrefix("cal") }, named)
    }
    return ModelBuilder.split(usable, seed: seed)
  }
}
