// Which convolutions go by Winograd's minimal filtering, and in how many tiles.

/// Tiles of four outputs a direction that the image of one convolution is cut into, phase by phase of its dilation.
struct WinogradTiling: Equatable, Sendable {
  /// Points of a tile in the transformed domain.
  let points: Int
  /// Tiles of a sample.
  let tiles: Int

  /// Multiply-adds that moving one value of a point in or out costs as much as; measured with 16 and 64 filters.
  private static let costOfTransform = 17

  /// Smallest image, in outputs, and smallest saving, in products, for which an answer's rounding is risked: little time
  /// goes into small images, and what is rounded there spreads over all that follows.
  private static let leastPlane = 128
  private static let leastSaving = 0.4

  /// nil where the direct form is cheaper, or the kernel has not three taps.
  /// - Parameter isForwardOnly: of a trained network, which is to be as exact as PyTorch's.
  init?(_ g: ConvolutionGeometry, isForwardOnly: Bool) {
    guard g.kernelWidth == 3, g.kernelHeight == 3 || (g.kernelHeight == 1 && g.height == 1) else { return nil }
    let isImage = g.kernelHeight == 3
    func tiles(_ extent: Int) -> [Int] {
      (0..<g.dilation).map { phase in max(0, (extent - phase + g.dilation - 1) / g.dilation + 3) / 4 }
    }
    points = isImage ? 36 : 6
    let down = isImage ? tiles(g.height).reduce(0, +) : 1
    self.tiles = down * tiles(g.width).reduce(0, +)
    let (products, values) = (g.inputs * g.filters, PackedLayout.lanes(g.inputs) + PackedLayout.lanes(g.filters))
    let cost = points * self.tiles * (products + Self.costOfTransform * values)
    // The direct form leaves out the rows that taps find beyond the image.
    let missed = isImage ? 2 * min(g.dilation, g.height) * 3 * g.width : 0
    let direct = g.plane * g.kernelHeight * 3 - missed
    guard cost < direct * products else { return nil }
    let saving = 1 - Double(points * self.tiles) / Double(direct)
    if isForwardOnly, g.plane < Self.leastPlane || saving < Self.leastSaving { return nil }
  }
}
