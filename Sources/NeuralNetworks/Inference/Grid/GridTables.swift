// Which places the convolutions and the dense layer of a lattice read and write.

/// Places of one layer that are computed in one call, from the layer before.
struct GridTiles {
  let rows: BilinearAlgorithm
  let columns: BilinearAlgorithm
  let count: Int
  /// [tile][place] for bilinear algorithms; [group][tap][column] for direct convolutions.
  private(set) var reads: [Int32] = []
  private(set) var writes: [Int32] = []

  /// - Parameter group: places that a direct convolution takes together; nil for bilinear algorithms.
  init(
    rows: BilinearAlgorithm, columns: BilinearAlgorithm, reads: [[Int]], writes: [[Int]], group: Int?
  ) {
    self.rows = rows
    self.columns = columns
    count = reads.count
    self.writes = writes.flatMap { $0.map(Int32.init) }
    guard let group else {
      self.reads = reads.flatMap { $0.map(Int32.init) }
      return
    }
    for first in stride(from: 0, to: count, by: group) {
      for tap in reads[first].indices {
        // The last group is filled up with its last place.
        for column in 0..<group { self.reads.append(Int32(reads[min(first + column, count - 1)][tap])) }
      }
    }
  }
}

/// What is computed for one row of tiles in one phase of the ring.
struct GridTables {
  /// By layer, from the first convolution on.
  let layers: [[GridTiles]]
  /// Every place of the tiles after the last convolution.
  let whole: GridTiles

  /// - Parameters:
  ///   - isDirect: by layer, from the first convolution on.
  ///   - isFirst: whether no row of tiles came before, so that every shared row is to be computed.
  ///   - columns: places that a direct convolution takes together.
  init(_ layout: GridLayout, isDirect: [Bool], phase: Int, isFirst: Bool, columns: Int) {
    layers = isDirect.enumerated().map { index, isDirect in
      Self.tiles(
        layout, layer: index + 1, phase: phase, isFirst: isFirst, group: isDirect ? columns : nil)
    }
    let last = layout.layers.count - 1
    whole = GridTiles(
      rows: .direct, columns: .direct,
      reads: (0..<layout.ownBlocks).map { block in
        (0..<layout.height).flatMap { y in
          (0..<layout.width).map { x in
            layout.row(last, y, phase: phase) + layout.column(last, x) + block * layout.lanes
          }
        }
      }, writes: (0..<layout.ownBlocks).map { [$0 * layout.lanes] }, group: columns)
  }

  /// Everything of a layer by the pair of algorithms that computes it.
  private static func tiles(_ layout: GridLayout, layer: Int, phase: Int, isFirst: Bool, group: Int?) -> [GridTiles] {
    let (rows, columns) = layout.layers[layer]
    let fresh = isFirst ? rows.sharedRange : rows.sharedRange.suffix(rows.step)
    let strips = rows.sharedTiles(fresh) + rows.ownTiles
    let cycle = columns.sharedRange.prefix(columns.step)
    let pieces =
      columns.sharedTiles(cycle).map { (tile: $0, blocks: layout.sharedBlocks(layer)) }
      + columns.ownTiles.map { (tile: $0, blocks: layout.ownBlocks) }
    var result: [GridTiles] = []
    for down in BilinearAlgorithm.allCases {
      for along in BilinearAlgorithm.allCases {
        var (reads, writes): ([[Int]], [[Int]]) = ([], [])
        for strip in strips where strip.algorithm == down {
          for piece in pieces where piece.tile.algorithm == along {
            for block in 0..<piece.blocks {
              let places = Places(
                layout: layout, row: strip.start, column: piece.tile.start, phase: phase, shift: block * layout.lanes)
              reads.append(places.reads(layer - 1, down, along))
              writes.append(places.writes(layer, down, along))
            }
          }
        }
        if !reads.isEmpty {
          result.append(GridTiles(rows: down, columns: along, reads: reads, writes: writes, group: group))
        }
      }
    }
    return result
  }

  /// A tile's places.
  private struct Places {
    var layout: GridLayout
    var row: Int
    var column: Int
    var phase: Int
    var shift: Int

    func reads(_ layer: Int, _ down: BilinearAlgorithm, _ along: BilinearAlgorithm) -> [Int] {
      (row - 1..<row - 1 + down.reads).flatMap { y in
        (column - 1..<column - 1 + along.reads).map { x in
          (0..<layout.height).contains(y) && (0..<layout.width).contains(x) ? place(layer, y, x) : layout.zero(layer)
        }
      }
    }

    func writes(_ layer: Int, _ down: BilinearAlgorithm, _ along: BilinearAlgorithm) -> [Int] {
      (row..<row + down.writes).flatMap { y in (column..<column + along.writes).map { x in place(layer, y, x) } }
    }

    private func place(_ layer: Int, _ y: Int, _ x: Int) -> Int {
      layout.row(layer, y, phase: phase) + layout.column(layer, x) + shift
    }
  }
}
