// Where the features of overlapping tiles lie when they are computed once for all of them.

/// The convolutions of a lattice of overlapping tiles, exactly as each tile by itself would have them.
///
/// After `layer` convolutions with a kernel of 3, a tile's value in column x depends on the tile only where the zero
/// padding has been felt: x < layer or x ≥ width − layer. There a value is kept for every tile. In between, all tiles
/// that cover a pixel share one value of that pixel. So a row of features is a list of classes: the `layer` columns at
/// the left border, the shared pixels, the `layer` columns at the right border. Shared pixels are sorted by their
/// remainder modulo the distance of tiles, so that in every class neighbouring numbers belong to neighbouring tiles, and
/// a lane vector holds as many tiles of one row of tiles. Rows are kept in the same way: shared ones once, those at a
/// tile's upper and lower border for one row of tiles at a time.
///
/// Offsets are in floats. Those of rows count from the row in which the current row of tiles starts; its border rows
/// move along with it.
struct GridLayout {
  var height: Int
  var width: Int
  var rowStep: Int
  var columnStep: Int
  /// Lane vectors and rows of tiles that are worked on at once.
  var blocks: Int
  var tileRows: Int
  var lanes: Int

  var tileColumns: Int { blocks * lanes }
  /// Image rows under the tiles.
  var imageRows: Int { height + (tileRows - 1) * rowStep }
  /// Floats of a class: the tiles, and as many more as a tile's last pixel lies further on.
  var classLength: Int { sharedBlocks * lanes }
  var sharedBlocks: Int { (tileColumns + (width - 1) / columnStep + lanes) / lanes }

  func classes(_ layer: Int) -> Int { 2 * layer + columnStep }
  /// The classes, a vector that stays zero, and one cache line so that rows do not share cache sets.
  func rowLength(_ layer: Int) -> Int { classes(layer) * classLength + lanes + 16 }
  func zero(_ layer: Int) -> Int { classes(layer) * classLength }
  func channelLength(_ layer: Int) -> Int { (imageRows + (tileRows - 1) * rowStep + 2 * layer) * rowLength(layer) }

  /// The tile's column x, for the first tile.
  func column(_ layer: Int, _ x: Int) -> Int {
    if x < layer { return x * classLength }
    if x >= width - layer { return (layer + columnStep + x - (width - layer)) * classLength }
    return shared(layer, x)
  }

  /// The pixel of column x, which may lie one before the first.
  func shared(_ layer: Int, _ x: Int) -> Int {
    let place = (x + columnStep) / columnStep - 1
    return (layer + x - place * columnStep) * classLength + place
  }

  /// The tile's row y.
  func row(_ layer: Int, _ y: Int) -> Int {
    if y < layer { return (imageRows + y) * rowLength(layer) }
    if y >= height - layer { return (imageRows + layer + y - (height - layer)) * rowLength(layer) }
    return y * rowLength(layer)
  }
}
