// Change of pixel size against the study's reference code run on SciPy 1.17.1.

import ImageProcessing
import Microscopy
import Testing

@Suite("Resampling")
struct ResamplingTests {
  // The reference: gaussian_filter(im, 0.5 sqrt((to/from)² - 1)) when coarsening, then map_coordinates of order 1 with
  // border `nearest` at ((arange(n) + 0.5) * to / from - 0.5).

  @Test("coarser, from 1.0 to 1.5 nm: 5×7 becomes 3×4")
  func coarser() throws {
    let result = try Resampling.resample(testPattern(5, 7), from: 1.0, to: 1.5)
    let expected: [Float] = [
      0.317780316, 0.568442643, 0.454167396, 0.647323489, 0.427167863, 0.619995177, 0.532040298, 0.381377995,
      0.541912436, 0.467083573, 0.609483004, 0.442648351,
    ]
    #expect(result.rows == 3 && result.columns == 4)
    expectClose(result.values, expected, within: 3e-7)
  }

  @Test("finer, from 2.0 to 1.5 nm: 3×4 becomes 4×5")
  func finer() throws {
    let result = try Resampling.resample(testPattern(3, 4), from: 2.0, to: 1.5)
    let expected: [Float] = [
      0.109999999, 0.341250002, 0.618749976, 0.770000041, 0.289999992, 0.403750002, 0.63499999, 0.67578125,
      0.511406243, 0.504843771, 0.377499998, 0.608749986, 0.649531245, 0.485156238, 0.478593767, 0.039999999,
      0.27125001, 0.548749983, 0.699999988, 0.219999999,
    ]
    #expect(result.rows == 4 && result.columns == 5)
    expectClose(result.values, expected, within: 2e-7)
  }

  @Test("the same pixel size changes nothing; a single pixel can be refined; no pixel is lost to rounding")
  func edges() throws {
    let pattern = testPattern(5, 7)
    #expect(try Resampling.resample(pattern, from: 1.3, to: 1.3) == pattern)
    let one = Raster(rows: 1, columns: 1, repeating: 3)
    #expect(try Resampling.resample(one, from: 3, to: 1).values == [Float](repeating: 3, count: 9))
    let side = 240
    #expect(try Resampling.resample(Raster(rows: 1, columns: side, repeating: 1), from: 1, to: 0.3).columns == 800)
    #expect(try Resampling.resample(Raster(rows: side, columns: side, repeating: 1), from: 0.3, to: 1.5).columns == 48)
  }

  @Test(
    "impossible pixel sizes are refused before anything is allocated",
    arguments: [(0, 1.5), (-1, 1.5), (1.5, 0), (.nan, 1.5), (1.5, .infinity), (1e9, 1.5), (1e-9, 1.5)])
  func refused(from: Double, to: Double) {
    #expect(throws: ResamplingError.self) { try Resampling.resample(testPattern(5, 7), from: from, to: to) }
  }
}
