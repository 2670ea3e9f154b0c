// From projected thickness to what a HAADF detector writes.

import Foundation
import Microscopy
import SeededRandom

/// Acquisition conditions of a simulated HAADF scan.
public struct ScanConditions: Equatable, Sendable {
  /// Detected electrons a pixel on a particle 14 nm thick.
  public var dose: Double
  /// Standard deviation of the gain of a line.
  public var lineGain: Double
  /// Drift of lines, pixels rms over the scan.
  public var driftPixels: Double
  /// Detector gain; nil draws from 0.6 to 1.6.
  public var gain: Double?
  /// Detector offset; nil draws from -0.2 to 0.4.
  public var offset: Double?
  public var dwellUS: Double

  public init(
    dose: Double = 100, lineGain: Double = 0.01, driftPixels: Double = 0.4, gain: Double? = nil, offset: Double? = nil,
    dwellUS: Double = 10
  ) {
    self.dose = dose
    self.lineGain = lineGain
    self.driftPixels = driftPixels
    self.gain = gain
    self.offset = offset
    self.dwellUS = dwellUS
  }

  /// A survey scan: 100 electrons a pixel, unknown gain and offset.
  public static let fast = ScanConditions()
  /// The scan taken along with a spectrum image: almost free of noise.
  public static let slow = ScanConditions(
    dose: 2e4, lineGain: 0.003, driftPixels: 0.3, gain: 1, offset: 0.1, dwellUS: 100_000)
}

enum ScanNoise {
  /// Thickness at which a pixel counts as 1, nm.
  static let referenceThicknessNM = 14.0
  static let lineOffset = 0.01
  static let readNoise = 0.01

  /// - Parameter thickness: (rows, columns), nm.
  static func apply(_ thickness: Raster, _ conditions: ScanConditions, using generator: inout SeededGenerator) -> Raster
  {
    var image = thickness
    let shifts = lineShifts(thickness.rows, conditions.driftPixels, using: &generator)
    let gain = conditions.gain ?? generator.uniform(0.6, 1.6)
    let offset = conditions.offset ?? generator.uniform(-0.2, 0.4)
    for row in 0..<thickness.rows {
      let lineGain = 1 + generator.normal(0, conditions.lineGain)
      let lineOffset = generator.normal(0, Self.lineOffset)
      for column in 0..<thickness.columns {
        let signal = interpolated(thickness, row, Double(column) + shifts[row]) / referenceThicknessNM
        let counted = Double(generator.poisson(max(0, signal) * conditions.dose)) / conditions.dose
        let read = counted * lineGain + lineOffset + generator.normal(0, readNoise)
        image[row, column] = Float(gain * read + offset)
      }
    }
    return image
  }

  /// A random walk from line to line, zero in the middle of the scan.
  private static func lineShifts(_ rows: Int, _ drift: Double, using generator: inout SeededGenerator) -> [Double] {
    var walk: [Double] = []
    var position = 0.0
    for _ in 0..<rows {
      position += generator.normal(0, drift / Double(rows).squareRoot())
      walk.append(position)
    }
    let middle = walk[rows / 2]
    return walk.map { $0 - middle }
  }

  private static func interpolated(_ image: Raster, _ row: Int, _ column: Double) -> Double {
    let clamped = min(max(column, 0), Double(image.columns - 1))
    let left = min(Int(clamped), image.columns - 2)
    let fraction = clamped - Double(left)
    return Double(image[row, left]) * (1 - fraction) + Double(image[row, left + 1]) * fraction
  }
}
