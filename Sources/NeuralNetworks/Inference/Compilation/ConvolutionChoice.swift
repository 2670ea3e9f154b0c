// The cost model: which way of computing a convolution takes least time.

/// Costs are in lane-vector multiplications, the time that one takes when nothing else is in its way.
enum ConvolutionChoice {
  case direct
  case tiles(BilinearAlgorithm)

  static func best(_ g: ConvolutionGeometry, isUpsampled: Bool, _ kernels: KernelSet)
    -> (choice: ConvolutionChoice, cost: Double)
  {
    let places = g.plane * (isUpsampled ? (g.kernelHeight > 1 ? 4 : 2) : 1)
    var best = (choice: direct, cost: Double(places) * placeCost(g, kernels))
    // A fast algorithm's products are larger than what they add up to. One filter that gathers many channels cancels
    // most of it and keeps the rounding errors; and it would leave registers empty.
    guard g.kernelWidth == 3, g.kernelHeight == 3 || g.height == 1, g.filters >= kernels.rows else { return best }
    for algorithm in BilinearAlgorithm.allCases where algorithm.isUpsampling == isUpsampled {
      let cost = cost(g, algorithm)
      if cost < best.cost { best = (.tiles(algorithm), cost) }
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

  /// The products of all tiles, and the transforms of all their channels.
  private static func cost(_ g: ConvolutionGeometry, _ algorithm: BilinearAlgorithm) -> Double {
    let isImage = g.kernelHeight > 1
    let tiles = Double(TileTables.tileCount(g, algorithm))
    let points = Double(isImage ? algorithm.points * algorithm.points : algorithm.points)
    let (forward, inverse) = transformCost(algorithm, isImage: isImage)
    return tiles
      * (1.06 * points * Double(g.inputs * g.filters) + forward * Double(g.inputs) + inverse * Double(g.filters))
  }

  /// Measured, one channel of one tile, with its loads and stores.
  private static func transformCost(_ algorithm: BilinearAlgorithm, isImage: Bool) -> (forward: Double, inverse: Double)
  {
    switch (algorithm, isImage) {
    case (.winograd4, true): (165, 215)
    case (.winograd4, false): (22, 35)
    case (.winograd6, true): (400, 700)
    case (.winograd6, false): (32, 56)
    case (.upsampled, true): (30, 40)
    case (.upsampled, false): (11, 18)
    }
  }
}
