// What a filter sees beyond the edge of an image.

/// Continuation of an image beyond its edge, named as in SciPy where `a b c d` is the image.
public enum Border: Sendable {
  /// `0 0 | a b c d | 0 0` (SciPy `constant` with value 0).
  case zero
  /// `a a | a b c d | d d` (SciPy `nearest`).
  case nearest
  /// `b a | a b c d | d c` (SciPy `reflect`).
  case reflect

  /// The index inside `0..<count` that stands at `index`, which may lie any distance outside; nil where the border is 0.
  func source(of index: Int, count: Int) -> Int? {
    if index >= 0 && index < count { return index }
    switch self {
    case .zero: return nil
    case .nearest: return index < 0 ? 0 : count - 1
    case .reflect:
      let period = 2 * count
      let remainder = index % period
      let phase = remainder < 0 ? remainder + period : remainder
      return phase < count ? phase : period - 1 - phase
    }
  }
}
