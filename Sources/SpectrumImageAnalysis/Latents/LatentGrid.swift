// A two-latent space on a uniform grid: what the decoder makes of it, and which real features lie nearest.

import NeuralNetworks

/// The latents of all features in two dimensions, and a grid over their range along its principal axes.
struct LatentGrid: Sendable {
  /// Points along each axis.
  static let edge = 8
  /// A grid point is populated when a real feature lies within the circle around its cell: half a cell's diagonal.
  static let nearDistance = 0.5.squareRoot()

  /// (n, 2) latents of the features.
  let latents: [Float]
  /// Lowest and highest coordinate along each axis.
  let low, high: [Float]
  /// (64, 2) latents of the grid's points: first axis changing fastest, second falling from row to row.
  let points: [Float]
  /// (64, target size) decoded grid.
  let decoded: [Float]
  /// The nearest feature of each grid point.
  let nearest: [Int]
  /// Its distance, in grid steps.
  let distances: [Float]

  /// - Precondition: the network has two latents.
  init(_ network: FloatNetwork, features: [Float], count: Int) {
    latents = network.encoded(features, count: count)
    let plane = LatentPlane(latents)
    let columns = (0..<2).map { axis in (0..<count).map { plane.coordinates[2 * $0 + axis] } }
    let low = columns.map { $0.min() ?? 0 }
    let high = columns.map { $0.max() ?? 0 }
    let steps = (0..<2).map { max((high[$0] - low[$0]) / Float(Self.edge - 1), .leastNormalMagnitude) }
    var grid: [Float] = []
    for row in 0..<Self.edge {
      for column in 0..<Self.edge {
        grid += [low[0] + Float(column) * steps[0], low[1] + Float(Self.edge - 1 - row) * steps[1]]
      }
    }
    (self.low, self.high) = (low, high)
    points = plane.latents(of: grid)
    decoded = network.decoded(points, count: Self.edge * Self.edge)
    let found = (0..<Self.edge * Self.edge).map { point in
      var best = (index: 0, square: Float.infinity)
      for i in 0..<count {
        let dx = (columns[0][i] - grid[2 * point]) / steps[0]
        let dy = (columns[1][i] - grid[2 * point + 1]) / steps[1]
        let square = dx * dx + dy * dy
        if square < best.square { best = (i, square) }
      }
      return best
    }
    nearest = found.map(\.index)
    distances = found.map { $0.square.squareRoot() }
  }

  /// Whether a real feature lies near a grid point.
  func isPopulated(_ point: Int) -> Bool { Double(distances[point]) <= Self.nearDistance }
}
