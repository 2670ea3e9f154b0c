// The cost model of lattices: how each of an encoder's convolutions is covered, and whether sharing pays.

/// One convolution's way: by bilinear algorithms where they cost less, else place by place.
struct GridChoice {
  var rows: GridLine
  var columns: GridLine
  /// Whether every place is a direct convolution.
  var isDirect: Bool
  /// A sample's share, as `ConvolutionChoice` counts.
  var cost: Double

  /// The cheapest after a layer that is covered as given; nil where samples are too far apart to share.
  static func best(_ g: ConvolutionGeometry, after rows: GridLine, _ columns: GridLine, _ kernels: KernelSet)
    -> GridChoice?
  {
    guard let directRows = rows.nextDirect(), let directColumns = columns.nextDirect() else { return nil }
    let places =
      Double((directRows.ownBefore + directRows.ownAfter + rows.step))
      * Double(directColumns.ownBefore + directColumns.ownAfter + columns.step)
    var best = GridChoice(
      rows: directRows, columns: directColumns, isDirect: true,
      cost: places * ConvolutionChoice.placeCost(g, kernels))
    guard g.filters >= kernels.rows else { return best }
    for rows in rows.next() {
      for columns in columns.next() {
        let cost = rows.counts.reduce(0.0) { sum, row in
          columns.counts.reduce(sum) { sum, column in
            sum + row.count * column.count
              * ConvolutionChoice.tileCost(
                rows: row.algorithm, columns: column.algorithm, inputs: g.inputs, filters: g.filters)
          }
        }
        if cost < best.cost { best = GridChoice(rows: rows, columns: columns, isDirect: false, cost: cost) }
      }
    }
    return best
  }
}
