// Tiles that share their convolutions, against the same tiles one by one.

import NeuralNetworks
import SeededRandom
import Testing

@Suite("Lattices of overlapping tiles")
struct GridEncoderTests {
  private static let paths = InferenceKernels.allCases.filter { $0.isAvailable && $0 != .plain }

  /// A lattice on a random image, and its tiles one by one.
  private struct Scan {
    var image: [Float]
    var lattice: GridEncoder.Lattice
    var tiles: [Float]
    var side: [Float]
    var count: Int { lattice.rows * lattice.columns }

    init(tile: [Int], rows: Int, columns: Int, rowStep: Int, columnStep: Int, side: Int, seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      let (margin, width) = (3, tile[1] + (columns - 1) * columnStep + 7)
      let height = tile[0] + (rows - 1) * rowStep + 5
      let image = (0..<height * width).map { _ in Float.random(in: -1...1, using: &random) }
      self.image = image
      lattice = .init(imageColumns: width, row: margin, column: margin, rows: rows, columns: columns)
      tiles = []
      for row in 0..<rows {
        for column in 0..<columns {
          for line in 0..<tile[0] {
            let start = (margin + row * rowStep + line) * width + margin + column * columnStep
            tiles += image[start..<start + tile[1]]
          }
        }
      }
      self.side = (0..<rows * columns * side).map { _ in Float.random(in: -1...1, using: &random) }
    }
  }

  private func encoder(_ filters: [Int], tile: [Int], side: Int = 0, norm: Bool = true) throws -> FloatNetwork {
    var layers: [Layer] = []
    for (index, filters) in filters.enumerated() {
      layers += [.convolution(name: "c\(index)", filters: filters, kernel: 3, dilation: 1), .leakyReLU(slope: 0.1)]
      if norm { layers.append(.batchNorm(name: "c\(index).bn", epsilon: 1e-5)) }
    }
    if side > 0 {
      layers.append(
        .joinSide(layers: [.standardise(name: "s"), .dense(name: "context", outputs: 6), .leakyReLU(slope: 0.1)]))
    }
    var network = FloatNetwork(
      plan: try NetworkPlan(
        Architecture(
          input: TensorShape(channels: 1, extents: tile), sideCount: side,
          encoder: layers + [.dense(name: "fc", outputs: 7)], decoder: [.dense(name: "fc", outputs: 2)])),
      seed: UInt64(filters.count))
    var random = SeededGenerator(seed: 7)
    for parameter in network.plan.parameters {
      switch parameter.name.split(separator: ".").last {
      case "mean":
        try network.set(
          parameter.name, to: (0..<parameter.count).map { _ in Float.random(in: -0.5...0.5, using: &random) })
      case "var", "deviation":
        try network.set(
          parameter.name, to: (0..<parameter.count).map { _ in Float.random(in: 0.5...2, using: &random) })
      default: break
      }
    }
    return network
  }

  private func grid(_ networks: [FloatNetwork], _ kernels: InferenceKernels, rowStep: Int, columnStep: Int) throws
    -> GridEncoder
  {
    try #require(
      FloatNetwork.gridEncoder(
        networks, rowStep: rowStep, columnStep: columnStep, kernels: kernels, evenIfSlower: true))
  }

  @Test(
    "every tile's latents are those that the tile has by itself, zero padding and all",
    arguments: [
      (1, 1, 16, 0), (2, 2, 16, 12), (3, 3, 16, 0), (4, 4, 16, 12), (5, 5, 16, 0), (1, 3, 9, 2), (8, 2, 16, 0),
      (4, 1, 14, 0),
      (2, 6, 20, 0),
    ])
  func exact(rowStep: Int, columnStep: Int, edge: Int, side: Int) throws {
    let tile = [edge, edge + 2]
    let networks = try [[5, 8, 9], [4]].map { try encoder($0, tile: tile, side: side) }
    for (index, network) in networks.enumerated() {
      let scan = Scan(
        tile: tile, rows: 5, columns: 21, rowStep: rowStep, columnStep: columnStep, side: side, seed: 11)
      let expected = NetworkExecutor<Double>(
        plan: network.plan, parameters: network.parameters.map(Double.init), maximumBatch: scan.count
      ).encode(scan.tiles.map(Double.init), side: scan.side.map(Double.init), count: scan.count)
      let scale = expected.map(abs).max() ?? 0
      for path in Self.paths {
        let latents = try grid([network], path, rowStep: rowStep, columnStep: columnStep)
          .encode(scan.image, scan.lattice, side: scan.side)[0]
        let difference = zip(latents, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(latents.count == expected.count && difference <= 4e-6 * scale, "network \(index), \(path)")
      }
    }
  }

  @Test("a tile's latents are the same bytes however the lattice is cut, and whichever network comes before")
  func cuts() throws {
    let networks = try [[4, 4, 4], [4, 4, 4]].map { try encoder($0, tile: [16, 16], norm: false) }
    let scan = Scan(tile: [16, 16], rows: 37, columns: 150, rowStep: 2, columnStep: 2, side: 0, seed: 12)
    for path in Self.paths {
      let encoder = try grid(networks, path, rowStep: 2, columnStep: 2)
      let whole = encoder.encode(scan.image, scan.lattice)
      #expect(whole[0].count == scan.count * 7 && whole[0] == whole[1])
      for (row, column, rows, columns) in [(0, 0, 1, 150), (36, 0, 1, 150), (3, 70, 20, 9), (20, 17, 17, 80)] {
        var part = scan.lattice
        (part.row, part.column, part.rows, part.columns) = (part.row + 2 * row, part.column + 2 * column, rows, columns)
        let latents = encoder.encode(scan.image, part)[1]
        var expected: [Float] = []
        for row in row..<row + rows {
          let first = (row * scan.lattice.columns + column) * 7
          expected += whole[0][first..<first + columns * 7]
        }
        #expect(latents == expected, "\(path), \(rows)×\(columns) from (\(row), \(column))")
      }
    }
  }

  @Test("networks of another build, tiles far apart and the plain path are left to single tiles")
  func refused() throws {
    let shared = try encoder([16, 16, 16], tile: [16, 16])
    #expect(FloatNetwork.gridEncoder([shared], rowStep: 1, columnStep: 1, kernels: .baseline) != nil)
    #expect(FloatNetwork.gridEncoder([shared], rowStep: 8, columnStep: 8, kernels: .baseline) == nil)
    #expect(FloatNetwork.gridEncoder([shared], rowStep: 1, columnStep: 1, kernels: .plain) == nil)
    #expect(
      FloatNetwork.gridEncoder([shared], rowStep: 11, columnStep: 1, kernels: .baseline, evenIfSlower: true) == nil)
    let pooled = FloatNetwork(
      plan: try NetworkPlan(
        Architecture(
          input: TensorShape(channels: 1, extents: [16, 16]),
          encoder: [
            .convolution(name: "a", filters: 4, kernel: 3, dilation: 1), .averagePool(window: 2),
            .dense(name: "fc", outputs: 2),
          ], decoder: [.dense(name: "fc", outputs: 2)])), seed: 1)
    #expect(FloatNetwork.gridEncoder([pooled], rowStep: 1, columnStep: 1, kernels: .baseline) == nil)
  }
}
