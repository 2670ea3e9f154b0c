// A microscope's spectrum image and its HAADF image → a spectrum set.

import Foundation
import Im2Spec
import MicroscopeFiles
import Microscopy
import SpectrumPreparation
import StrictJSON
import SystemPackage

/// Reads spectrum images as instruments write them, finds the HAADF recorded with them, prepares the spectra.
struct RawSpectrumImages {
  var preparation: PreparationSettings
  /// The HAADF image of the spectrum image, where it is in a file that nothing else ties to it.
  var haadf: String?
  /// Used where the files state none.
  var pixelSizeNM: Double?
  /// Channels that the spectra are brought to; nil for those of the first.
  var energyEV: [Double]?

  private let inspector = FileInspector()
  private let channels = ChannelRule()

  init(preparation: PreparationSettings, haadf: String?, pixelSizeNM: Double?, energyEV: [Double]?) {
    self.preparation = preparation
    self.haadf = haadf
    self.pixelSizeNM = pixelSizeNM
    self.energyEV = energyEV
  }

  /// The spectrum images in files with their HAADF images; files that hold only images serve as those.
  func load(_ paths: [String]) throws -> [SpectrumSet] {
    let files = try paths.map { try File($0, inspector) }
    let images = files.flatMap(\.images)
    let withSpectra = files.filter { !$0.spectra.isEmpty }
    guard !withSpectra.isEmpty else {
      throw WorkshopError(
        "\(paths.joined(separator: ", ")): no spectrum image (found: "
          + "\(files.flatMap(\.contents).joined(separator: ", "))); give one with two axes in space and one in eV, or name "
          + "a plain array X_spectra.npy beside X_haadf.npy and energy_eV.npy")
    }
    let sets = try withSpectra.map { try set($0, others: images) }
    return try sets.map { try $0.resampled(to: energyEV ?? sets[0].energyEV) }
  }

  /// A file's data sets, sorted by what they can be here.
  private struct File {
    let path: String
    let spectra: [DataSet]
    let images: [DataSet]
    let contents: [String]

    init(_ path: String, _ inspector: FileInspector) throws {
      guard FileManager.default.fileExists(atPath: path) else { throw MissingInput(path: path) }
      let sets: [DataSet]
      do { sets = try inspector.dataSets(FilePath(path)) } catch { throw WorkshopError(error.description) }
      self.path = path
      spectra = sets.filter { $0.kind == .spectrumImage && $0.shape.count == 3 && $0.energyAxisEV != nil }
      images = sets.filter(\.isPlainImage)
      contents = sets.map { "\($0.kind.rawValue) of \($0.shape.map(String.init).joined(separator: "×"))" }
    }
  }

  private func set(_ file: File, others: [DataSet]) throws -> SpectrumSet {
    // Dual EELS stores a core-loss range beside the low loss: the range that begins lowest is the plasmons'.
    guard
      let data = file.spectra.min(by: { abs(lowest($0)) < abs(lowest($1)) }), let axis = data.energyAxisEV
    else { throw WorkshopError("\(file.path): no spectrum image") }
    let image = try haadf(of: data, in: file, others: others)
    guard let pixelSize = pixelSizeNM ?? image.pixelSizeNM ?? data.pixelSizeNM else {
      throw WorkshopError(
        "\(file.path): neither spectrum image nor HAADF states square pixels in nm; give --pixel-size")
    }
    let (rows, columns) = (data.shape[0], data.shape[1])
    let raw = SpectrumImage(
      frame: ScanFrame(rows: rows, columns: columns, pixelSizeNM: pixelSize), energyAxis: axis, counts: try data.values)
    let prepared: PreparedSpectra
    do { prepared = try SpectrumPreparation.prepare(raw, preparation) } catch {
      throw WorkshopError("\(file.path): \(error)")
    }
    let positions = TrainingSet.positions(rows: rows, columns: columns)
    guard !positions.isEmpty else {
      let edge = TileBatch.tileEdge
      throw WorkshopError(
        "\(file.path): an image of \(rows)×\(columns) pixels holds no tile of \(edge)×\(edge); record a larger one")
    }
    let counts = positions.flatMap { prepared.image.spectrum(at: $0) }
    var set = SpectrumSet(
      name: FilePath(file.path).stem ?? file.path,
      image: Raster(rows: rows, columns: columns, values: try image.values), pixelSizeNM: pixelSize,
      energyEV: prepared.image.energyAxis.values, positions: positions, counts: counts)
    set.preparation = prepared.record
    set.notes = prepared.steps
    return set
  }

  private func lowest(_ data: DataSet) -> Double {
    guard let axis = data.energyAxisEV else { return .infinity }
    return min(axis.value(at: 0), axis.value(at: axis.size - 1))
  }

  /// The HAADF named, or the one in the same file, among the files given, or beside it with the same scan id.
  private func haadf(of data: DataSet, in file: File, others: [DataSet]) throws -> DataSet {
    let candidates: [DataSet]
    let place: String
    if let haadf {
      candidates = try File(haadf, inspector).images
      place = haadf
    } else if !file.images.isEmpty {
      candidates = file.images
      place = file.path
    } else {
      let id = data.metadata.scanID
      let given = others.filter { id != nil && $0.metadata.scanID == id }
      candidates = given.isEmpty ? (id == nil ? others : neighbours(of: file.path, scanID: id)) : given
      place = given.isEmpty && id != nil ? "the files beside \(file.path)" : "the files given"
    }
    let accepted = candidates.filter { $0.metadata.channelName.map(channels.accepts) ?? false }
    let images = accepted.isEmpty ? candidates.filter { $0.metadata.channelName == nil } : accepted
    let shape = Array(data.shape.prefix(2))
    if let image = images.first(where: { $0.shape == shape }) { return image }
    let size = "\(shape[0])×\(shape[1])"
    guard let other = images.first else {
      throw WorkshopError(
        "\(file.path): no HAADF image of its \(size) positions in \(place); name the file that holds it with --haadf")
    }
    throw WorkshopError(
      "\(file.path): HAADF and spectrum image differ in size: the image in \(place) has "
        + "\(other.shape.map(String.init).joined(separator: "×")) pixels, the spectra stand at \(size) positions; "
        + "give the HAADF recorded together with the spectra")
  }

  /// Files looked at for a scan id; a session folder holds some hundreds.
  private static let mostNeighbours = 500

  private func neighbours(of path: String, scanID: String?) -> [DataSet] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      .filter { $0 != URL(fileURLWithPath: path).lastPathComponent && !$0.hasPrefix(".") }
    return names.prefix(Self.mostNeighbours).flatMap { name -> [DataSet] in
      let sets = (try? inspector.dataSets(FilePath("\(folder)/\(name)"))) ?? []
      return sets.filter { $0.isPlainImage && $0.metadata.scanID == scanID }
    }
  }
}
