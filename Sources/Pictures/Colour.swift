// Colours, and the ones that people with any colour vision can tell apart.

/// An opaque colour of 8 bits a channel, sRGB.
public struct Colour: Equatable, Sendable {
  public let red: UInt8
  public let green: UInt8
  public let blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From six hexadecimal digits, `0xRRGGBB`.
  init(_ code: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: code >> 16), green: UInt8(truncatingIfNeeded: code >> 8),
      blue: UInt8(truncatingIfNeeded: code))
  }

  public static let black = Colour(0x000000)
  public static let white = Colour(0xFFFFFF)
  /// For writing on white that is not the main thing.
  public static let slate = Colour(0x5A6068)

  // The palette of M. Okabe and K. Ito, Color Universal Design, 2008.
  public static let orange = Colour(0xE69F00)
  public static let skyBlue = Colour(0x56B4E9)
  public static let green = Colour(0x009E73)
  public static let yellow = Colour(0xF0E442)
  public static let blue = Colour(0x0072B2)
  public static let vermilion = Colour(0xD55E00)
  public static let purple = Colour(0xCC79A7)

  /// Black or white, whichever is easier to read on this colour.
  public var contrasting: Colour {
    let luminance = 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
    return luminance > 140 ? .black : .white
  }
}
