// Order statistics of values that are gone through several times instead of being held.

import Microscopy

/// Exact ranks among the values of a stream, with half a megabyte of memory for any number of them.
///
/// Values are counted by the upper half of a key that orders as they do; a further pass counts the lower half within the
/// few bins that matter, which leaves one value a rank.
public struct StreamedOrder {
  /// Hands out all values, in any pieces; every pass the same ones.
  public typealias Pass = (_ visit: ([Float]) -> Void) throws -> Void

  private let pass: Pass
  private var coarse = [Int](repeating: 0, count: 1 << 16)
  public let count: Int

  /// Values that are not finite are counted too, at the ends.
  public init(_ pass: @escaping Pass) throws {
    self.pass = pass
    var coarse = self.coarse
    try pass { values in
      for value in values { coarse[Int(Quantile.orderedKey(value) >> 16)] &+= 1 }
    }
    self.coarse = coarse
    count = coarse.reduce(0, +)
  }

  /// The values of an image that is read in bands.
  public init(_ image: any RasterSource) throws {
    try self.init { visit in try image.forEachBand { band, _ in visit(band.values) } }
  }

  /// Whether some value is infinite or NaN.
  public var holdsNonFinite: Bool {
    // The keys of infinity and its negative; NaNs lie beyond them.
    let ends = (low: Int(Quantile.orderedKey(-.infinity) >> 16), high: Int(Quantile.orderedKey(.infinity) >> 16))
    return coarse[...ends.low].contains { $0 > 0 } || coarse[ends.high...].contains { $0 > 0 }
  }

  /// The `q`-quantiles as `Quantile.linear` defines them, of the values from rank `first` on.
  /// - Precondition: `first < count`, each `q` in 0...1.
  public func quantiles(_ wanted: [Double], from first: Int = 0) throws -> [Float] {
    let places = wanted.map { q in
      let position = Double(count - first - 1) * q
      return (lower: Int(position), fraction: position - Double(Int(position)))
    }
    let ranks = places.flatMap { [first + $0.lower, first + min($0.lower + 1, count - first - 1)] }
    let values = try values(at: ranks)
    return places.indices.map { index in
      let (lower, upper) = (values[2 * index], values[2 * index + 1])
      if lower == upper { return lower }
      return Float(Double(lower) + (Double(upper) - Double(lower)) * places[index].fraction)
    }
  }

  /// How many values lie below a threshold.
  public func count(below threshold: Double) throws -> Int {
    var limit = Float(threshold)
    if Double(limit) < threshold { limit = limit.nextUp }
    // Both zeros count as not below zero.
    let key = Quantile.orderedKey(limit == 0 ? -0.0 : limit)
    let bin = Int(key >> 16)
    let fine = try fineCounts(of: [bin])[bin, default: []]
    return coarse[..<bin].reduce(0, +) + fine[..<Int(key & 0xFFFF)].reduce(0) { $0 + Int($1) }
  }

  private func values(at ranks: [Int]) throws -> [Float] {
    let places = ranks.map { place(of: $0, in: coarse) }
    let fine = try fineCounts(of: Set(places.map(\.index)))
    return places.map { bin in
      let low = place(of: bin.rank, in: fine[bin.index, default: []].map(Int.init)).index
      return Self.value(ofKey: UInt32(bin.index) << 16 | UInt32(low))
    }
  }

  /// The entry that holds a rank, and the rank within it.
  private func place(of rank: Int, in counts: [Int]) -> (index: Int, rank: Int) {
    var rest = rank
    for (index, count) in counts.enumerated() {
      if rest < count { return (index, rest) }
      rest -= count
    }
    preconditionFailure("rank \(rank) of \(rank - rest) values")
  }

  /// Values of each bin by the lower half of their keys.
  private func fineCounts(of bins: Set<Int>) throws -> [Int: [UInt32]] {
    let slots = bins.sorted()
    var slotOfBin = [UInt8](repeating: UInt8(slots.count), count: 1 << 16)
    for (slot, bin) in slots.enumerated() { slotOfBin[bin] = UInt8(slot) }
    var counts = [UInt32](repeating: 0, count: slots.count << 16)
    try pass { values in
      for value in values {
        let key = Quantile.orderedKey(value)
        let slot = Int(slotOfBin[Int(key >> 16)])
        if slot < slots.count { counts[slot << 16 | Int(key & 0xFFFF)] &+= 1 }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: slots.enumerated().map { ($1, Array(counts[$0 << 16..<($0 + 1) << 16])) })
  }

  private static func value(ofKey key: UInt32) -> Float {
    Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key & 0x7FFF_FFFF)
  }
}
