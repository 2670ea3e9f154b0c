import Foundation
import Im2Spec
import Microscopy
import SharedData
import Testing

@Suite("Normalising a scan by two levels")
struct ScanNormalisationTests {
  @Test("levels of a study scan equal the reference", .enabled(if: SharedData.has("science/models")))
  func referenceLevels() throws {
    let scan = try referenceScan()
    let reference = try SharedData.array("science/models/ref_norm_levels.npy").values
    let levels = try ScanNormalisation.levels(of: scan)
    #expect(abs(levels.background - reference[0]) < 1e-6)
    #expect(abs(levels.particle - reference[1]) < 1e-6)
  }

  @Test("signal to noise of a study scan equals rob.py's snr_levels", .enabled(if: SharedData.has("science/models")))
  func referenceSignalToNoise() throws {
    let scan = try referenceScan()
    let ratio = try ScanNormalisation.signalToNoise(of: scan, levels: try ScanNormalisation.levels(of: scan))
    // numpy on the same file: t = (b + p) / 2; (p - b) / sqrt(.5 * (lo.var() + hi.var())).
    #expect(abs((ratio ?? 0) - 5.093732) < 1e-4)
  }

  @Test("a two-level scan has exactly its levels, whatever gain and offset")
  func gainAndOffset() throws {
    // Left half 0, right half 1; a 3×3 mean leaves both levels untouched away from the step.
    let plain = Raster(rows: 40, columns: 40, values: (0..<1600).map { $0 % 40 < 20 ? 0 : 1 })
    for (gain, offset) in [(1, 0), (250, -3), (0.001, 4)] as [(Float, Float)] {
      let scan = plain.map { $0 * gain + offset }
      let levels = try ScanNormalisation.levels(of: scan)
      #expect(abs(levels.background - Double(offset)) < 1e-6 * Double(max(gain, 1)))
      let normalised = try ScanNormalisation.normalise(scan, levels: levels)
      #expect(zip(normalised.values, plain.values).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test("signal to noise of two levels with known noise is their distance over it")
  func knownNoise() throws {
    // ±0.1 about 0 and ±0.2 about 1: variances 0.01 and 0.04, so 1 / sqrt(0.025).
    let values = (0..<400).map { index -> Float in
      let sign: Float = index % 2 == 0 ? 1 : -1
      return index < 200 ? 0.1 * sign : 1 + 0.2 * sign
    }
    let scan = Raster(rows: 20, columns: 20, values: values)
    let ratio = try ScanNormalisation.signalToNoise(of: scan, levels: ScanLevels(background: 0, particle: 1))
    #expect(abs((ratio ?? 0) - 1 / 0.025.squareRoot()) < 1e-6)
  }

  @Test("scans without two levels are refused with a named reason")
  func degenerate() throws {
    let constant = Raster(rows: 20, columns: 20, repeating: 7)
    #expect(throws: NormalisationError.noContrast(level: 7)) { try ScanNormalisation.levels(of: constant) }
    let empty = Raster(rows: 0, columns: 0, values: [])
    #expect(throws: NormalisationError.empty) { try ScanNormalisation.levels(of: empty) }
    var holed = constant
    holed[3, 4] = .nan
    #expect(throws: NormalisationError.notFinite(PixelPosition(row: 3, column: 4))) {
      try ScanNormalisation.levels(of: holed)
    }
    let falling = ScanLevels(background: 1, particle: 1)
    #expect(throws: NormalisationError.notRising(falling)) {
      try ScanNormalisation.normalise(constant, levels: falling)
    }
    #expect(
      try ScanNormalisation.signalToNoise(of: constant, levels: ScanLevels(background: 0, particle: 1)) == nil)
    #expect(throws: NormalisationError.self) {
      try ScanNormalisation.levels(of: Raster(rows: 1, columns: 1, repeating: 0))
    }
  }

  @Test("extreme but finite values never trap")
  func extremes() {
    let huge = Raster(
      rows: 8, columns: 8, values: (0..<64).map { $0 % 2 == 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude })
    if let levels = try? ScanNormalisation.levels(of: huge) {
      _ = try? ScanNormalisation.normalise(huge, levels: levels)
    }
    let tiny = Raster(rows: 8, columns: 8, values: (0..<64).map { $0 < 32 ? 0 : .leastNonzeroMagnitude })
    _ = try? ScanNormalisation.levels(of: tiny)
  }
}
