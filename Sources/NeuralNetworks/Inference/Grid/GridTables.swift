// Tables of places for the convolutions and the dense layer of a lattice of tiles.

/// What `KernelConvolution` needs to compute some rows of one layer from the layer before.
struct PlaceTable {
  private(set) var reads: [Int32] = []
  private(set) var writes: [Int32] = []

  /// - Parameters:
  ///   - writes: [place].
  ///   - reads: [place][tap].
  ///   - columns: places that the kernel takes together; the last group is filled up with its last place.
  init(writes: [Int], reads: [[Int]], columns: Int) {
    self.writes = writes.map(Int32.init)
    for first in stride(from: 0, to: reads.count, by: columns) {
      for tap in reads[first].indices {
        for column in 0..<columns { self.reads.append(Int32(reads[min(first + column, reads.count - 1)][tap])) }
      }
    }
  }
}

struct GridTables {
  /// By layer, from the first convolution on: one shared row, and all border rows of a row of tiles.
  private(set) var shared: [PlaceTable] = []
  private(set) var borders: [PlaceTable] = []
  /// Every place of the tiles after the last convolution.
  let whole: PlaceTable

  init(_ layout: GridLayout, layers: Int, columns: Int) {
    for layer in 1...layers {
      let places = Self.columnPlaces(layout, layer)
      let (from, to) = (layer - 1, layer)
      shared.append(
        PlaceTable(
          writes: places.map(\.write),
          reads: places.map { place in
            (-1...1).flatMap { dy in
              place.reads.map { $0.map { $0 + dy * layout.rowLength(from) } ?? layout.zero(from) }
            }
          }, columns: columns))
      let rows = Array(0..<layer) + Array(layout.height - layer..<layout.height)
      borders.append(
        PlaceTable(
          writes: rows.flatMap { y in places.map { layout.row(to, y) + $0.write } },
          reads: rows.flatMap { y in
            places.map { place in
              (y - 1...y + 1).flatMap { y in
                place.reads.map { read in
                  guard let read, (0..<layout.height).contains(y) else { return layout.zero(from) }
                  return layout.row(from, y) + read
                }
              }
            }
          }, columns: columns))
    }
    whole = PlaceTable(
      writes: (0..<layout.blocks).map { $0 * layout.lanes },
      reads: (0..<layout.blocks).map { block in
        (0..<layout.height).flatMap { y in
          (0..<layout.width).map { x in layout.row(layers, y) + layout.column(layers, x) + block * layout.lanes }
        }
      }, columns: columns)
  }

  /// The vectors of one row: where each is written, and the three columns that it reads; nil beyond the tile.
  /// Neighbouring columns follow each other, so that what they both read is still in the first cache.
  private static func columnPlaces(_ layout: GridLayout, _ layer: Int) -> [(write: Int, reads: [Int?])] {
    let from = layer - 1
    func own(_ x: Int, _ block: Int) -> (write: Int, reads: [Int?]) {
      (
        write: layout.column(layer, x) + block * layout.lanes,
        reads: (x - 1...x + 1).map { x in
          (0..<layout.width).contains(x) ? layout.column(from, x) + block * layout.lanes : nil
        }
      )
    }
    func shared(_ x: Int, _ block: Int) -> (write: Int, reads: [Int?]) {
      (
        write: layout.shared(layer, x) + block * layout.lanes,
        reads: (x - 1...x + 1).map { layout.shared(from, $0) + block * layout.lanes }
      )
    }
    return (0..<layout.sharedBlocks).flatMap { block in
      let isOwn = block < layout.blocks
      return (isOwn ? 0..<layer : 0..<0).map { own($0, block) }
        + (0..<layout.columnStep).map { shared($0, block) }
        + (isOwn ? layout.width - layer..<layout.width : 0..<0).map { own($0, block) }
    }
  }
}
