// Rows or columns of an image at a constant distance from each other.

/// `first`, `first + step`, … : `count` indices.
public struct EvenIndices: Equatable, Sendable {
  public let first: Int
  public let step: Int
  public let count: Int

  /// - Precondition: `step` is positive and `count` is not negative.
  public init(first: Int, step: Int, count: Int) {
    precondition(step > 0 && count >= 0, "\(count) indices \(step) apart")
    self.first = first
    self.step = step
    self.count = count
  }

  /// Every index of a range.
  public init(_ range: Range<Int>) { self.init(first: range.lowerBound, step: 1, count: range.count) }

  public subscript(position: Int) -> Int { first + position * step }

  /// From the first index to the last; empty without any.
  public var span: Range<Int> { first..<(count == 0 ? first : self[count - 1] + 1) }

  public var values: [Int] { (0..<count).map { self[$0] } }

  /// Some of them, by their place.
  public func part(_ places: Range<Int>) -> EvenIndices {
    EvenIndices(first: self[places.lowerBound], step: step, count: places.count)
  }

  /// The same indices, counted from `origin`.
  public func relative(to origin: Int) -> EvenIndices {
    EvenIndices(first: first - origin, step: step, count: count)
  }
}
