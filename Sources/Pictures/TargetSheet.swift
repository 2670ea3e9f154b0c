// One picture that tells what was found in a scan.

import Microscopy

/// A scan with its targets drawn in, score maps beside it and a legend below.
public struct TargetSheet: Sendable {
  /// How targets of one kind are drawn, and what the legend calls them.
  public struct Kind: Sendable {
    public let name: String
    public let shape: MarkerShape
    public let colour: Colour

    public init(name: String, shape: MarkerShape, colour: Colour) {
      self.name = name
      self.shape = shape
      self.colour = colour
    }

    /// How the kinds of the house are drawn everywhere: colours that stay apart for every kind of colour vision, and a
    /// shape for each. A kind that is not known here takes the last one's place.
    public static let all = [
      Kind(name: "anomaly", shape: .square, colour: .orange), Kind(name: "error", shape: .diamond, colour: .skyBlue),
      Kind(name: "anchor", shape: .circle, colour: .green), Kind(name: "other", shape: .cross, colour: .purple),
    ]

    /// Index into `all`.
    public static func index(of name: String) -> Int { all.firstIndex { $0.name == name } ?? all.count - 1 }
  }

  /// One target: a box of the tile's size around its centre, with its number.
  public struct Target: Sendable {
    /// Pixels of the scan that is drawn, whose centres lie at integers.
    public let row: Double
    public let column: Double
    public let number: Int
    /// Index into the sheet's kinds.
    public let kind: Int

    public init(row: Double, column: Double, number: Int, kind: Int) {
      self.row = row
      self.column = column
      self.number = number
      self.kind = kind
    }

    public init(position: PixelPosition, number: Int, kind: Int) {
      self.init(row: Double(position.row), column: Double(position.column), number: number, kind: kind)
    }
  }

  /// A map of scores on a grid of positions.
  public struct ScoreMap: Sendable {
    public let title: String
    public let values: Raster

    public init(title: String, values: Raster) {
      self.title = title
      self.values = values
    }
  }

  public let title: String
  public let scan: MarkedScan
  public let maps: [ScoreMap]

  public init(title: String, scan: MarkedScan, maps: [ScoreMap]) {
    self.title = title
    self.scan = scan
    self.maps = maps
  }

  /// - Parameters:
  ///   - pixelSizeNM: nil when unknown; the sheet then has no scale bar.
  ///   - tileSide: side of the tile a target stands for, pixels of the scan.
  public init(
    title: String, scan: Raster, pixelSizeNM: Double?, tileSide: Int, kinds: [Kind], targets: [Target],
    maps: [ScoreMap]
  ) {
    self.init(
      title: title,
      scan: MarkedScan(
        scan: scan, pixelSizeNM: pixelSizeNM, tileSide: Double(tileSide), kinds: kinds, targets: targets), maps: maps)
  }

  // Sizes in pixels of the sheet.
  private static let scanSide = 720
  private static let mapSide = 300
  private static let margin = CaptionedPictures.margin
  private static let textScale = CaptionedPictures.captionScale
  private static let captionHeight = CaptionedPictures.captionHeight

  public func render() -> RGBImage {
    let scanPicture = scan.render(side: Self.scanSide)
    let mapPictures = maps.map { (title: $0.title, picture: MapPicture.render($0.values, side: Self.mapSide)) }
    let below = legend(width: scanPicture.width)
    // Maps stand in two rows, together about as high as the scan with its legend.
    let cellWidth = mapPictures.map { max($0.picture.width, RGBImage.textWidth($0.title, scale: Self.textScale)) }.max()
    let cellHeight = (mapPictures.map(\.picture.height).max() ?? 0) + Self.captionHeight + Self.margin
    let columns = (mapPictures.count + 1) / 2
    let mapsHeight = mapPictures.isEmpty ? 0 : (mapPictures.count - 1) / columns * cellHeight + cellHeight
    let titleWidth = RGBImage.textWidth(title, scale: Self.textScale)
    let contentWidth = scanPicture.width + columns * ((cellWidth ?? 0) + Self.margin)
    let top = 2 * Self.margin + Self.captionHeight
    let contentHeight = max(scanPicture.height + below.height + Self.margin / 2, mapsHeight)
    var sheet = RGBImage(
      width: max(contentWidth, titleWidth) + 2 * Self.margin, height: top + contentHeight + Self.margin,
      filledWith: .white)
    sheet.drawText(title, x: Self.margin, y: Self.margin, colour: .black, scale: Self.textScale)
    sheet.paste(scanPicture, x: Self.margin, y: top)
    sheet.paste(below, x: Self.margin, y: top + scanPicture.height + Self.margin / 2)
    for (index, map) in mapPictures.enumerated() {
      let x = 2 * Self.margin + scanPicture.width + index % columns * ((cellWidth ?? 0) + Self.margin)
      let y = top + index / columns * cellHeight
      sheet.drawText(map.title, x: x, y: y, colour: .black, scale: Self.textScale)
      sheet.paste(map.picture, x: x, y: y + Self.captionHeight)
    }
    return sheet
  }

  /// Kinds that occur, each with its shape and how many there are; entries wrap to further lines.
  private func legend(width: Int) -> RGBImage {
    let lineHeight = 28
    var entries: [(kind: Kind, text: String)] = []
    for (index, kind) in scan.kinds.enumerated() {
      let count = scan.targets.count { $0.kind == index }
      if count > 0 { entries.append((kind, "\(count) \(kind.name)")) }
    }
    var places: [(x: Int, line: Int)] = []
    var x = 0
    var line = 0
    for entry in entries {
      let entryWidth = 30 + RGBImage.textWidth(entry.text, scale: Self.textScale)
      if x > 0 && x + entryWidth > width {
        x = 0
        line += 1
      }
      places.append((x, line))
      x += entryWidth + 24
    }
    let height = entries.isEmpty ? 0 : (line + 1) * lineHeight
    var picture = RGBImage(width: width, height: height, filledWith: .white)
    for (entry, place) in zip(entries, places) {
      let middle = place.line * lineHeight + lineHeight / 2
      picture.drawMarker(
        entry.kind.shape, x: Double(place.x) + 11, y: Double(middle), radius: 8, colour: entry.kind.colour,
        thickness: 3)
      picture.drawText(
        entry.text, x: place.x + 30, y: middle - 7, colour: .black, scale: Self.textScale)
    }
    return picture
  }
}
