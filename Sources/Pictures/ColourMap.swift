// From numbers to colours.

/// A scale of colours from the least value to the greatest.
public enum ColourMap: Sendable {
  /// Black to white.
  case grey
  /// Dark violet over green to yellow, even in lightness, after matplotlib's viridis (S. van der Walt, N. Smith, 2015).
  case viridis

  /// For values that are not numbers; on neither scale.
  static let missing = Colour(0xD8B4C4)

  /// Viridis at nine even steps; straight lines between them stay within a few levels of the original.
  private static let viridisSteps: [Colour] = [
    0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
  ].map { Colour($0) }

  /// The colour at a fraction of the scale; fractions beyond 0...1 take the end's colour.
  public func colour(at fraction: Float) -> Colour {
    guard !fraction.isNaN else { return Self.missing }
    let inside = min(max(fraction, 0), 1)
    switch self {
    case .grey:
      let level = UInt8((inside * 255).rounded())
      return Colour(red: level, green: level, blue: level)
    case .viridis:
      let steps = Self.viridisSteps
      let position = inside * Float(steps.count - 1)
      let lower = min(Int(position), steps.count - 2)
      return Self.mix(steps[lower], steps[lower + 1], position - Float(lower))
    }
  }

  private static func mix(_ first: Colour, _ second: Colour, _ share: Float) -> Colour {
    func channel(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Float(a) + (Float(b) - Float(a)) * share).rounded()) }
    return Colour(
      red: channel(first.red, second.red), green: channel(first.green, second.green),
      blue: channel(first.blue, second.blue))
  }
}
