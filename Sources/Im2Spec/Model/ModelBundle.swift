// The complete model: everything that turns a scan into predictions, in one file.

import Crypto
import Foundation
import NeuralNetworks
import StrictJSON

/// A bundle read from one safetensors file. Nothing is inferred at run time from the batch at hand.
public struct ModelBundle: RoundTripModel {
  public static let versionKey = "eelscout.bundle"
  static let version = "1"

  public let id: String
  public let pixelSizeNM: Double
  public let energyEV: [Double]
  public let countsPerUnit: Double?
  public let meanSquareSpectrum: Double
  public let bank: ReferenceBank
  public let calibration: ScoreCalibration?
  /// How the model was made: data, seeds, figures reached.
  public let training: JSONValue
  public let createdAt: String
  public let licence: String
  public let networks: BundleNetworks
  private let pool: ExecutorPool

  public var usesContext: Bool { networks.usesContext }
  public var memberCount: Int { networks.im2spec.count }
  public var latentCount: Int { networks.im2spec[0].plan.latentCount }

  /// Reads and checks a bundle.
  /// - Throws: `ModelBundleError` naming the file and what is wrong with it.
  public init(contentsOf path: String) throws(ModelBundleError) {
    let file: SafetensorsFile
    let digest: String
    do {
      let data = try SafetensorsFile.read(path)
      digest = SHA256.hash(data: data).prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        .joined()
      file = try SafetensorsFile(data)
    } catch { throw ModelBundleError(path: path, error.message) }
    do { try self.init(file, id: digest) } catch { throw ModelBundleError(path: path, "\(error)") }
  }

  init(_ file: SafetensorsFile, id: String) throws {
    guard file.metadata[Self.versionKey] == Self.version else {
      throw ArchitectureError(
        file.metadata[Self.versionKey].map { "bundle version \"\($0)\" is not \(Self.version); update eelscout" }
          ?? "not a model bundle (no \"\(Self.versionKey)\"); make one with `eelscout train` or `eelscout model import`"
      )
    }
    let fields = BundleFields(file)
    networks = try BundleNetworks(file)
    self.id = id
    pixelSizeNM = try fields.number("pixel_size_nm", 1e-3...1e3)
    energyEV = try fields.energies(count: networks.channels)
    (countsPerUnit, meanSquareSpectrum) = try fields.scaler()
    training = try fields.json("training")
    createdAt = file.metadata["created_at"] ?? ""
    licence = file.metadata["licence"] ?? ""
    bank = try fields.bank(latents: networks.im2spec[0].plan.latentCount)
    calibration = try fields.calibration()
    guard calibration == nil || !bank.isEmpty else {
      throw ArchitectureError("a calibration without a bank of training tiles (tensor \"bank.latents\") is useless")
    }
    pool = ExecutorPool(networks)
  }

  public func roundTrip(_ batch: TileBatch) -> RoundTripBatch { pool.roundTrip(batch) }

  public func roundTrip(
    _ band: TileBand, keepsSpectra: Bool, checkpoint: () throws -> Void
  ) throws -> BandRoundTrip {
    try pool.roundTrip(band, keepsSpectra: keepsSpectra, checkpoint: checkpoint)
  }

  /// Round trips a second on one core for each way that this machine has to run networks, measured in `duration`.
  public func measureKernels(duration: Duration) -> [InferenceKernels.Speed] {
    InferenceKernels.measure(members: networks.im2spec, back: networks.spec2im, duration: duration)
  }
}
