// The noise-free HAADF signal: projected thickness under the probe.

import Foundation
import Microscopy

/// Projected thickness weighted by atomic number, in nm of the film's own material.
enum ThicknessMap {
  /// Subpixels along each edge of a pixel.
  static let oversampling = 3
  /// The support membrane.
  static let supportNM = 1.2
  static let probeFWHMNM = 0.8

  /// - Returns: (rows, columns), nm, blurred by the probe.
  static func image(_ particles: [Particle], _ settings: FilmSettings) -> Raster {
    let ss = oversampling
    let step = settings.pixelSizeNM / Double(ss)
    var grid = FineGrid(rows: settings.rows * ss, columns: settings.columns * ss, step: step)
    for particle in particles { grid.add(particle) }
    let sigma = probeFWHMNM / 2.355 / step
    let blurred = GaussianBlur.apply(
      grid.values.map { $0 + supportNM }, rows: grid.rows, columns: grid.columns, sigma: sigma)
    var image = Raster(rows: settings.rows, columns: settings.columns, repeating: 0)
    for row in 0..<settings.rows {
      for column in 0..<settings.columns {
        var sum = 0.0
        for i in 0..<ss {
          for j in 0..<ss { sum += blurred[(row * ss + i) * grid.columns + column * ss + j] }
        }
        image[row, column] = Float(sum / Double(ss * ss))
      }
    }
    return image
  }
}

/// Subpixels on which particles are projected.
private struct FineGrid {
  let rows: Int
  let columns: Int
  let step: Double
  private(set) var values: [Double]

  init(rows: Int, columns: Int, step: Double) {
    self.rows = rows
    self.columns = columns
    self.step = step
    values = [Double](repeating: 0, count: rows * columns)
  }

  mutating func add(_ particle: Particle) {
    let reach = 1.5 * max(particle.aNM, particle.bNM) + 2
    let rowRange = range(particle.yNM, reach, rows)
    let columnRange = range(particle.xNM, reach, columns)
    guard !rowRange.isEmpty, !columnRange.isEmpty else { return }
    let cosine = cos(particle.rotationRad)
    let sine = sin(particle.rotationRad)
    let isFused = particle.kind == .anomalous(.fused)
    // Carbon gives about 0.06 of the film material's signal for each nm, on both sides of the particle.
    let shell = 0.06 * 2 * particle.shellNM * 1.5
    for row in rowRange {
      let y = (Double(row) + 0.5) * step
      for column in columnRange {
        let x = (Double(column) + 0.5) * step
        let (u, v) = particle.local(x: x, y: y, cosine: cosine, sine: sine)
        // Beyond 1.25 semi-axes lies nothing, shells included, for every exponent from 2 up.
        guard abs(u) < 1.25 * particle.aNM, abs(v) < 1.25 * particle.bNM else { continue }
        let f = pow(abs(u / particle.aNM), particle.exponent) + pow(abs(v / particle.bNM), particle.exponent)
        let thickness = f < 1 ? 2 * particle.cNM * pow(1 - f, 1 / particle.exponent) : 0
        let index = row * columns + column
        if isFused {
          values[index] = max(values[index], thickness)
        } else {
          values[index] += thickness * particle.haadfWeight
        }
        if f < 1.25 { values[index] += shell }
      }
    }
  }

  private func range(_ centre: Double, _ reach: Double, _ limit: Int) -> Range<Int> {
    let first = max(0, Int((centre - reach) / step))
    let end = min(limit, Int((centre + reach) / step) + 2)
    return first..<max(first, end)
  }
}
