// The cost model: which way of computing a convolution takes least time.

/// Costs are in lane-vector multiplications, the time that one takes when nothing else is in its way.
enum ConvolutionChoice {
  case direct
  case tiles(TileCover)

  static func best(_ g: ConvolutionGeometry, isUpsampled: Bool, _ kernels: KernelSet)
    -> (choice: ConvolutionChoice, cost: Double)
  {
    let places = g.plane * (isUpsampled ? (g.kernelHeight > 1 ? 4 : 2) : 1)
    var best = (choice: direct, cost: Double(places) * placeCost(g, kernels))
    // A fast algorithm's products are larger than what they add up to. One filter that gathers many channels cancels
    // most of it and keeps the rounding errors; and it would leave registers empty.
    guard g.kernelWidth == 3, g.kernelHeight == 3 || g.height == 1, g.filters >= kernels.rows else { return best }
    for algorithms in BilinearAlgorithm.sets(isUpsampling: isUpsampled) {
      let cover = TileCover(g, algorithms)
      guard cover.parts.allSatisfy({ kernels.algorithm(rows: $0.rows, columns: $0.columns) != nil }) else { continue }
      let cost = cost(g, cover, kernels)
      if cost < best.cost { best = (.tiles(cover), cost) }
    }
    return best
  }

  /// Whether one dense layer to the convolution's outputs costs less than a dense layer to its inputs and itself.
  static func composingPays(inputs: Int, _ g: ConvolutionGeometry) -> Bool {
    let convolution = Double(g.filters * g.columnRows * g.plane) / 4
    return denseCost(inputs, g.filters * g.plane) <= denseCost(inputs, g.inputs * g.plane) + convolution
  }

  private static func denseCost(_ inputs: Int, _ outputs: Int) -> Double {
    Double(inputs * outputs) * 1.5 + Double(outputs) * 4
  }

  /// One place of a direct convolution: every multiplication, more time where the last block of filters leaves
  /// registers empty, and the end of each result.
  static func placeCost(_ g: ConvolutionGeometry, _ kernels: KernelSet) -> Double {
    let filters = Double(g.filters)
    let multiplications = 1.02 * filters + (g.filters % kernels.rows == 0 ? 0 : 0.7)
    return multiplications * Double(g.columnRows) + 4 * filters
  }

  /// The products of all tiles, and the transforms of all their channels. Tiles that do not fill a block of registers
  /// read every weight for little work.
  private static func cost(_ g: ConvolutionGeometry, _ cover: TileCover, _ kernels: KernelSet) -> Double {
    cover.parts.reduce(0) { sum, part in
      let tile = tileCost(rows: part.rows, columns: part.columns, inputs: g.inputs, filters: g.filters)
      return sum + tile * (Double(part.count) + 0.03 * Double(part.count % kernels.columns))
    }
  }

  /// One tile; `rows` is nil for signals. The transforms' shares are measured, with their loads and stores.
  static func tileCost(rows: BilinearAlgorithm?, columns: BilinearAlgorithm, inputs: Int, filters: Int) -> Double {
    let points = Double((rows?.points ?? 1) * columns.points)
    let writes = Double((rows?.writes ?? 1) * columns.writes)
    let (forward, inverse) =
      rows == nil ? (4 * points, 3 * points + 5 * writes) : (5 * points, 3 * points + 7 * writes)
    return 1.06 * points * Double(inputs * filters) + forward * Double(inputs) + inverse * Double(filters)
  }
}
