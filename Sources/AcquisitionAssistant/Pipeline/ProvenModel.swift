// Progress of long work: every block of positions that the networks answer, and every piece of an image or of its scores,
// is proof of life.

import Im2Spec
import Microscopy
import SystemdService

/// A model that tells the watchdog about each block.
struct ProvenModel: RoundTripModel {
  let model: any RoundTripModel
  let token: ProgressToken

  var id: String { model.id }
  var pixelSizeNM: Double { model.pixelSizeNM }
  var energyEV: [Double] { model.energyEV }
  var countsPerUnit: Double? { model.countsPerUnit }
  var meanSquareSpectrum: Double { model.meanSquareSpectrum }
  var usesContext: Bool { model.usesContext }
  var bank: ReferenceBank { model.bank }
  var calibration: ScoreCalibration? { model.calibration }

  func roundTrip(_ batch: TileBatch) -> RoundTripBatch {
    defer { token.proveProgress() }
    return model.roundTrip(batch)
  }

  func roundTrip(
    _ band: TileBand, keepsSpectra: Bool, checkpoint: () throws -> Void
  ) throws -> BandRoundTrip {
    try model.roundTrip(band, keepsSpectra: keepsSpectra) {
      token.proveProgress()
      try checkpoint()
    }
  }
}

/// An image that tells the watchdog about each piece, and ends when its reader is to end.
struct ProvenImage: RasterSource {
  let image: any RasterSource
  let token: ProgressToken

  var rows: Int { image.rows }
  var columns: Int { image.columns }
  var heldBytes: Int { image.heldBytes }

  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    try token.proving { try image.piece(rows: rows, columns: columns) }
  }
}

extension ProgressToken {
  /// One step of work for which there is still a wish, and that shows progress.
  fileprivate func proving<Value>(_ step: () throws -> Value) throws -> Value {
    try Task.checkCancellation()
    defer { proveProgress() }
    return try step()
  }
}

/// Storage whose rasters tell the watchdog about each piece, and end when their user is to end.
struct ProvenStorage: RasterStorage {
  let storage: any RasterStorage
  let token: ProgressToken

  func raster(rows: Int, columns: Int) throws -> any WritableRaster {
    ProvenRaster(raster: try storage.raster(rows: rows, columns: columns), token: token)
  }
}

private struct ProvenRaster: WritableRaster {
  let raster: any WritableRaster
  let token: ProgressToken

  var rows: Int { raster.rows }
  var columns: Int { raster.columns }
  var heldBytes: Int { raster.heldBytes }

  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    try token.proving { try raster.piece(rows: rows, columns: columns) }
  }

  func write(_ piece: Raster, row: Int, column: Int) throws {
    try token.proving { try raster.write(piece, row: row, column: column) }
  }
}
