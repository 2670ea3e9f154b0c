// Sum, extremes and oddities of an array, in one pass of double precision.

/// What the values of an array come to. For complex arrays each part by itself.
struct PixelStatistics: Equatable {
  /// Sum over finite values.
  var sum: Number
  /// Smallest and largest finite value; nil when there is none.
  var minimum: Number?
  var maximum: Number?
  /// Values with a part that is NaN or infinite.
  var nonFinite: Int

  init(_ pixels: PixelData) throws(DecodeFailure) {
    let parts = pixels.components
    var sums = [0.0, 0.0]
    var smallest = [Double.infinity, .infinity]
    var largest = [-Double.infinity, -.infinity]
    var odd = 0
    try pixels.forEachPiece { values, count in
      for part in 0..<parts {
        var sum = 0.0
        var low = smallest[part]
        var high = largest[part]
        var index = part
        while index < count &* parts {
          let value = values[index]
          if value.isFinite {
            sum += value
            low = value < low ? value : low
            high = value > high ? value : high
          } else {
            odd &+= 1
          }
          index &+= parts
        }
        sums[part] += sum
        smallest[part] = low
        largest[part] = high
      }
    }
    let isComplex = pixels.type.isComplex
    func number(_ values: [Double]) -> Number { Number(re: values[0], im: isComplex ? values[1] : nil) }
    sum = number(sums)
    let hasValues = (0..<parts).allSatisfy { smallest[$0] <= largest[$0] }
    minimum = hasValues ? number(smallest) : nil
    maximum = hasValues ? number(largest) : nil
    nonFinite = odd
  }

  /// The one value that all have; nil when they differ or are not all finite.
  var constant: Number? { nonFinite == 0 && minimum == maximum ? minimum : nil }
}
