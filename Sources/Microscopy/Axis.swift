// One calibrated dimension of a data set.

/// A linear axis: `value(at: i) = offset + scale * i`, in `units`.
///
/// An uncalibrated axis has scale 1, offset 0 and empty units.
public struct Axis: Equatable, Sendable {
  public var name: String
  public var size: Int
  public var scale: Double
  public var offset: Double
  public var units: String

  public init(name: String, size: Int, scale: Double = 1, offset: Double = 0, units: String = "") {
    self.name = name
    self.size = size
    self.scale = scale
    self.offset = offset
    self.units = units
  }

  public func value(at index: Int) -> Double { offset + scale * Double(index) }

  /// Every value of the axis.
  public var values: [Double] { (0..<size).map(value(at:)) }
}
