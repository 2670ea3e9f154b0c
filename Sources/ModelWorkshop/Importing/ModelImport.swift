// From files of foreign networks to a bundle: recognising, pairing, describing.

import Crypto
import Foundation
import Im2Spec
import NeuralNetworks
import StrictJSON
import TorchCheckpoint

/// Networks read from files and recognised by their contents. Nothing in a file is executed.
public struct ModelImport: Sendable {
  /// im2spec networks are members of an ensemble, in the order of the files.
  public let im2spec: [FloatNetwork]
  public let spec2im: FloatNetwork?
  private let settings: ImportSettings
  private let provenance: JSONValue
  /// A bundle among the files says what settings would: the given ones go first.
  private let described: OneWayBundle?

  /// - Throws: `MissingInput` for a file that is not there; `WorkshopError` naming the file and what is wrong with it.
  public init(files: [String], settings: ImportSettings) throws {
    self.settings = settings
    var found: [FoundNetwork] = []
    var sources: [JSONValue] = []
    var described: OneWayBundle?
    for path in files {
      let source = try Self.read(path)
      found += source.networks
      described = described ?? source.bundle
      sources.append([
        "file": .string(source.name), "sha256": .string(source.digest),
        "networks": JSONValue(source.networks.map(\.direction.rawValue)),
      ])
    }
    self.described = described
    let forward = found.filter { $0.direction == .im2spec }
    let back = found.filter { $0.direction == .spec2im }
    guard back.count <= 1 else {
      throw WorkshopError(
        "\(back.count) spec2im networks (\(back.map(\.file).joined(separator: ", "))); a bundle has one. Only im2spec "
          + "forms ensembles")
    }
    im2spec = try forward.map { try $0.network(channels: nil) }
    try Self.checkMembers(im2spec, forward)
    let axis = try settings.fileEnergies()
    let channels = im2spec.first.map { OneWayBundle.channels(of: $0, .im2spec) } ?? axis?.count
    spec2im = try back.first?.network(channels: channels)
    if let spec2im { try Self.checkBack(spec2im, file: back[0].file, channels: channels, paired: !im2spec.isEmpty) }
    provenance = [
      "source": .string("imported: " + files.map { Self.name($0) }.joined(separator: ", ")),
      "imported_from": .array(sources), "mean_square_known": .bool(settings.meanSquare != nil),
    ]
  }

  /// The bundle: whole with both networks, else one-way. Imported ones are not calibrated and have no bank.
  /// - Throws: `MissingImportSettings` naming everything that is lacking.
  public func bundle(createdAt: String = Date.now.formatted(.iso8601)) throws -> ImportedBundle {
    guard let first = im2spec.first ?? spec2im else { throw WorkshopError("no files to import") }
    let direction: NetworkDirection = im2spec.isEmpty ? .spec2im : .im2spec
    let channels = OneWayBundle.channels(of: first, direction)
    let energies = try settings.energies(channels: channels) ?? described?.energyEV
    let pixelSize = settings.pixelSizeNM ?? described?.pixelSizeNM
    let counts = settings.countsPerUnit ?? described?.scaler.countsPerUnit
    guard let energies, let pixelSize, let counts else {
      throw MissingImportSettings(
        [
          energies == nil
            ? (
              "energy axis",
              "--energy-range-ev LO HI (of the first and the last of the \(channels) channels) or --energy-axis F.npy"
            ) : nil,
          pixelSize == nil ? ("pixel size", "--pixel-size-nm NM (of the images it was trained with)") : nil,
          counts == nil ? ("scale", "--scale COUNTS (what 1.0 in its spectra stands for)") : nil,
        ].compactMap(\.self))
    }
    let meanSquare = settings.meanSquare ?? described?.scaler.meanSquare ?? 1
    let scaler = SpectrumScaler(countsPerUnit: counts, meanSquare: meanSquare)
    guard let spec2im, !im2spec.isEmpty else {
      return .oneWay(
        OneWayBundle(
          direction: direction, networks: im2spec.isEmpty ? [first] : im2spec, pixelSizeNM: pixelSize,
          energyEV: energies, scaler: scaler, training: provenance, createdAt: createdAt, licence: settings.licence))
    }
    let networks = try BundleNetworks(im2spec: im2spec, spec2im: spec2im)
    return .whole(
      ModelBundleDraft(
        networks: networks, pixelSizeNM: pixelSize, energyEV: energies, scaler: scaler,
        bank: .empty(latentCount: im2spec[0].plan.latentCount), training: provenance, createdAt: createdAt,
        licence: settings.licence))
  }

  private struct Source {
    var name: String
    var digest: String
    var networks: [FoundNetwork]
    var bundle: OneWayBundle?
  }

  private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  private static func read(_ path: String) throws -> Source {
    guard FileManager.default.fileExists(atPath: path) else { throw MissingInput(path: path) }
    let data: Data
    do { data = try SafetensorsFile.read(path) } catch { throw WorkshopError("\(path): \(error.message)") }
    let digest = SHA256.hash(data: data).hexadecimal
    var source = Source(name: name(path), digest: digest, networks: [])
    if TorchCheckpoint.isMarked(data) {
      do {
        source.networks = try CheckpointReading.networks(in: TorchCheckpoint(data).contents, file: path)
      } catch let error as TorchCheckpointError { throw WorkshopError("\(path): \(error.message)") }
      return source
    }
    let file: SafetensorsFile
    do { file = try SafetensorsFile(data) } catch {
      throw WorkshopError("\(path): neither a file of torch.save nor safetensors (\(error.message))")
    }
    source.networks = try SafetensorsReading.networks(in: file, name: path)
    source.bundle = try? OneWayBundle(file)
    return source
  }

  private static func checkMembers(_ networks: [FloatNetwork], _ found: [FoundNetwork]) throws {
    guard let first = networks.first else { return }
    let tile = first.plan.architecture.input.extents
    guard tile == [TileBatch.tileEdge, TileBatch.tileEdge] else {
      throw WorkshopError(
        "\(found[0].file): im2spec takes images of \(tile.map(String.init).joined(separator: "×")) pixels; "
          + "EELScout works with tiles of \(TileBatch.tileEdge)×\(TileBatch.tileEdge)")
    }
    for (network, place) in zip(networks, found) where network.plan.architecture != first.plan.architecture {
      throw WorkshopError("\(place.file): has other layers or sizes than \(found[0].file); members must be alike")
    }
  }

  private static func checkBack(_ network: FloatNetwork, file: String, channels: Int?, paired: Bool) throws {
    let taken = network.plan.architecture.input.planeCount
    guard channels == nil || taken == channels else {
      throw WorkshopError(
        "\(file): spec2im takes spectra of \(taken) channels; \(paired ? "im2spec gives" : "the energy axis has") "
          + "\(channels ?? 0)")
    }
    guard network.plan.output.extents == [TileBatch.tileEdge, TileBatch.tileEdge] else {
      throw WorkshopError("\(file): spec2im gives images of \(network.plan.output.extents) pixels, not 16×16 tiles")
    }
  }
}
