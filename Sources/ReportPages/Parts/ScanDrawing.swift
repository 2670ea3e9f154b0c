// A scan, or a map of it, as SVG in pixels of the file: pictures of the same scan lie on one another.

import Markup
import Pictures
import TargetStore

/// The frame of one scan.
struct ScanDrawing {
  /// Of the file.
  let rows: Int
  let columns: Int
  let pixelSizeNM: Double?
  /// Side of a target's tile, pixels of the file.
  let tileSide: Double
  let marks: [TargetMark]

  init(_ scan: ScanSummary, targets: [StoredTarget]) {
    (rows, columns, pixelSizeNM) = (scan.rows, scan.columns, scan.pixelSizeNM)
    tileSide = TileSize.pixels(scan, targets)
    marks = targets.map { TargetMark($0) }
  }

  init(rows: Int, columns: Int, pixelSizeNM: Double?, tileSide: Double, marks: [TargetMark]) {
    (self.rows, self.columns, self.pixelSizeNM) = (rows, columns, pixelSizeNM)
    (self.tileSide, self.marks) = (tileSide, marks)
  }

  /// The scan with scale bar, boxes and numbers.
  func scan(_ picture: PictureRecord) -> Markup {
    let address = InlinePicture.address(grey: picture.values, width: picture.columns, height: picture.rows)
    return frame("scan with \(marks.count) numbered places", image(address, picture) + scaleBar + boxes + tags)
  }

  /// A map in colours with the outlines of the targets, and the bar of its values.
  func map(_ picture: PictureRecord, name: String) -> Markup {
    var colours = RGBImage(width: picture.columns, height: picture.rows, filledWith: .black)
    for (index, value) in picture.values.enumerated() {
      colours[index % picture.columns, index / picture.columns] = ColourMap.viridis.colour(at: Float(value) / 255)
    }
    return frame("map of \(name)", image(InlinePicture.address(colours), picture) + outlines)
      + Self.bar(low: picture.low, high: picture.high)
  }

  private func frame(_ label: String, _ body: Markup) -> Markup {
    """
    <svg viewBox="0 0 \(columns) \(rows)" width="\(min(columns * 4, 720))" role="img" aria-label="\(label)">
    \(body)</svg>

    """
  }

  /// Pixel centres lie at integers in the file and at halves in the drawing.
  private func image(_ address: String, _ picture: PictureRecord) -> Markup {
    """
    <image href="\(address)" x="\(picture.firstColumn + 0.5 - picture.columnStep / 2)" \
    y="\(picture.firstRow + 0.5 - picture.rowStep / 2)" width="\(Double(picture.columns) * picture.columnStep)" \
    height="\(Double(picture.rows) * picture.rowStep)" preserveAspectRatio="none" style="image-rendering: pixelated" />

    """
  }

  private var boxes: Markup { Markup(trusted: marks.map { $0.outline(side: tileSide).text }.joined()) }

  /// Fine enough not to hide the map.
  private var outlines: Markup {
    Markup(
      trusted: marks.map { mark in
        let (x, y) = (mark.column + 0.5, mark.row + 0.5)
        let radius = max(Double(max(rows, columns)) / 90, 1)
        let path: Markup =
          "M\(x - radius) \(y)a\(radius) \(radius) 0 1 0 \(2 * radius) 0a\(radius) \(radius) 0 1 0 \(-2 * radius) 0z"
        return """
          <path class="mark" d="\(path)" stroke="#000" stroke-width="3" /><path class="mark" d="\(path)" stroke="#fff" stroke-width="1.4" />

          """ as Markup
      }.map(\.text).joined())
  }

  private var tags: Markup {
    let letter = Double(max(rows, columns)) * 0.031
    // The first ranks lie on top where boxes crowd.
    let pieces = marks.sorted { $0.number > $1.number }.map {
      $0.tag(side: tileSide, letter: letter, rows: rows, columns: columns).text
    }
    return Markup(trusted: pieces.joined())
  }

  /// A round length, at most a quarter of the width, in the lower left corner.
  private var scaleBar: Markup {
    guard let pixelSizeNM, pixelSizeNM > 0, pixelSizeNM.isFinite, columns > 0 else { return "" }
    let bar = ScaleLength(upTo: Double(columns) * pixelSizeNM / 4)
    let length = bar.nanometres / pixelSizeNM
    let letter = Double(max(rows, columns)) * 0.034
    let plate = max(length, letter * 0.6 * Double(bar.label.count)) + letter
    let (left, top) = (0.6 * letter, Double(rows) - 2.6 * letter)
    return """
      <g><rect x="\(left)" y="\(top)" width="\(plate)" height="\(2 * letter)" fill="#000" fill-opacity="0.62" />\
      <text x="\(left + plate / 2)" y="\(top + 1.05 * letter)" font-size="\(letter)" text-anchor="middle" fill="#fff">\(bar.label)</text>\
      <rect x="\(left + (plate - length) / 2)" y="\(top + 1.4 * letter)" width="\(length)" height="\(0.28 * letter)" fill="#fff" /></g>

      """
  }

  /// The colours of a map from its lowest value to its highest.
  private static func bar(low: Double, high: Double) -> Markup {
    let steps = 64
    let cells = (0..<steps).map { step in
      let colour = ColourMap.viridis.colour(at: (Float(step) + 0.5) / Float(steps))
      return "<rect x=\"\(step * 4)\" y=\"0\" width=\"4.5\" height=\"9\" fill=\"\(TargetMark.code(colour))\" />"
        as Markup
    }
    return """
      <svg class="bar" viewBox="0 0 256 24" width="256" height="24" role="img" aria-label="from \(NumberWords.short(low)) to \(NumberWords.short(high))">\
      \(cells)<text class="axis" x="0" y="21">\(NumberWords.short(low))</text>\
      <text class="axis" x="256" y="21" text-anchor="end">\(NumberWords.short(high))</text></svg>

      """
  }
}
