// A map of values with its colour bar.

import Microscopy

/// Rasters of one quantity, drawn with a scale below.
public enum MapPicture {
  private static let barHeight = 10
  private static let gap = 6
  /// A narrow map still gets a bar wide enough for its two numbers.
  private static let smallestWidth = 160

  /// A map, a bar of its colours below, and the values at the bar's ends.
  /// - Parameters:
  ///   - side: longest side of the map, pixels of the picture.
  ///   - unit: written after the larger number.
  public static func render(
    _ values: Raster, side: Int, range: ValueRange = .percentiles(low: 1, high: 99), map: ColourMap = .viridis,
    unit: String = ""
  ) -> RGBImage {
    let fitted = FittedRaster(values, side: side)
    let (low, high) = RasterPicture.limits(of: values.values, range)
    let picture = RasterPicture.render(
      fitted.raster, range: .explicit(low: low, high: high), map: map, scale: fitted.scale)
    return under(picture, low: NumberLabel.text(low), high: label(high, unit), map: map)
  }

  private static func label(_ value: Float, _ unit: String) -> String {
    unit.isEmpty ? NumberLabel.text(value) : "\(NumberLabel.text(value)) \(unit)"
  }

  private static func under(_ map: RGBImage, low: String, high: String, map colours: ColourMap) -> RGBImage {
    let labels = RGBImage.textWidth(low, scale: 2) + RGBImage.textWidth(high, scale: 2) + 24
    let width = max(map.width, labels, smallestWidth)
    let labelTop = map.height + gap + barHeight + 5
    var picture = RGBImage(width: width, height: labelTop + RGBImage.textHeight(scale: 2), filledWith: .white)
    picture.paste(map, x: 0, y: 0)
    for x in 0..<width {
      let colour = colours.colour(at: Float(x) / Float(width - 1))
      picture.fill(x: x, y: map.height + gap, width: 1, height: barHeight, with: colour)
    }
    picture.drawText(low, x: 0, y: labelTop, colour: .slate, scale: 2)
    picture.drawText(high, x: width - RGBImage.textWidth(high, scale: 2), y: labelTop, colour: .slate, scale: 2)
    return picture
  }

  /// A map of numbered kinds; 0-based indices into `colours`, others and NaN in the colour of missing values.
  public static func kinds(_ indices: Raster, colours: [Colour], side: Int) -> RGBImage {
    let zoom = max(1, side / max(indices.rows, indices.columns, 1))
    var picture = RGBImage(
      width: indices.columns * zoom, height: indices.rows * zoom, filledWith: ColourMap.missing)
    for row in 0..<indices.rows {
      for column in 0..<indices.columns {
        guard let kind = Int(exactly: indices[row, column]), colours.indices.contains(kind) else { continue }
        picture.fill(x: column * zoom, y: row * zoom, width: zoom, height: zoom, with: colours[kind])
      }
    }
    return picture
  }
}
