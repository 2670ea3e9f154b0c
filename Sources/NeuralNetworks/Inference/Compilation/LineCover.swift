// How a line of values is covered with the tiles of fast algorithms.

/// Tiles one after the other. A kernel dilated by d works on d lines of every d-th value, its phases; the last tile of a
/// phase may reach beyond the end.
struct LineCover {
  struct Tile {
    /// The first value that the tile covers.
    var start: Int
    var algorithm: BilinearAlgorithm
  }

  let tiles: [Tile]

  /// The tiles of some algorithms that take fewest products.
  init(extent: Int, dilation: Int, algorithms: [BilinearAlgorithm]) {
    tiles = (0..<min(dilation, extent)).flatMap { phase in
      var place = phase
      return Self.cover((extent - phase + dilation - 1) / dilation, algorithms).map { algorithm in
        defer { place += algorithm.step * dilation }
        return Tile(start: place, algorithm: algorithm)
      }
    }
  }

  /// How many tiles each algorithm has; only those that have some.
  var counts: [(algorithm: BilinearAlgorithm, count: Int)] {
    BilinearAlgorithm.allCases.compactMap { algorithm in
      let count = tiles.count { $0.algorithm == algorithm }
      return count > 0 ? (algorithm, count) : nil
    }
  }

  /// For `length` values, widest tiles first: the best first tile in front of the best cover of what it leaves.
  private static func cover(_ length: Int, _ algorithms: [BilinearAlgorithm]) -> [BilinearAlgorithm] {
    let widestFirst = algorithms.sorted { $0.step > $1.step }
    var best: [(points: Int, first: BilinearAlgorithm?)] = [(0, nil)]
    for length in 1...max(1, length) {
      let ways = widestFirst.map { ($0.points + best[max(0, length - $0.step)].points, $0) }
      guard let way = ways.min(by: { $0.0 < $1.0 }) else { return [] }
      best.append(way)
    }
    var (rest, tiles) = (length, [BilinearAlgorithm]())
    while rest > 0, let first = best[rest].first {
      tiles.append(first)
      rest -= first.step
    }
    return tiles
  }
}

/// An image's tiles are every pair of a line's: one down the columns, one along the rows. A signal's have no `rows`.
struct TileCover {
  let rows: LineCover?
  let columns: LineCover

  init(_ g: ConvolutionGeometry, _ algorithms: [BilinearAlgorithm]) {
    rows =
      g.kernelHeight > 1 ? LineCover(extent: g.height, dilation: g.dilation, algorithms: algorithms) : nil
    columns = LineCover(extent: g.width, dilation: g.dilation, algorithms: algorithms)
  }

  /// Tiles of one pair of algorithms, which one kernel computes.
  struct Part {
    var rows: BilinearAlgorithm?
    var columns: BilinearAlgorithm
    var count: Int
  }

  var parts: [Part] {
    guard let rows else { return columns.counts.map { Part(rows: nil, columns: $0.algorithm, count: $0.count) } }
    return rows.counts.flatMap { row in
      columns.counts.map { Part(rows: row.algorithm, columns: $0.algorithm, count: row.count * $0.count) }
    }
  }
}
