// A set of points laid out for the search of the nearest: sixteen side by side.

import NeuralKernels

/// Finds which points of a set may be the nearest to others; the caller measures those few exactly.
public struct NeighbourSearch: Sendable {
  /// Neighbours found for each query.
  public static let found = Int(NEIGHBOUR_FOUND)

  private let count: Int
  private let dimensions: Int
  /// (group, axis, 16); infinite where the last group has no point.
  private let coordinates: [Float]

  /// - Parameter points: (count, dimensions).
  public init(_ points: [Float], count: Int, dimensions: Int) {
    precondition(points.count == count * dimensions && dimensions > 0)
    self.count = count
    self.dimensions = dimensions
    let lanes = Int(NEIGHBOUR_LANES)
    coordinates = stride(from: 0, to: count, by: lanes).flatMap { first in
      (0..<dimensions).flatMap { axis in
        (first..<first + lanes).map { $0 < count ? points[$0 * dimensions + axis] : .infinity }
      }
    }
  }

  /// Indices of the nearest points to each query, `found` a query, -1 where there are fewer. The `wanted` nearest are
  /// among them, whatever rounding did.
  /// - Parameter queries: (count, dimensions); a search is quicker where neighbouring ones follow one another.
  public func nearest(to queries: [Float], count: Int, wanted: Int) -> [Int32] {
    precondition(queries.count == count * dimensions && (1...Self.found).contains(wanted))
    return [Int32](unsafeUninitializedCapacity: count * Self.found) { places, filled in
      coordinates.withUnsafeBufferPointer { coordinates in
        let groups = PointGroups(
          coordinates: coordinates.baseAddress, groupCount: coordinates.count / dimensions / Int(NEIGHBOUR_LANES),
          dimensions: dimensions)
        findNearestPoints(groups, queries, count, wanted, places.baseAddress)
      }
      filled = count * Self.found
    }
  }
}
