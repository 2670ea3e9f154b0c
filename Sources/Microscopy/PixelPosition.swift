// A place on a scan, in pixels.

/// A pixel of a scan. Rows run down, columns run right, both from 0; pixel centres lie at integers.
public struct PixelPosition: Hashable, Sendable {
  public var row: Int
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// Chebyshev distance in pixels: the larger of the row and column differences.
  public func chebyshevDistance(to other: PixelPosition) -> Int {
    max(abs(row - other.row), abs(column - other.column))
  }
}
