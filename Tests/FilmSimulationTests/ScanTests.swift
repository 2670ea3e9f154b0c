// Noise, drift, gain and offset of simulated scans, and pictures that are no scans.

import FilmSimulation
import Microscopy
import Testing

@Suite struct ScanTests {
  static func film(_ thicknessNM: Double = 14) throws -> SimulatedFilm {
    // One huge slab covers the view evenly.
    let slab = Particle(
      xNM: 120, yNM: 120, aNM: 5000, bNM: 5000, cNM: (thicknessNM - 1.2) / 2, exponent: 50, rotationRad: 0)
    return try SimulatedFilm(particles: [slab], seed: 8, settings: FilmSettings())
  }

  @Test func theNoiseOfAFastScanIsThatOfItsDose() throws {
    let image = try Self.film().fastScan(ScanConditions(gain: 1, offset: 0)).image
    let values = image.values.map(Double.init)
    // Poisson 1/100, line gain 0.01², line offset 0.01², read noise 0.01².
    let expected = (0.01 + 3e-4).squareRoot()
    #expect(abs(mean(values) - 1) < 0.005)
    #expect(abs(deviation(values) / expected - 1) < 0.02)
    let lines = (0..<160).map { row in mean(values[row * 160..<(row + 1) * 160].map { $0 }) }
    // Gain and offset of a line, and what 160 pixels leave of the rest.
    let lineExpected = (2e-4 + 0.0101 / 160).squareRoot()
    #expect(abs(deviation(lines) / lineExpected - 1) < 0.2, "\(deviation(lines)) against \(lineExpected)")
  }

  @Test func theSlowScanIsAlmostFreeOfNoise() throws {
    let values = try Self.film().slowScan().image.values.map(Double.init)
    let expected = (1 / 2e4 + 9e-6 + 2e-4).squareRoot()
    #expect(abs(mean(values) - 1.1) < 0.003)
    #expect(abs(deviation(values) / expected - 1) < 0.1)
  }

  @Test func gainAndOffsetAreDrawnWithinTheirRanges() throws {
    var levels: [Double] = []
    for seed in UInt64(1)...40 {
      let film = try SimulatedFilm(particles: Self.film().particles, seed: seed, settings: FilmSettings())
      levels.append(mean(film.fastScan().image.values.map(Double.init)))
    }
    #expect(levels.allSatisfy { (0.39...2.01).contains($0) })
    // Sum of U(0.6,1.6) and U(-0.2,0.4).
    #expect(abs(mean(levels) - 1.2) < 0.2 && abs(deviation(levels) - 0.337) < 0.12)
  }

  @Test func scansCarryTheirCalibration() throws {
    let scan = try SimulatedFilm(seed: 1).fastScan()
    #expect(scan.frame == ScanFrame(rows: 160, columns: 160, pixelSizeNM: 1.5, rotationRad: 0))
    #expect(scan.metadata.fieldOfViewNM == 240 && scan.metadata.channelName == "HAADF")
  }

  @Test func linesDriftAndTheMiddleOneStays() throws {
    let film = try SimulatedFilm(seed: 6)
    let quiet = ScanConditions(dose: 1e8, lineGain: 0, driftPixels: 0, gain: 1, offset: 0)
    var drifting = quiet
    drifting.driftPixels = 0.4
    let (still, moved) = (film.slowScan(quiet).image, film.slowScan(drifting).image)
    func change(_ row: Int) -> Double {
      mean((0..<160).map { Double(abs(still[row, $0] - moved[row, $0])) })
    }
    // Read noise is the same 0.01 in both, from the same stream.
    #expect(change(80) < 0.001)
    #expect(change(0) > 0.005)
  }

  @Test func picturesThatAreNoScans() throws {
    let noise = DomainTestScans.noise(seed: 1).image.values.map(Double.init)
    #expect(abs(mean(noise) - 1) < 0.003 && abs(deviation(noise) - 0.1) < 0.003)
    let ramp = DomainTestScans.ramp(seed: 1).image
    let left = mean((0..<160).map { Double(ramp[$0, 0]) })
    let right = mean((0..<160).map { Double(ramp[$0, 159]) })
    #expect(abs(left) < 0.04 && abs(right - 159.0 / 160) < 0.04)
    let scan = try SimulatedFilm(seed: 1).fastScan()
    #expect(DomainTestScans.inverted(scan).image.values == scan.image.values.map { -$0 })
    let blurred = DomainTestScans.blurred(scan).image.values.map(Double.init)
    let original = scan.image.values.map(Double.init)
    #expect(abs(mean(blurred) - mean(original)) < 1e-5)
    func steps(_ values: [Double]) -> Double { mean((1..<values.count).map { abs(values[$0] - values[$0 - 1]) }) }
    #expect(steps(blurred) < 0.3 * steps(original))
  }

  /// scipy.ndimage.gaussian_filter of a 16×16 image that is 1 at row 0, column 2, sigma 3.
  @Test func theBlurMirrorsAtTheEdge() {
    var image = Raster(rows: 16, columns: 16, repeating: 0)
    image[0, 2] = 1
    let blurred = DomainTestScans.blurred(Scan(image: image, pixelSizeNM: 1)).image
    let expected: [(Int, Int, Float)] = [
      (0, 0, 0.048429828),
      (0, 2, 0.042995300),
      (1, 1, 0.041920133),
      (5, 4, 0.005894702),
      (11, 14, 0.000000009),
      (12, 2, 0.000007412),
    ]
    for (row, column, value) in expected { #expect(abs(blurred[row, column] - value) < 1e-7) }
  }
}
