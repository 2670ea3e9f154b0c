// How long a nanometre is in a picture.

import Foundation

extension RGBImage {
  /// A scale bar of a round length, at most a quarter of the picture, in the lower left corner on a dark plate.
  /// - Parameter pixelSizeNM: width of one pixel of the picture, nm. Nothing is drawn when it is not positive.
  public mutating func drawScaleBar(pixelSizeNM: Double, scale: Int = 2) {
    guard pixelSizeNM > 0, pixelSizeNM.isFinite, width > 0 else { return }
    let length = ScaleLength(upTo: Double(width) * pixelSizeNM / 4)
    let label = length.label
    let bar = Int((length.nanometres / pixelSizeNM).rounded())
    let margin = 4 * scale
    let thickness = 2 * scale
    let textWidth = Self.textWidth(label, scale: scale)
    let plateWidth = max(bar, textWidth) + 2 * margin
    let plateHeight = thickness + Self.textHeight(scale: scale) + 5 * margin / 2
    let left = margin
    let top = height - margin - plateHeight
    fill(x: left, y: top, width: plateWidth, height: plateHeight, with: .black, opacity: 0.55)
    drawText(
      label, x: left + (plateWidth - textWidth) / 2, y: top + margin, colour: .white, scale: scale)
    fill(
      x: left + (plateWidth - bar) / 2, y: top + plateHeight - margin - thickness, width: bar, height: thickness,
      with: .white)
  }
}

/// The length of a scale bar, and how it is written.
public struct ScaleLength: Equatable, Sendable {
  public let nanometres: Double

  /// The largest of 1, 2, 5, 10, … nm that is not above `length`, nm.
  public init(upTo length: Double) {
    let decade = pow(10, floor(log10(length)))
    nanometres = decade * (length >= 5 * decade ? 5 : length >= 2 * decade ? 2 : 1)
  }

  /// In nm, µm or mm.
  public var label: String {
    let (value, unit) =
      nanometres >= 1e6 ? (nanometres / 1e6, "mm") : nanometres >= 1000 ? (nanometres / 1000, "µm") : (nanometres, "nm")
    let rounded = value.rounded()
    return abs(value - rounded) < 1e-9 && rounded < 1e9 ? "\(Int(rounded)) \(unit)" : "\(Float(value)) \(unit)"
  }
}
