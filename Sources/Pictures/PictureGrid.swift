// Pictures in rows and columns, each under its caption.

/// A sheet of pictures, columns aligned.
public enum PictureGrid {
  private static let margin = CaptionedPictures.margin

  /// Lays rows of pictures on white; a column is as wide as its widest picture or caption.
  public static func render(_ rows: [[CaptionedPictures.Item]]) -> RGBImage {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.compactMap { $0.indices.contains(column) ? width($0[column]) : nil }.max() ?? 0
    }
    let heights = rows.map { row in
      (row.contains { !$0.caption.isEmpty } ? CaptionedPictures.captionHeight : 0)
        + (row.map(\.image.height).max() ?? 0)
    }
    var sheet = RGBImage(
      width: widths.reduce(margin) { $0 + $1 + margin }, height: heights.reduce(margin) { $0 + $1 + margin },
      filledWith: .white)
    var top = margin
    for (row, height) in zip(rows, heights) {
      let captionHeight = row.contains { !$0.caption.isEmpty } ? CaptionedPictures.captionHeight : 0
      var left = margin
      for (item, width) in zip(row, widths) {
        sheet.drawText(item.caption, x: left, y: top, colour: .black, scale: CaptionedPictures.captionScale)
        sheet.paste(item.image, x: left, y: top + captionHeight)
        left += width + margin
      }
      top += height + margin
    }
    return sheet
  }

  private static func width(_ item: CaptionedPictures.Item) -> Int {
    max(item.image.width, RGBImage.textWidth(item.caption, scale: CaptionedPictures.captionScale))
  }

  /// Pictures of one size as cells of a square lattice, `cells[row][column]`, with the names of its two axes.
  ///
  /// Faint cells are covered with white so far that they still can be guessed.
  public static func lattice(
    _ cells: [[(image: RGBImage, isFaint: Bool)]], cell: (width: Int, height: Int), right: String, up: String
  ) -> RGBImage {
    let gap = 2
    let line = CaptionedPictures.captionHeight
    let columns = cells.map(\.count).max() ?? 0
    let width = max(columns * (cell.width + gap) + gap, RGBImage.textWidth(up, scale: CaptionedPictures.captionScale))
    let body = cells.count * (cell.height + gap) + gap
    var picture = RGBImage(width: width, height: body + 2 * line, filledWith: .white)
    picture.drawText(up, x: 0, y: 0, colour: .slate, scale: CaptionedPictures.captionScale)
    picture.fill(x: 0, y: line, width: columns * (cell.width + gap) + gap, height: body, with: Colour(0xC9CED6))
    for (row, line) in cells.enumerated() {
      for (column, entry) in line.enumerated() {
        let (x, y) = (
          gap + column * (cell.width + gap), CaptionedPictures.captionHeight + gap + row * (cell.height + gap)
        )
        picture.fill(x: x, y: y, width: cell.width, height: cell.height, with: .white)
        picture.paste(entry.image, x: x, y: y)
        if entry.isFaint {
          picture.fill(x: x, y: y, width: cell.width, height: cell.height, with: .white, opacity: 0.75)
        }
      }
    }
    let text = RGBImage.textWidth(right, scale: CaptionedPictures.captionScale)
    picture.drawText(
      right, x: max(0, columns * (cell.width + gap) - text), y: line + body + 8, colour: .slate,
      scale: CaptionedPictures.captionScale)
    return picture
  }

  /// A small curve without axes.
  /// - Parameter range: values at the bottom and top edge.
  public static func sparkline(
    _ values: [Float], range: ClosedRange<Float>, colour: Colour, width: Int, height: Int
  ) -> RGBImage {
    var picture = RGBImage(width: width, height: height, filledWith: .white)
    let span = max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
    func y(_ value: Float) -> Double {
      let fraction = min(max((value - range.lowerBound) / span, 0), 1)
      return 1.5 + Double(1 - fraction) * Double(height - 3)
    }
    if range.contains(0) {
      picture.fill(x: 0, y: Int(y(0)), width: width, height: 1, with: Colour(0xE3E6EA))
    }
    let step = Double(width - 2) / Double(max(1, values.count - 1))
    for i in 1..<max(1, values.count) where values[i].isFinite && values[i - 1].isFinite {
      picture.drawLine(
        from: (1 + Double(i - 1) * step, y(values[i - 1])), to: (1 + Double(i) * step, y(values[i])), colour: colour,
        thickness: 1.5)
    }
    return picture
  }
}
