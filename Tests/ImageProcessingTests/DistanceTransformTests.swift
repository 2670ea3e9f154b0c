// Euclidean distances against SciPy and against their definition.

import ImageProcessing
import Testing

@Suite("Distance transform")
struct DistanceTransformTests {
  /// SciPy: `m = ones((6, 8), bool); m[1, 1] = m[4, 6] = m[5, 0] = False; distance_transform_edt(m)**2`.
  @Test("equal to scipy.ndimage.distance_transform_edt")
  func reference() {
    var mask = [Bool](repeating: true, count: 48)
    for index in [1 * 8 + 1, 4 * 8 + 6, 5 * 8] { mask[index] = false }
    let squares: [Float] = [
      2, 1, 2, 5, 10, 17, 16, 17, 1, 0, 1, 4, 9, 10, 9, 10, 2, 1, 2, 5, 8, 5, 4, 5, 4, 4, 5, 8, 5, 2, 1, 2, 1, 2, 5, 9,
      4, 1, 0, 1, 0, 1, 4, 9, 5, 2, 1, 2,
    ]
    let distances = DistanceTransform.euclidean(of: mask, rows: 6, columns: 8)
    #expect(distances.values == squares.map { $0.squareRoot() })
  }

  @Test("equal to a search over all pixels, for every mask of 3×4")
  func exhaustive() {
    for bits in 0..<(1 << 12) - 1 {
      let mask = (0..<12).map { bits >> $0 & 1 == 1 }
      let expected = (0..<12).map { here -> Float in
        let squares = (0..<12).filter { !mask[$0] }.map { there -> Int in
          let down = here / 4 - there / 4
          let across = here % 4 - there % 4
          return down * down + across * across
        }
        return Float(squares.min() ?? 0).squareRoot()
      }
      #expect(DistanceTransform.euclidean(of: mask, rows: 3, columns: 4).values == expected)
    }
  }

  @Test("single pixels, single lines, and no false pixel at all")
  func edges() {
    #expect(DistanceTransform.euclidean(of: [false], rows: 1, columns: 1).values == [0])
    #expect(DistanceTransform.euclidean(of: [true], rows: 1, columns: 1).values == [.infinity])
    #expect(DistanceTransform.euclidean(of: [true, true, false], rows: 1, columns: 3).values == [2, 1, 0])
    #expect(DistanceTransform.euclidean(of: [true, true, false], rows: 3, columns: 1).values == [2, 1, 0])
    #expect(DistanceTransform.euclidean(of: [], rows: 0, columns: 0).values.isEmpty)
  }
}
