// Quantiles against NumPy 2.4.6.

import ImageProcessing
import Testing

@Suite("Quantiles")
struct QuantileTests {
  /// NumPy: `quantile(pattern(1, 20), [0, .01, .3, .5, .95, 1])`.
  @Test("few values: equal to numpy.quantile")
  func few() {
    let values = testPattern(1, 20).values
    let expected: [Float] = [0.039999999, 0.045699999, 0.289000005, 0.495000005, 0.951499999, 0.980000019]
    expectClose([0, 0.01, 0.3, 0.5, 0.95, 1].map { Quantile.linear(of: values, $0) }, expected, within: 1e-7)
    // NumPy: `median(abs(v - median(v)))`.
    expectClose([Quantile.medianAbsoluteDeviation(values)], [0.269999981], within: 1e-7)
  }

  /// NumPy: `v = ((arange(50000) * 7919) % 50021).astype(float32) / 100 - 250; quantile(v.astype(float64), ...)`.
  @Test("many values of both signs: equal to numpy.quantile")
  func many() {
    let values = (0..<50_000).map { Float(($0 * 7919) % 50021) / 100 - 250 }
    let expected: [Float] = [-250, -245.0000999, -99.95299988, 0.08499908447, 225.1905029, 250.2000122]
    let found = [0, 0.01, 0.3, 0.5, 0.95, 1].map { Quantile.linear(of: values, $0) }
    expectClose(found, expected, within: 2e-5)
  }

  @Test("counting and sorting agree on ties, zeros of both signs and infinities")
  func counting() {
    let few: [Float] = [-.infinity, -3, -0.0, 0, 0, .leastNonzeroMagnitude, 2, 2, 2, .infinity]
    let many = [[Float]](repeating: few, count: 5000).flatMap { $0 }
    for tenth in 0...9 {
      let rank = Double(tenth * 5000 + 2500) / Double(many.count - 1)
      #expect(Quantile.linear(of: many, rank) == few[tenth])
    }
  }

  @Test("one value, no values, NaN and q outside 0...1 have a defined answer")
  func edges() {
    #expect(Quantile.median([4]) == 4)
    #expect(Quantile.median([1, 2]) == 1.5)
    #expect(Quantile.median([]).isNaN)
    #expect(Quantile.median([1, .nan, 2]).isNaN)
    #expect(Quantile.linear(of: [1, 2, 3], -1) == 1)
    #expect(Quantile.linear(of: [1, 2, 3], 7) == 3)
  }
}
