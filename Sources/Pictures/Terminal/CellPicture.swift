// Pictures of characters: half blocks in colour, or shades without.

import Microscopy

/// A marked scan on a grid of characters.
struct CellPicture {
  private let scan: MarkedScan
  /// Characters.
  private let columns: Int
  let lines: Int
  /// Pixels of the picture, one a column and two a line, a pixel of the scan.
  private let zoom: Double

  /// - Parameters: the largest size, characters.
  init(_ scan: MarkedScan, columns: Int, lines: Int) {
    self.scan = scan
    let (width, height) = (Double(max(scan.scan.columns, 1)), Double(max(scan.scan.rows, 1)))
    zoom = min(Double(max(columns, 1)) / width, 2 * Double(max(lines, 1)) / height)
    self.columns = min(max(Int((width * zoom).rounded()), 1), max(columns, 1))
    self.lines = min(max(Int((height * zoom / 2).rounded(.up)), 1), max(lines, 1))
  }

  /// Two pixels a character: the upper one is its colour, the lower one the ground.
  func blocks(_ depth: ColourDepth) -> String {
    var picture = RasterPicture.render(
      resampled(width: columns, height: 2 * lines), range: .explicit(low: limits.low, high: limits.high), map: .grey)
    for target in scan.drawnTargets.reversed() {
      let (x, y) = centre(target)
      let kind = scan.kinds[target.kind]
      picture.drawOutline(
        kind.shape, x: MarkedScan.pixel(x), y: MarkedScan.pixel(y), radius: radius, colour: kind.colour)
    }
    var tags: [Int: (character: Character, colour: Colour)] = [:]
    for target in scan.drawnTargets {
      let kind = scan.kinds[target.kind]
      let text = "\(target.number)"
      let place = tagPlace(target, length: text.count)
      for (offset, character) in text.enumerated() { tags[place + offset] = (character, kind.colour) }
    }
    var text = ""
    for line in 0..<lines {
      var pen = ""
      for column in 0..<columns {
        let tag = tags[line * columns + column]
        let upper = tag.map(\.colour.contrasting) ?? picture[column, 2 * line]
        let lower = tag?.colour ?? picture[column, 2 * line + 1]
        let codes =
          depth.parameters(upper, isGround: false) + ";" + depth.parameters(lower, isGround: true)
          + (tag == nil ? ";22" : ";1")
        if codes != pen {
          text += "\u{1B}[\(codes)m"
          pen = codes
        }
        text.append(tag?.character ?? "▀")
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }

  private static let shades = Array(" .:-=+*#%@")

  /// One character for two pixels, and targets as [1], <2>, (3): square, diamond, circle.
  func shadesOnly() -> String {
    let small = resampled(width: columns, height: lines)
    let span = limits.high - limits.low
    var characters = small.values.map { value -> Character in
      let share = span > 0 && value.isFinite ? (value - limits.low) / span : 0
      return Self.shades[Int((min(max(share, 0), 1) * Float(Self.shades.count - 1)).rounded())]
    }
    for target in scan.drawnTargets {
      let (left, right) = Self.brackets(scan.kinds[target.kind].shape)
      let text = "\(left)\(target.number)\(right)"
      let place = tagPlace(target, length: text.count, isCentred: true)
      for (offset, character) in text.enumerated() where place + offset < characters.count {
        characters[place + offset] = character
      }
    }
    return (0..<lines).map { line in
      let text = String(characters[line * columns..<(line + 1) * columns])
      return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// The shapes of markers where there are only letters.
  static func brackets(_ shape: MarkerShape) -> (String, String) {
    switch shape {
    case .square: ("[", "]")
    case .diamond: ("<", ">")
    case .circle: ("(", ")")
    case .cross: ("x", "x")
    }
  }

  /// Of a tile, pixels of the picture.
  private var radius: Int { max(MarkedScan.pixel(scan.tileSide * zoom / 2 + 0.5), 2) }

  private var limits: (low: Float, high: Float) { RasterPicture.limits(of: scan.scan.values, scan.range) }

  /// In pixels of the picture.
  private func centre(_ target: TargetSheet.Target) -> (x: Double, y: Double) {
    ((target.column + 0.5) * zoom, (target.row + 0.5) * zoom)
  }

  /// Index of the first character of a tag: at the upper left of its box, or in the middle; always inside.
  private func tagPlace(_ target: TargetSheet.Target, length: Int, isCentred: Bool = false) -> Int {
    let (x, y) = centre(target)
    let radius = isCentred ? 0 : Double(radius)
    let left = MarkedScan.pixel(x - radius) - (isCentred ? length / 2 : 0)
    let line = MarkedScan.pixel((y - radius) / 2)
    return min(max(line, 0), lines - 1) * columns + min(max(left, 0), max(columns - length, 0))
  }

  /// Means over the pixels that fall into each place; the nearest pixel where the scan is coarser.
  private func resampled(width: Int, height: Int) -> Raster {
    let source = scan.scan
    var result = Raster(rows: height, columns: width, repeating: 0)
    guard source.rows > 0, source.columns > 0 else { return result }
    func span(_ index: Int, _ count: Int, _ size: Int) -> Range<Int> {
      let first = min(index * size / count, size - 1)
      return first..<max(first + 1, min((index + 1) * size / count, size))
    }
    for row in 0..<height {
      let rows = span(row, height, source.rows)
      for column in 0..<width {
        let columns = span(column, width, source.columns)
        var sum: Float = 0
        for line in rows { for place in columns { sum += source[line, place] } }
        result[row, column] = sum / Float(rows.count * columns.count)
      }
    }
    return result
  }
}
