// Pictures as sixels: bands of six rows, one colour after the other.

/// DEC's format; colours in percent.
enum SixelImage {
  static func text(_ image: RGBImage) -> String {
    let reduced = ColourPalette.reduce(image, to: 256)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(image.width * image.height / 2)
    // 0;1: pixels that no band sets stay as they are; 1:1 pixels, width, height.
    bytes += "\u{1B}P0;1;0q\"1;1;\(image.width);\(image.height)".utf8
    for (index, colour) in reduced.colours.enumerated() {
      bytes += "#\(index);2;\(percent(colour.red));\(percent(colour.green));\(percent(colour.blue))".utf8
    }
    for top in stride(from: 0, to: image.height, by: 6) {
      append(reduced, top: top, width: image.width, height: image.height, to: &bytes)
      bytes.append(UInt8(ascii: "-"))
    }
    bytes += "\u{1B}\\\n".utf8
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func percent(_ level: UInt8) -> Int { (Int(level) * 100 + 127) / 255 }

  /// One band: for each of its colours the six bits of every column, equal neighbours counted.
  private static func append(
    _ image: ColourPalette.Reduced, top: Int, width: Int, height: Int, to bytes: inout [UInt8]
  ) {
    var columns: [UInt8: [UInt8]] = [:]
    for row in top..<min(top + 6, height) {
      let bit = UInt8(1) << UInt8(row - top)
      for column in 0..<width {
        columns[image.indices[row * width + column], default: [UInt8](repeating: 0, count: width)][column] |= bit
      }
    }
    for (number, colour) in columns.keys.sorted().enumerated() {
      guard let bits = columns[colour] else { continue }
      if number > 0 { bytes.append(UInt8(ascii: "$")) }
      bytes += "#\(colour)".utf8
      var column = 0
      // Empty columns at the end of a colour need not be written.
      let end = (bits.lastIndex { $0 != 0 } ?? -1) + 1
      while column < end {
        var run = 1
        while column + run < end, bits[column + run] == bits[column] { run += 1 }
        let character = bits[column] + 63
        if run > 3 {
          bytes += "!\(run)".utf8
          bytes.append(character)
        } else {
          for _ in 0..<run { bytes.append(character) }
        }
        column += run
      }
    }
  }
}
