// A bundle to be: its parts, and the file they make.

import Foundation
import NeuralNetworks
import StrictJSON

/// The parts of a bundle before it has a file and an id.
public struct ModelBundleDraft: Sendable {
  public var networks: BundleNetworks
  public var pixelSizeNM: Double
  public var energyEV: [Double]
  public var scaler: SpectrumScaler
  public var bank: ReferenceBank
  public var calibration: ScoreCalibration?
  /// Data, seeds and figures reached.
  public var training: JSONValue
  /// UTC, ISO 8601.
  public var createdAt: String
  public var licence: String

  public init(
    networks: BundleNetworks, pixelSizeNM: Double, energyEV: [Double], scaler: SpectrumScaler, bank: ReferenceBank,
    calibration: ScoreCalibration? = nil, training: JSONValue, createdAt: String, licence: String
  ) {
    self.networks = networks
    self.pixelSizeNM = pixelSizeNM
    self.energyEV = energyEV
    self.scaler = scaler
    self.bank = bank
    self.calibration = calibration
    self.training = training
    self.createdAt = createdAt
    self.licence = licence
  }

  private var file: SafetensorsFile {
    var file = SafetensorsFile()
    networks.store(in: &file)
    if !bank.isEmpty {
      file.set("bank.latents", shape: [bank.count, bank.latentCount], floats: bank.latents)
      file.set("bank.tiles", shape: [bank.count, TileBatch.tileEdge, TileBatch.tileEdge], halves: bank.tiles)
    }
    if let calibration { BundleFields.store(calibration, in: &file) }
    BundleFields.store(
      pixelSizeNM: pixelSizeNM, energyEV: energyEV, scaler: scaler, training: training, createdAt: createdAt,
      licence: licence, in: &file)
    return file
  }

  /// The draft as a model in memory, as if it had been written and read.
  public func model() throws -> ModelBundle { try ModelBundle(file, id: "draft") }

  /// Writes the bundle in one step: a reader sees the old file or the whole one.
  public func write(to path: String) throws {
    try file.data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

extension ModelBundle {
  /// The bundle's parts, to be changed and written again.
  public var draft: ModelBundleDraft {
    ModelBundleDraft(
      networks: networks, pixelSizeNM: pixelSizeNM, energyEV: energyEV,
      scaler: SpectrumScaler(countsPerUnit: countsPerUnit ?? 1, meanSquare: meanSquareSpectrum), bank: bank,
      calibration: calibration, training: training, createdAt: createdAt, licence: licence)
  }
}
