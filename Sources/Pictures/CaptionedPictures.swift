// Pictures in a row, each under its caption.

/// Pictures side by side.
public enum CaptionedPictures {
  /// One picture and the line above it.
  public struct Item: Sendable {
    public let caption: String
    public let image: RGBImage

    public init(caption: String, image: RGBImage) {
      self.caption = caption
      self.image = image
    }
  }

  static let margin = 16
  static let captionScale = 2
  static var captionHeight: Int { RGBImage.textHeight(scale: captionScale) + 8 }

  /// Lays the pictures from left to right on white, tops aligned; long captions widen their column.
  public static func row(_ items: [Item]) -> RGBImage {
    let widths = items.map { max($0.image.width, RGBImage.textWidth($0.caption, scale: captionScale)) }
    let tallest = items.map(\.image.height).max() ?? 0
    var sheet = RGBImage(
      width: widths.reduce(margin) { $0 + $1 + margin }, height: tallest + captionHeight + 2 * margin,
      filledWith: .white)
    var left = margin
    for (item, width) in zip(items, widths) {
      sheet.drawText(item.caption, x: left, y: margin, colour: .black, scale: captionScale)
      sheet.paste(item.image, x: left, y: margin + captionHeight)
      left += width + margin
    }
    return sheet
  }
}
