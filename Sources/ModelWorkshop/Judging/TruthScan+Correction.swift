// How far twenty slow spectra bring the error of the rest of a scan down.

import FilmSimulation
import Im2Spec
import Microscopy
import SeededRandom
import Triage

extension TruthScan {
  /// Spectra measured before the correction is judged.
  private static let measuredCount = 20
  /// Reciprocals of the plastic number and its square: the R2 low-discrepancy sequence.
  private static let steps = (1 / 1.32471795724, 1 / (1.32471795724 * 1.32471795724))

  /// Mean e of the other grid points after correction by spread spectra with counting noise.
  /// - Parameter spectra: (grid, channels) predictions in the model's units.
  func errorAfterCorrection(spectra: [Float], model: ModelBundle, seed: UInt64) throws -> Double {
    let scale = Float((model.countsPerUnit ?? 1) / unit.countsPerUnit)
    let known = Float(1 / unit.countsPerUnit)
    let predicted = spectra.map { $0 * scale }
    let places = try self.places(model)
    let measured = spreadPoints()
    var generator = SeededGenerator(seed: seed)
    let clean = measured.flatMap { Array(counts[$0 * channels..<($0 + 1) * channels]) }
    let recorded = CountingNoise.apply(clean, using: &generator)
    let residuals = recorded.indices.map { index in
      Double(recorded[index] * known) - Double(predicted[measured[index / channels] * channels + index % channels])
    }
    let correction = try ResidualCorrection(
      measured: measured.map { places[$0] }, residuals: residuals, channels: channels,
      noise: ResidualCorrection.noise(context: model.usesContext)
    ).correction(at: places)
    let rest = Set(places.indices).subtracting(measured)
    let sum = rest.reduce(0.0) { sum, point in
      sum
        + (point * channels..<(point + 1) * channels).reduce(0.0) { total, i in
          let difference = Double(predicted[i]) + correction[i] - Double(counts[i] * known)
          return total + difference * difference
        }
    }
    return sum / Double(rest.count * channels) / unit.meanSquare
  }

  private func places(_ model: ModelBundle) throws -> [ResidualCorrection.Place] {
    let positions = grid.rows.flatMap { row in grid.columns.map { PixelPosition(row: row, column: $0) } }
    let pixel = scan.frame.pixelSizeNM ?? 1
    let latents = try model.latents(of: scan, at: positions)
    let space = try LatentSpace(
      latents: model.bank.latents, count: model.bank.count, dimensions: model.bank.latentCount)
    let white = space.whiten(latents, count: positions.count)
    let size = model.bank.latentCount
    return positions.indices.map {
      ResidualCorrection.Place(
        x: Double(positions[$0].column) * pixel, y: Double(positions[$0].row) * pixel,
        latents: white[$0 * size..<($0 + 1) * size])
    }
  }

  private func spreadPoints() -> [Int] {
    let (rows, columns) = (Double(grid.rows.count), Double(grid.columns.count))
    return (1...Self.measuredCount).map { k in
      let row = (0.5 + Double(k) * Self.steps.0).truncatingRemainder(dividingBy: 1) * rows
      let column = (0.5 + Double(k) * Self.steps.1).truncatingRemainder(dividingBy: 1) * columns
      return Int(row) * grid.columns.count + Int(column)
    }
  }
}

extension ModelBundle {
  /// (positions, latents) of the first member on a scan at the model's own pixel size.
  func latents(of scan: Scan, at positions: [PixelPosition]) throws -> [Float] {
    var pairs = TrainingSet(channels: 1)
    try pairs.add(
      image: scan.image, pixelSizeNM: scan.frame.pixelSizeNM ?? pixelSizeNM, positions: positions,
      spectra: [Float](repeating: 0, count: positions.count))
    let batch = pairs.batch(Array(0..<positions.count), context: usesContext)
    return networks.im2spec[0].executor(maximumBatch: positions.count)
      .encode(batch.tiles, side: batch.context, count: positions.count)
  }
}
