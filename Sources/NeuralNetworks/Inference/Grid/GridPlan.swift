// The tables of a lattice for one number of tiles side by side.

struct GridPlan {
  let layout: GridLayout
  /// Where each column of the image under the tiles lies in its row.
  let imageColumns: [Int]
  /// The first row of tiles, then those that follow, by the phase of the ring.
  let first: GridTables
  let phases: [GridTables]

  init(_ program: GridProgram, _ widest: GridLayout, tiles: Int, _ kernels: KernelSet) {
    var layout = widest
    layout.tiles = tiles
    self.layout = layout
    imageColumns = (0..<layout.imageWidth).map(layout.imageColumn)
    func tables(phase: Int, isFirst: Bool) -> GridTables {
      GridTables(
        layout, isDirect: program.choices.map(\.isDirect), phase: phase, isFirst: isFirst, columns: kernels.columns)
    }
    first = tables(phase: 0, isFirst: true)
    phases = (0..<layout.phases).map { tables(phase: $0, isFirst: false) }
  }

  /// How some tiles are computed; nil for direct convolutions.
  static func call(_ tiles: GridTiles, _ convolution: GridProgram.Convolution, isDirect: Bool, _ kernels: KernelSet)
    -> TileCall?
  {
    guard !isDirect, let kernel = kernels.algorithm(rows: tiles.rows, columns: tiles.columns) else { return nil }
    return TileCall(
      inputs: convolution.inputs, filters: convolution.filters, kernel: kernel, tiles: tiles.count, kernels)
  }

  /// Floats of scratch memory that the widest pieces need.
  static func scratch(_ program: GridProgram, _ widest: GridLayout, _ kernels: KernelSet) -> Int {
    let tables = GridTables(
      widest, isDirect: program.choices.map(\.isDirect), phase: 0, isFirst: true, columns: kernels.columns)
    return zip(tables.layers, zip(program.convolutions, program.choices)).flatMap { layer, convolution in
      layer.map { call($0, convolution.0, isDirect: convolution.1.isDirect, kernels)?.scratch ?? 0 }
    }.max() ?? 0
  }
}
