// A bundle with one of the two networks: kept until the other one joins it. It predicts, but cannot rank places.

import Foundation
import NeuralNetworks
import StrictJSON

/// im2spec members without a spec2im, or the reverse, with the same description as a whole bundle.
public struct OneWayBundle: Sendable {
  public var direction: NetworkDirection
  /// Members of one architecture; one for spec2im.
  public var networks: [FloatNetwork]
  public var pixelSizeNM: Double
  public var energyEV: [Double]
  public var scaler: SpectrumScaler
  public var training: JSONValue
  public var createdAt: String
  public var licence: String

  public init(
    direction: NetworkDirection, networks: [FloatNetwork], pixelSizeNM: Double, energyEV: [Double],
    scaler: SpectrumScaler, training: JSONValue, createdAt: String, licence: String
  ) {
    self.direction = direction
    self.networks = networks
    self.pixelSizeNM = pixelSizeNM
    self.energyEV = energyEV
    self.scaler = scaler
    self.training = training
    self.createdAt = createdAt
    self.licence = licence
  }

  /// The bundle in a file; nil for any other file, also for a bundle with both networks.
  /// - Throws: `ArchitectureError` or `SafetensorsError` when it is one and something in it is wrong.
  public init?(_ file: SafetensorsFile) throws {
    guard file.metadata[ModelBundle.versionKey] == ModelBundle.version else { return nil }
    let im2spec = try BundleNetworks.networks(.im2spec, in: file)
    let spec2im = try BundleNetworks.networks(.spec2im, in: file)
    guard im2spec.isEmpty != spec2im.isEmpty, let first = (im2spec + spec2im).first else { return nil }
    (direction, networks) = im2spec.isEmpty ? (.spec2im, spec2im) : (.im2spec, im2spec)
    let fields = BundleFields(file)
    pixelSizeNM = try fields.number("pixel_size_nm", 1e-3...1e3)
    energyEV = try fields.energies(count: Self.channels(of: first, direction))
    let scale = try fields.scaler()
    scaler = SpectrumScaler(countsPerUnit: scale.countsPerUnit ?? 1, meanSquare: scale.meanSquare)
    training = try fields.json("training")
    createdAt = file.metadata["created_at"] ?? ""
    licence = file.metadata["licence"] ?? ""
  }

  /// The bundle in a file; nil for any other file, also for one that cannot be read.
  public init?(contentsOf path: String) throws(ModelBundleError) {
    guard let file = try? SafetensorsFile(contentsOf: path) else { return nil }
    let bundle: OneWayBundle?
    do { bundle = try OneWayBundle(file) } catch { throw ModelBundleError(path: path, "\(error)") }
    guard let bundle else { return nil }
    self = bundle
  }

  /// Length of the spectra that a network gives or takes.
  public static func channels(of network: FloatNetwork, _ direction: NetworkDirection) -> Int {
    direction == .im2spec ? network.plan.output.planeCount : network.plan.architecture.input.planeCount
  }

  /// Writes the bundle in one step: a reader sees the old file or the whole one.
  public func write(to path: String) throws {
    var file = SafetensorsFile()
    BundleNetworks.store([direction: networks], in: &file)
    BundleFields.store(
      pixelSizeNM: pixelSizeNM, energyEV: energyEV, scaler: scaler, training: training, createdAt: createdAt,
      licence: licence, in: &file)
    try file.data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
