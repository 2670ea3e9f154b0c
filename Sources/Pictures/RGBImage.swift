// A picture in memory.

/// An RGB picture, `samples[(y * width + x) * 3 + channel]`, x right and y down from the top left.
///
/// Drawing outside the picture is allowed and has no effect there.
public struct RGBImage: Equatable, Sendable {
  public let width: Int
  public let height: Int
  public private(set) var samples: [UInt8]

  /// - Precondition: neither side is negative.
  public init(width: Int, height: Int, filledWith colour: Colour) {
    precondition(width >= 0 && height >= 0, "a picture of \(width)×\(height)")
    self.width = width
    self.height = height
    samples = []
    samples.reserveCapacity(width * height * 3)
    for _ in 0..<width * height {
      samples.append(colour.red)
      samples.append(colour.green)
      samples.append(colour.blue)
    }
  }

  public subscript(x: Int, y: Int) -> Colour {
    get {
      let start = (y * width + x) * 3
      return Colour(red: samples[start], green: samples[start + 1], blue: samples[start + 2])
    }
    set {
      let start = (y * width + x) * 3
      samples[start] = newValue.red
      samples[start + 1] = newValue.green
      samples[start + 2] = newValue.blue
    }
  }

  /// Covers a share of a pixel with a colour.
  mutating func cover(_ x: Int, _ y: Int, with colour: Colour, share: Double) {
    guard x >= 0, y >= 0, x < width, y < height, share > 0 else { return }
    let under = self[x, y]
    func channel(_ below: UInt8, _ above: UInt8) -> UInt8 {
      UInt8((Double(below) + (Double(above) - Double(below)) * min(share, 1)).rounded())
    }
    self[x, y] = Colour(
      red: channel(under.red, colour.red), green: channel(under.green, colour.green),
      blue: channel(under.blue, colour.blue))
  }

  /// Fills a rectangle, `opacity` from 0 (nothing) to 1 (solid).
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, with colour: Colour, opacity: Double = 1) {
    for row in max(y, 0)..<max(min(y + height, self.height), max(y, 0)) {
      for column in max(x, 0)..<max(min(x + width, self.width), max(x, 0)) {
        cover(column, row, with: colour, share: opacity)
      }
    }
  }

  /// Lays another picture over this one with its top left corner at (x, y).
  public mutating func paste(_ image: RGBImage, x: Int, y: Int) {
    let left = max(x, 0)
    let right = min(x + image.width, width)
    guard left < right else { return }
    for row in max(y, 0)..<max(min(y + image.height, height), max(y, 0)) {
      let target = (row * width + left) * 3
      let source = ((row - y) * image.width + left - x) * 3
      let count = (right - left) * 3
      samples.replaceSubrange(target..<target + count, with: image.samples[source..<source + count])
    }
  }
}
