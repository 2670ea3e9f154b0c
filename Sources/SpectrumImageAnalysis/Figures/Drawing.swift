// What the figures share: colours, sizes, the image with its scale, curves over energy.

import Foundation
import Im2Spec
import Microscopy
import Pictures

enum Drawing {
  // Sizes in pixels of the pictures.
  static let mapSide = 300
  static let imageSide = 520
  static let tileSide = 160

  /// Kinds told apart by any colour vision (Okabe and Ito), in the order of use.
  static let palette: [Colour] = [.blue, .orange, .green, .vermilion, .skyBlue, .purple, .yellow, .black]
  static let few = Colour.orange
  static let many = Colour.blue

  /// Film levels of a normalised tile: background 0, particle 1.
  static let tileRange = ValueRange.explicit(low: -0.1, high: 1.2)

  static func scale(_ raster: Raster, side: Int) -> Int { max(1, side / max(raster.rows, raster.columns, 1)) }

  /// The image in grey, 0.5…99.5 %, with its scale bar.
  static func haadf(_ image: Raster, pixelSizeNM: Double, side: Int) -> RGBImage {
    let scale = scale(image, side: side)
    var picture = RasterPicture.render(image, range: .percentiles(low: 0.5, high: 99.5), map: .grey, scale: scale)
    picture.drawScaleBar(pixelSizeNM: pixelSizeNM / Double(scale))
    return picture
  }

  static func tile(_ values: ArraySlice<Float>, side: Int, crosshair: Bool = false) -> RGBImage {
    let edge = TileBatch.tileEdge
    let scale = max(1, side / edge)
    var picture = RasterPicture.render(
      Raster(rows: edge, columns: edge, values: Array(values)), range: tileRange, map: .grey, scale: scale)
    if crosshair {
      // The spectrum belongs to pixel (8, 8).
      let centre = (Double(edge / 2) + 0.5) * Double(scale)
      let arm = Double(scale) * 1.5
      for (thickness, colour) in [(4.0, Colour.white), (2.0, Colour.vermilion)] {
        picture.drawLine(
          from: (centre - arm, centre), to: (centre + arm, centre), colour: colour, thickness: thickness)
        picture.drawLine(
          from: (centre, centre - arm), to: (centre, centre + arm), colour: colour, thickness: thickness)
      }
    }
    return picture
  }

  static func curve(
    _ name: String, _ colour: Colour, _ energyEV: [Double], _ values: some Sequence<Float>,
    style: LineChart.Style = .line
  ) -> LineChart.Series {
    LineChart.Series(name: name, colour: colour, x: energyEV, y: values.map(Double.init), style: style)
  }

  static func energyAxis(_ energyEV: [Double]) -> LineChart.Axis {
    guard let low = energyEV.min(), let high = energyEV.max() else { return LineChart.Axis("energy loss (eV)") }
    return LineChart.Axis("energy loss (eV)", range: low...high)
  }

  /// The given number of decimals.
  static func number(_ value: Double, _ decimals: Int = 2) -> String {
    value.isFinite ? String(format: "%.*f", decimals, value) : "–"
  }

  static func percent(_ share: Double, _ decimals: Int = 1) -> String {
    share.isFinite ? String(format: "%.*f %%", decimals, 100 * share) : "–"
  }

  /// The value below which a share of the finite values lies.
  static func quantile(_ values: [Float], _ share: Double) -> Float {
    let sorted = values.filter(\.isFinite).sorted()
    guard let last = sorted.indices.last else { return 0 }
    return sorted[Int((Double(last) * share).rounded())]
  }
}
