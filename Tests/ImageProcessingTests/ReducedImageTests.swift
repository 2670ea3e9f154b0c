// Block means, against sums over the whole image.

import ImageProcessing
import Microscopy
import Testing

@Suite struct ReducedImageTests {
  @Test(arguments: [(5, 7, 3), (130, 200, 50), (64, 64, 64), (1, 1000, 7), (300, 3, 8)])
  func `each value is the mean of its block`(rows: Int, columns: Int, side: Int) throws {
    let image = Raster(rows: rows, columns: columns, values: (0..<rows * columns).map { Float(($0 * 7919) % 1009) })
    let factor = ReducedImage.factor(image, side: side)
    let reduced = try ReducedImage.means(image, side: side)
    #expect(max(reduced.rows, reduced.columns) <= side)
    for row in 0..<reduced.rows {
      for column in 0..<reduced.columns {
        var block: [Float] = []
        for r in row * factor..<min((row + 1) * factor, rows) {
          for c in column * factor..<min((column + 1) * factor, columns) { block.append(image[r, c]) }
        }
        #expect(abs(reduced[row, column] - block.reduce(0, +) / Float(block.count)) < 1e-3)
      }
    }
  }

  @Test func `values that are not numbers are left out`() throws {
    let image = Raster(rows: 2, columns: 4, values: [1, .nan, .nan, .infinity, 3, 5, .nan, .nan])
    #expect(try ReducedImage.means(image, side: 2).values == [3, 0])
  }
}
