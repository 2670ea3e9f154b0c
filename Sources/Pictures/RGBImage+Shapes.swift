// Lines and markers with smooth edges.

/// The outline of a marker. Shapes differ as much as colours do, so either alone tells kinds apart.
public enum MarkerShape: CaseIterable, Sendable {
  case square, diamond, circle, cross

  /// Distance from the middle of the drawn line, for a marker of the given radius around (0, 0).
  fileprivate func distance(_ x: Double, _ y: Double, radius: Double) -> Double {
    let across = abs(x)
    let down = abs(y)
    switch self {
    case .square: return abs(max(across, down) - radius)
    case .diamond: return abs(across + down - radius) / 2.0.squareRoot()
    case .circle: return abs((x * x + y * y).squareRoot() - radius)
    case .cross:
      // By symmetry one arm of the four, from the centre to (radius, radius).
      let along = min(max((across + down) / 2, 0), radius)
      return ((across - along) * (across - along) + (down - along) * (down - along)).squareRoot()
    }
  }
}

extension RGBImage {
  /// Coordinates of shapes are continuous: the centre of the top left pixel is (0.5, 0.5).
  public mutating func drawLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), colour: Colour, thickness: Double = 1
  ) {
    let step = (x: end.x - start.x, y: end.y - start.y)
    let lengthSquared = step.x * step.x + step.y * step.y
    let left = min(start.x, end.x)
    let top = min(start.y, end.y)
    stroke(left, top, max(start.x, end.x), max(start.y, end.y), colour, thickness, 1) { x, y in
      let offset = (x: x - start.x, y: y - start.y)
      let along = lengthSquared > 0 ? (offset.x * step.x + offset.y * step.y) / lengthSquared : 0
      let inside = min(max(along, 0), 1)
      let miss = (x: offset.x - inside * step.x, y: offset.y - inside * step.y)
      return (miss.x * miss.x + miss.y * miss.y).squareRoot()
    }
  }

  /// The outline of a rectangle, drawn to both sides of its edges.
  public mutating func drawRectangle(
    x: Double, y: Double, width: Double, height: Double, colour: Colour, thickness: Double = 1
  ) {
    stroke(x, y, x + width, y + height, colour, thickness, 1) { pointX, pointY in
      let across = abs(pointX - x - width / 2) - width / 2
      let down = abs(pointY - y - height / 2) - height / 2
      return abs(max(across, down))
    }
  }

  /// A marker with a dark rim, to be seen on bright and dark ground alike.
  /// - Parameter radius: half the marker's width, in pixels.
  public mutating func drawMarker(
    _ shape: MarkerShape, x: Double, y: Double, radius: Double, colour: Colour, thickness: Double = 2
  ) {
    for (ink, width, opacity) in [(Colour.black, thickness + 2, 0.6), (colour, thickness, 1)] {
      stroke(x - radius, y - radius, x + radius, y + radius, ink, width, opacity) { pointX, pointY in
        shape.distance(pointX - x, pointY - y, radius: radius)
      }
    }
  }

  /// A marker's thin line without rim or smooth edges, for pictures whose pixels are large and colours few.
  /// - Parameters: the middle lies in the middle of a pixel, the radius is a whole number.
  mutating func drawOutline(_ shape: MarkerShape, x: Int, y: Int, radius: Int, colour: Colour) {
    for row in max(y - radius, 0)..<max(min(y + radius + 1, height), max(y - radius, 0)) {
      for column in max(x - radius, 0)..<max(min(x + radius + 1, width), max(x - radius, 0))
      where shape.distance(Double(column - x), Double(row - y), radius: Double(radius)) <= 0.5 {
        self[column, row] = colour
      }
    }
  }

  /// Inks every pixel near the line at distance 0; the bounds are those of the line's middle.
  private mutating func stroke(
    _ left: Double, _ top: Double, _ right: Double, _ bottom: Double, _ colour: Colour, _ thickness: Double,
    _ opacity: Double, distance: (Double, Double) -> Double
  ) {
    // Limits are applied as numbers, so that no coordinate, however far out, overflows an integer.
    let reach = thickness / 2 + 1
    func pixel(_ value: Double, upTo limit: Int) -> Int { value.isNaN ? 0 : Int(min(max(value, 0), Double(limit))) }
    let rows = (first: pixel(top - reach, upTo: height), end: pixel(bottom + reach + 1, upTo: height))
    let columns = (first: pixel(left - reach, upTo: width), end: pixel(right + reach + 1, upTo: width))
    for row in rows.first..<max(rows.end, rows.first) {
      for column in columns.first..<max(columns.end, columns.first) {
        let gap = distance(Double(column) + 0.5, Double(row) + 0.5) - thickness / 2
        cover(column, row, with: colour, share: min(max(0.5 - gap, 0), 1) * opacity)
      }
    }
  }
}
