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

  /// Runs im2spec members and spec2im on one block, on the calling thread, and tells the members' spread too. Same
  /// batch, same bytes.
  func roundTrip(_ batch: TileBatch) -> RoundTripBatch

  /// Runs them on every position of a band, on the calling thread. Same band, same bytes.
  /// - Parameters:
  ///   - checkpoint: called before each block of positions; what it throws ends the call.
  func roundTrip(
    _ band: TileBand, keepsSpectra: Bool, checkpoint: () throws -> Void
  ) throws -> BandRoundTrip
}

extension RoundTripModel {
  /// Cuts the tiles out, a block at a time.
  public func roundTrip(
    _ band: TileBand, keepsSpectra: Bool, checkpoint: () throws -> Void
  ) throws -> BandRoundTrip {
    let block = 64
    var result = BandRoundTrip(reserving: band.count)
    for start in stride(from: 0, to: band.count, by: block) {
      try checkpoint()
      result.append(
        roundTrip(band.batch(start..<min(start + block, band.count))), keepsSpectra: keepsSpectra)
    }
    return result
  }
}
