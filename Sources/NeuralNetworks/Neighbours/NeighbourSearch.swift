// A set of points laid out for the search of the nearest: sixteen side by side.

import NeighbourKernel

/// Finds which points of a set may be the nearest to others; the caller measures those few exactly.
public struct NeighbourSearch: Sendable {
  /// Points of a group.
  public static let groupSize = NEIGHBOUR_LANES
  /// Neighbours found for each query.
  public static let found = NEIGHBOUR_FOUND

  private let groupCount: Int
  private let dimensions: Int
  private let leading: Int
  /// (group, axis, 16); infinite where a group has no point.
  private let coordinates: [Float]

  /// - Parameters:
  ///   - groups: indices of the points of each group, at most sixteen; points of a group shall lie close together.
  ///   - points: (count, dimensions).
  ///   - leading: coordinates that tell most, 1…dimensions: a group that is too far by them is looked at no further.
  public init(_ groups: [[Int]], of points: [Float], dimensions: Int, leading: Int) {
    precondition((1...dimensions).contains(leading) && groups.allSatisfy { $0.count <= Self.groupSize })
    groupCount = groups.count
    self.dimensions = dimensions
    self.leading = leading
    coordinates = groups.flatMap { members in
      (0..<dimensions).flatMap { axis in
        (0..<Self.groupSize).map { $0 < members.count ? points[members[$0] * dimensions + axis] : .infinity }
      }
    }
  }

  /// Places (group · 16 + lane) of the nearest points to each query, `found` a query, -1 where there are fewer. The
  /// `wanted` nearest are among them, whatever rounding did.
  /// - Parameters:
  ///   - queries: (count, dimensions); a search is quick where neighbouring ones follow one another.
  ///   - enough: distance at which `wanted` points are near enough to search no further; negative for none.
  public func nearest(to queries: [Float], count: Int, wanted: Int, enough: Float) -> [Int32] {
    precondition(queries.count == count * dimensions && (1...Self.found).contains(wanted))
    return [Int32](unsafeUninitializedCapacity: count * Self.found) { places, filled in
      coordinates.withUnsafeBufferPointer { coordinates in
        let groups = PointGroups(
          coordinates: coordinates.baseAddress, groupCount: groupCount, dimensions: dimensions, leading: leading)
        findNearestPoints(groups, queries, count, wanted, enough < 0 ? -1 : enough * enough, places.baseAddress)
      }
      filled = count * Self.found
    }
  }
}
