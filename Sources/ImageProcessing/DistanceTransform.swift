// How far each pixel of a region lies from its outside.

import Microscopy

/// Exact Euclidean distances on a pixel grid.
public enum DistanceTransform {
  /// For each true pixel the distance in pixels to the nearest false pixel, centre to centre; 0 for false pixels.
  ///
  /// Equal to `scipy.ndimage.distance_transform_edt`, except without any false pixel: then every distance is infinite.
  /// Linear time; squared distances are exact integers (A. Meijster, J. Roerdink, W. Hesselink: A general algorithm for
  /// computing distance transforms in linear time, 2000; the lower envelope of P. Felzenszwalb and D. Huttenlocher).
  /// - Precondition: `mask.count == rows * columns`, row-major.
  public static func euclidean(of mask: [Bool], rows: Int, columns: Int) -> Raster {
    euclidean(of: mask, rows: rows, columns: columns, at: EvenIndices(0..<rows))
  }

  /// The same for some rows of the image: the result has a row for each of `wanted`.
  public static func euclidean(of mask: [Bool], rows: Int, columns: Int, at wanted: EvenIndices) -> Raster {
    precondition(mask.count == rows * columns, "a mask of \(rows)×\(columns) got \(mask.count) values")
    guard mask.contains(false) else { return Raster(rows: wanted.count, columns: columns, repeating: .infinity) }
    let heights = distancesAlongColumns(mask, rows: rows, columns: columns)
    var result = [Float](repeating: 0, count: wanted.count * columns)
    var envelope = LowerEnvelope(length: columns)
    for row in 0..<wanted.count {
      envelope.distances(heights: heights, start: wanted[row] * columns, into: &result, at: row * columns)
    }
    return Raster(rows: wanted.count, columns: columns, values: result)
  }

  /// Distance to the nearest false pixel of the same column; `rows + columns`, beyond any true distance, where none is.
  private static func distancesAlongColumns(_ mask: [Bool], rows: Int, columns: Int) -> [Int32] {
    let far = Int32(rows + columns)
    var heights = mask.map { $0 ? far : 0 }
    for row in 1..<max(rows, 1) {
      for index in row * columns..<(row + 1) * columns {
        heights[index] = min(heights[index], heights[index - columns] + 1)
      }
    }
    for row in stride(from: rows - 2, through: 0, by: -1) {
      for index in row * columns..<(row + 1) * columns {
        heights[index] = min(heights[index], heights[index + columns] + 1)
      }
    }
    return heights
  }
}

/// The lower envelope of the parabolas `(x - site)² + height²` along one row.
private struct LowerEnvelope {
  /// Columns whose parabola is part of the envelope, from left to right.
  private var sites: [Int]
  /// First column at which each of them is the lowest.
  private var starts: [Int]

  init(length: Int) {
    sites = [Int](repeating: 0, count: length)
    starts = sites
  }

  mutating func distances(heights: [Int32], start: Int, into result: inout [Float], at target: Int) {
    let length = sites.count
    func squared(_ x: Int, _ site: Int) -> Int {
      let height = Int(heights[start &+ site])
      return (x &- site) &* (x &- site) &+ height &* height
    }
    var last = 0
    sites[0] = 0
    starts[0] = 0
    for site in 1..<max(length, 1) {
      while last >= 0 && squared(starts[last], sites[last]) > squared(starts[last], site) { last -= 1 }
      if last < 0 {
        last = 0
        sites[0] = site
        starts[0] = 0
        continue
      }
      // The last column at which the older parabola is not above the newer one, rounded down.
      let old = sites[last]
      let rise = squared(0, site) - squared(0, old)
      let crossing = rise / (2 * (site - old)) + 1
      if crossing < length {
        last += 1
        sites[last] = site
        starts[last] = crossing
      }
    }
    for x in stride(from: length - 1, through: 0, by: -1) {
      result[target &+ x] = Float(Double(squared(x, sites[last])).squareRoot())
      if x == starts[last] { last -= 1 }
    }
  }
}
