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
    // Where the pair (filter, input) lies within a point.
    var places: [Int] = []
    for filter in 0..<g.filters {
      let first = filter / blockRows * blockRows
      let width = min(blockRows, g.filters - first)
      for input in 0..<g.inputs { places.append(first * g.inputs + input * width + filter - first) }
    }
    // Kronecker product: one row of nine (or three) factors a point.
    let factors: [[Double]] =
      rows.map { rows in rows.g.flatMap { a in columns.g.map { b in a.flatMap { x in b.map { x * $0 } } } } }
      ?? columns.g
    let points = factors.count
    return weights.withUnsafeBufferPointer { weights in
      [Float](unsafeUninitializedCapacity: points * pairs) { packed, count in
        let taps = factors[0].count
        for (point, row) in factors.enumerated() {
          row.withUnsafeBufferPointer { row in
            for pair in 0..<pairs {
              var sum = 0.0
              for tap in 0..<taps { sum += row[tap] * Double(weights[pair * taps + tap]) }
              packed.initializeElement(at: point * pairs + places[pair], to: Float(sum))
            }
          }
        }
        count = points * pairs
      }
    }
  }
}
