// The image all reference numbers were computed on, and how they are compared.

import Microscopy
import Testing

/// In NumPy: `i = arange(rows * columns); (((i * 37 + 11) % 101) / 100).astype(float32).reshape(rows, columns)`.
func testPattern(_ rows: Int, _ columns: Int) -> Raster {
  Raster(rows: rows, columns: columns, values: (0..<rows * columns).map { Float(Double(($0 * 37 + 11) % 101) / 100) })
}

func expectClose(
  _ values: [Float], _ expected: [Float], within tolerance: Float, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  let largest = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
  #expect(largest <= tolerance, "largest difference \(largest)", sourceLocation: sourceLocation)
}
