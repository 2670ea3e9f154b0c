// Where the features of overlapping tiles lie when they are computed once for all of them.

/// The tensors of a lattice: one row of tiles at a time, as many side by side as `tiles`.
///
/// A row of features is a list of classes: the own columns at the left border, the shared columns of one cycle, the own
/// columns at the right border. In every class neighbouring numbers belong to neighbouring tiles, so that a lane vector
/// holds as many tiles of one row. Rows are kept in the same way. The shared ones lie in a ring, which turns by `step`
/// rows from one row of tiles to the next: its phase. Own rows are those of the current row of tiles.
///
/// Offsets are in floats from the start of a channel.
struct GridLayout {
  /// From the image on, which has no own values: rows, columns.
  var layers: [(rows: GridLine, columns: GridLine)]
  var tiles: Int
  var lanes: Int

  var height: Int { layers[0].rows.extent }
  var width: Int { layers[0].columns.extent }
  /// Columns of the image that the tiles cover.
  var imageWidth: Int { width + (tiles - 1) * layers[0].columns.step }

  /// Rows of the ring: a whole number of cycles.
  var ring: Int {
    let step = layers[0].rows.step
    return (height + step - 1) / step * step
  }
  var phases: Int { ring / layers[0].rows.step }

  /// Lane vectors of a class of own values, and of shared ones, which reach as much further as a tile's last one does.
  var ownBlocks: Int { (tiles + lanes - 1) / lanes }
  func sharedBlocks(_ layer: Int) -> Int {
    let columns = layers[layer].columns
    return (tiles + (columns.sharedRange.count - 1) / columns.step + lanes - 1) / lanes
  }

  private func classLength(_ layer: Int) -> Int { sharedBlocks(layer) * lanes }

  /// The classes, and one cache line so that rows do not share cache sets.
  private func rowLength(_ layer: Int) -> Int {
    let columns = layers[layer].columns
    return (columns.ownBefore + columns.step + columns.ownAfter) * classLength(layer) + 16
  }

  /// Behind the rows a vector that stays zero.
  func zero(_ layer: Int) -> Int {
    let rows = layers[layer].rows
    return (ring + rows.ownBefore + rows.ownAfter) * rowLength(layer)
  }
  func channelLength(_ layer: Int) -> Int { zero(layer) + lanes + 16 }

  /// The first tile's column x: shared classes, then own ones.
  func column(_ layer: Int, _ x: Int) -> Int {
    let line = layers[layer].columns
    guard line.sharedRange.contains(x) else { return (line.step + own(x, line)) * classLength(layer) }
    let place = x - line.ownBefore
    return place % line.step * classLength(layer) + place / line.step
  }

  /// Column x of the image, counted from the first tile's first.
  func imageColumn(_ x: Int) -> Int {
    let step = layers[0].columns.step
    return x % step * classLength(0) + x / step
  }

  /// The current row of tiles' row y: the ring, then own rows.
  func row(_ layer: Int, _ y: Int, phase: Int) -> Int {
    let line = layers[layer].rows
    let row = line.sharedRange.contains(y) ? (phase * line.step + y) % ring : ring + own(y, line)
    return row * rowLength(layer)
  }

  private func own(_ place: Int, _ line: GridLine) -> Int {
    place < line.ownBefore ? place : place - line.sharedRange.count
  }
}
