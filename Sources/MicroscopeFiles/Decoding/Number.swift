// A real or complex number as inspections print it.

import StrictJSON

/// One value of an array, in double precision.
public struct Number: Equatable, Sendable {
  public var re: Double
  /// Imaginary part; nil for a real array.
  public var im: Double?

  init(re: Double, im: Double? = nil) {
    self.re = re
    self.im = im
  }

  /// A plain number, or an object of `re` and `im`.
  public var json: JSONValue {
    guard let im else { return .double(re) }
    return ["re": .double(re), "im": .double(im)]
  }
}
