// Order statistics of many values.

/// Quantiles as `numpy.quantile` defines them by default (linear interpolation between order statistics).
///
/// Like NumPy, every function answers NaN when a value is NaN; of no values at all it answers NaN too.
public enum Quantile {
  /// The `q`-quantile, `q` in 0...1 (values outside are taken as the nearer end).
  public static func linear(of values: [Float], _ q: Double) -> Float {
    if values.isEmpty || q.isNaN || values.contains(where: \.isNaN) { return .nan }
    let position = Double(values.count - 1) * min(max(q, 0), 1)
    let rank = Int(position)
    let (lower, upper) = orderStatistics(of: values, rank: rank)
    // Equal neighbours need no interpolation, and between infinities there is none.
    if lower == upper { return lower }
    return Float(Double(lower) + (Double(upper) - Double(lower)) * (position - Double(rank)))
  }

  public static func median(_ values: [Float]) -> Float { linear(of: values, 0.5) }

  /// Median of the absolute deviations from the median, without the factor 1.4826 that makes it a standard deviation.
  public static func medianAbsoluteDeviation(_ values: [Float]) -> Float {
    let centre = median(values)
    return median(values.map { abs($0 - centre) })
  }

  /// Below this many values sorting is quicker than counting into 65,536 bins.
  private static let countingThreshold = 20_000

  /// The values of the given rank and of the next (the same one at the end), counted from the smallest at 0.
  private static func orderStatistics(of values: [Float], rank: Int) -> (lower: Float, upper: Float) {
    let nextRank = min(rank + 1, values.count - 1)
    if values.count < countingThreshold {
      let sorted = values.sorted()
      return (sorted[rank], sorted[nextRank])
    }
    // Counting by the upper half of an order-keeping key leaves one or two bins to sort: linear time for images.
    var counts = [Int](repeating: 0, count: 1 << 16)
    for value in values { counts[Int(orderedKey(value) >> 16)] += 1 }
    let (lowerBin, below) = bin(of: rank, in: counts)
    let (upperBin, _) = bin(of: nextRank, in: counts)
    let candidates = values.filter {
      let bin = Int(orderedKey($0) >> 16)
      return bin == lowerBin || bin == upperBin
    }.sorted()
    return (candidates[rank - below], candidates[nextRank - below])
  }

  /// The bin that holds a rank, and how many values lie in the bins before it.
  private static func bin(of rank: Int, in counts: [Int]) -> (bin: Int, below: Int) {
    var below = 0
    for (bin, count) in counts.enumerated() {
      if below + count > rank { return (bin, below) }
      below += count
    }
    preconditionFailure("rank \(rank) of \(below) values")
  }

  /// A key that orders as the number does: the sign bit is flipped, negative numbers are mirrored.
  static func orderedKey(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }
}
