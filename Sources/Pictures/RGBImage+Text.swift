// Writing on pictures.

extension RGBImage {
  /// Width in pixels of a line of text at the given scale.
  public static func textWidth(_ text: String, scale: Int = 1) -> Int {
    max(text.unicodeScalars.count * BitmapFont.advance - 1, 0) * scale
  }

  /// Height in pixels of a line of text, with descenders.
  public static func textHeight(scale: Int = 1) -> Int { BitmapFont.height * scale }

  /// Writes one line with its top left corner at (x, y); each dot of a letter is `scale`×`scale` pixels.
  ///
  /// The font has printable ASCII and µ; other characters appear as `?`.
  public mutating func drawText(_ text: String, x: Int, y: Int, colour: Colour, scale: Int = 1) {
    for (index, character) in text.unicodeScalars.enumerated() {
      let left = x + index * BitmapFont.advance * scale
      for (column, bits) in BitmapFont.columns(of: character).enumerated() {
        for row in 0..<BitmapFont.height where bits >> row & 1 == 1 {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, with: colour)
        }
      }
    }
  }

  /// A short text on a plate of its own colour, black or white by contrast.
  public mutating func drawTag(_ text: String, x: Int, y: Int, colour: Colour, scale: Int = 1) {
    let width = Self.textWidth(text, scale: scale) + 4 * scale
    // Digits and capitals have no descenders, so the plate leaves that row out.
    let height = Self.textHeight(scale: scale) + 2 * scale
    fill(x: x - 1, y: y - 1, width: width + 2, height: height + 2, with: .black, opacity: 0.6)
    fill(x: x, y: y, width: width, height: height, with: colour)
    drawText(text, x: x + 2 * scale, y: y + 3 * scale / 2, colour: colour.contrasting, scale: scale)
  }
}
