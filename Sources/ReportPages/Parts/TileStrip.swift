// Tiles side by side, all on one scale of greys.

import Markup
import TargetStore

/// 16×16 pixels as the networks see them.
struct TileStrip {
  private var figures: [Markup] = []

  /// Vacuum is 0 and particles are 1: a little room on both sides for noise and brighter things.
  private static let black: Float = -0.25
  private static let white: Float = 1.5

  static let scaleNote = "Tiles share one scale of greys: vacuum 0, particles 1, white from 1.5 up."

  mutating func add(_ tile: TileRecord?, _ caption: Markup) {
    guard let tile, tile.rows > 0, tile.columns > 0, tile.values.count == tile.rows * tile.columns else { return }
    let levels = tile.values.map { value -> UInt8 in
      let share = (value - Self.black) / (Self.white - Self.black)
      return UInt8((min(max(share.isFinite ? share : 0, 0), 1) * 255).rounded())
    }
    let address = InlinePicture.address(grey: levels, width: tile.columns, height: tile.rows)
    figures.append(
      """
      <figure><img src="\(address)" width="\(tile.columns)" height="\(tile.rows)" alt="" /><figcaption>\(caption)</figcaption></figure>

      """)
  }

  var markup: Markup { figures.isEmpty ? "" : "<div class=\"tiles\">\(figures)</div>\n" }
}
