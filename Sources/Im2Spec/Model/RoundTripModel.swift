// The seam between the networks and everything that ranks places by them.

import Microscopy

/// A pretrained model as Triage uses it: predictions, the training set, calibration.
public protocol RoundTripModel: Sendable {
  /// Short identity: the first 12 hexadecimal digits of the bundle file's SHA-256.
  var id: String { get }
  /// Pixel size that the tiles were trained at, nm.
  var pixelSizeNM: Double { get }
  /// Energy of each channel, eV.
  var energyEV: [Double] { get }
  /// Detector counts a channel that 1.0 stands for at the training dwell; nil when unknown.
  var countsPerUnit: Double? { get }
  /// Mean squared training spectrum, in squared units: the unit of e.
  var meanSquareSpectrum: Double { get }
  /// Whether the networks want the twelve context features.
  var usesContext: Bool { get }
  var bank: ReferenceBank { get }
  /// Nil for a bundle that has not been calibrated; Triage refuses such a model.
  var calibration: ScoreCalibration? { get }

  /// Runs im2spec members and spec2im on one block, on the calling thread. Same batch, same bytes.
  func roundTrip(_ batch: TileBatch) -> RoundTripBatch
}
