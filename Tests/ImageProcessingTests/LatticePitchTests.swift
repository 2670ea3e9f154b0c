// Lattice pitch against closed forms and against the study's reference code on its tuning scans.

import Foundation
import ImageProcessing
import Microscopy
import SharedData
import Testing

@Suite("Lattice pitch")
struct LatticePitchTests {
  /// Waves along both axes; the radial mean of their autocorrelation is the Bessel function J0(2π r / pitch), whose
  /// first maximum lies at r = 7.01559 pitch / 2π = 1.11657 pitch.
  private func lattice(rows: Int, columns: Int, pitch: Double) -> Raster {
    let values = (0..<rows * columns).map { index -> Float in
      Float(cos(Double(index / columns) * 2 * .pi / pitch) + cos(Double(index % columns) * 2 * .pi / pitch))
    }
    return Raster(rows: rows, columns: columns, values: values)
  }

  @Test("a perfect lattice gives its pitch, square or not, small or in blocks", arguments: [7.0, 11.5, 16.0, 20.0])
  func perfect(pitch: Double) throws {
    for (rows, columns) in [(160, 160), (120, 300), (62, 75), (700, 1100)] {
      let found = try #require(LatticePitch.measure(lattice(rows: rows, columns: columns, pitch: pitch)))
      // A ring of pixels r ..< r + 1 has a mean radius of r + 0.5.
      #expect(abs(Double(found.pitchPixels) + 0.5 - 1.11657 * pitch) <= 0.75, "\(rows)×\(columns): \(found)")
      #expect(found.contrast > 0.5)
    }
  }

  @Test("a constant, a ramp, NaN and images too small have no pitch")
  func none() {
    #expect(LatticePitch.measure(Raster(rows: 160, columns: 160, repeating: 5)) == nil)
    let ramp = Raster(rows: 160, columns: 160, values: (0..<25_600).map { Float($0 % 160) })
    #expect(LatticePitch.measure(ramp) == nil)
    #expect(LatticePitch.measure(ramp.map { _ in .nan }) == nil)
    for (rows, columns) in [(0, 0), (1, 1), (1, 200), (200, 1), (4, 4)] {
      #expect(LatticePitch.measure(testPattern(rows, columns)) == nil)
    }
  }

  /// The reference's `acf_pitch`: (pitch, contrast) of tuning scans 0...9.
  static let reference: [(pitch: Int, contrast: Double)] = [
    (11, 0.183), (11, 0.127), (10, 0.115), (10, 0.127), (11, 0.117), (11, 0.221), (11, 0.146), (11, 0.126),
    (11, 0.103), (11, 0.210),
  ]

  @Test("every tuning scan gives the reference's pitch within a pixel", arguments: 0..<10)
  func tuning(scan: Int) throws {
    guard SharedData.has("science/tuning") else { return }
    let array = try SharedData.array("science/tuning/scan0\(scan)_haadf.npy")
    let raster = Raster(rows: array.shape[0], columns: array.shape[1], values: array.floats)
    let found = try #require(LatticePitch.measure(raster))
    let expected = Self.reference[scan]
    #expect(abs(found.pitchPixels - expected.pitch) <= 1)
    #expect(abs(found.contrast - expected.contrast) < 0.05, "\(found)")
  }
}
