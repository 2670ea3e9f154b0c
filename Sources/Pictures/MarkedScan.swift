// A scan with its targets drawn in: what sheets, terminals and pages show.

import Microscopy

/// A picture of a scan and the numbered places on it.
public struct MarkedScan: Sendable {
  public let scan: Raster
  /// Which values are black and white.
  public let range: ValueRange
  /// Of a pixel of `scan`; nil when unknown, and then there is no scale bar.
  public let pixelSizeNM: Double?
  /// Side of the tile a target stands for, pixels of `scan`.
  public let tileSide: Double
  public let kinds: [TargetSheet.Kind]
  public let targets: [TargetSheet.Target]

  public init(
    scan: Raster, range: ValueRange = .percentiles(low: 0.5, high: 99.5), pixelSizeNM: Double?, tileSide: Double,
    kinds: [TargetSheet.Kind], targets: [TargetSheet.Target]
  ) {
    self.scan = scan
    self.range = range
    self.pixelSizeNM = pixelSizeNM
    self.tileSide = tileSide
    self.kinds = kinds
    self.targets = targets
  }

  /// Those that a kind is known for; the first ranks last, so that they lie on top where boxes crowd.
  var drawnTargets: [TargetSheet.Target] {
    targets.filter { kinds.indices.contains($0.kind) }.sorted { $0.number > $1.number }
  }

  /// - Parameter side: longest side of the picture, pixels; smaller scans are enlarged by whole factors.
  public func render(side: Int) -> RGBImage {
    let fitted = FittedRaster(scan, side: side)
    var picture = RasterPicture.render(fitted.raster, range: range, map: .grey, scale: fitted.scale)
    let radius = max(tileSide * fitted.zoom / 2, 4)
    func centre(_ target: TargetSheet.Target) -> (x: Double, y: Double) {
      ((target.column + 0.5) * fitted.zoom, (target.row + 0.5) * fitted.zoom)
    }
    for target in drawnTargets.reversed() {
      let (x, y) = centre(target)
      let kind = kinds[target.kind]
      picture.drawMarker(kind.shape, x: x, y: y, radius: radius, colour: kind.colour, thickness: 3)
    }
    if let pixelSizeNM { picture.drawScaleBar(pixelSizeNM: pixelSizeNM / fitted.zoom) }
    for target in drawnTargets {
      let (x, y) = centre(target)
      let width = RGBImage.textWidth("\(target.number)", scale: 2) + 8
      let left = min(max(Self.pixel(x - radius), 1), max(picture.width - width - 1, 1))
      let top = min(max(Self.pixel(y - radius) - 10, 1), max(picture.height - 22, 1))
      picture.drawTag("\(target.number)", x: left, y: top, colour: kinds[target.kind].colour, scale: 2)
    }
    return picture
  }

  /// Places may come from anywhere: whatever the number, it becomes a pixel somewhere.
  static func pixel(_ coordinate: Double) -> Int {
    coordinate.isFinite ? Int(min(max(coordinate.rounded(.down), -1e6), 1e6)) : 0
  }
}
