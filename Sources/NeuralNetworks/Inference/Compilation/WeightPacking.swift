// Weights in the order in which the kernels read them.

enum WeightPacking {
  /// (filters, depth) → [block of rows][depth][row].
  static func blocks(_ weights: ArraySlice<Float>, filters: Int, depth: Int, rows: Int) -> [Float] {
    blocks(weights, bounds: Array(stride(from: 0, to: filters, by: rows)) + [filters], depth: depth)
  }

  /// The same with blocks as even as can be.
  static func evenBlocks(_ weights: ArraySlice<Float>, outputs: Int, depth: Int, rows: Int) -> [Float] {
    let count = (outputs + rows - 1) / rows
    return blocks(weights, bounds: (0...count).map { outputs * $0 / count }, depth: depth)
  }

  private static func blocks(_ weights: ArraySlice<Float>, bounds: [Int], depth: Int) -> [Float] {
    weights.withUnsafeBufferPointer { weights in
      [Float](unsafeUninitializedCapacity: weights.count) { packed, count in
        for (first, last) in zip(bounds, bounds.dropFirst()) {
          for position in 0..<depth {
            for row in first..<last {
              packed.initializeElement(at: count, to: weights[row * depth + position])
              count += 1
            }
          }
        }
      }
    }
  }

  /// G g Gᵀ (or G g for signals, without `rows`) of every pair of channels: [point][block of filters][input][filter],
  /// in double precision.
  static func transformed(
    _ weights: ArraySlice<Float>, _ g: ConvolutionGeometry, rows: BilinearAlgorithm?, columns: BilinearAlgorithm,
    blockRows: Int
  ) -> [Float] {
    let pairs = g.filters * g.inputs
    let taps = weights.count / pairs
    // [tap][place of the pair within a point], so that a point is a sum of rows.
    var rowsOfTaps = [Double](repeating: 0, count: taps * pairs)
    for filter in 0..<g.filters {
      let first = filter / blockRows * blockRows
      let width = min(blockRows, g.filters - first)
      for input in 0..<g.inputs {
        let place = first * g.inputs + input * width + filter - first
        let start = weights.startIndex + (filter * g.inputs + input) * taps
        for tap in 0..<taps { rowsOfTaps[tap * pairs + place] = Double(weights[start + tap]) }
      }
    }
    // Kronecker product: one row of nine (or three) factors a point.
    let factors: [[Double]] =
      rows.map { rows in rows.g.flatMap { a in columns.g.map { b in a.flatMap { x in b.map { x * $0 } } } } }
      ?? columns.g
    var sums = [Double](repeating: 0, count: pairs)
    return [Float](unsafeUninitializedCapacity: factors.count * pairs) { packed, count in
      rowsOfTaps.withUnsafeBufferPointer { weights in
        sums.withUnsafeMutableBufferPointer { sums in
          for factors in factors {
            sums.update(repeating: 0)
            for (tap, factor) in factors.enumerated() where factor != 0 {
              let row = UnsafeBufferPointer(rebasing: weights[(tap * pairs)..<((tap + 1) * pairs)])
              for place in 0..<pairs { sums[place] += factor * row[place] }
            }
            let point = UnsafeMutableBufferPointer(rebasing: packed[count..<(count + pairs)])
            for place in 0..<pairs { point[place] = Float(sums[place]) }
            count += pairs
          }
        }
      }
    }
  }
}
