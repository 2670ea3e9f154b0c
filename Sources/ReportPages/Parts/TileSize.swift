// How large a target's tile is on the scan.

import TargetStore

enum TileSize {
  /// Pixels of the networks' window, and of the file where nothing else is known.
  private static let windowPixels = 16.0

  /// Side in pixels of the file.
  static func pixels(_ scan: ScanSummary, _ targets: [StoredTarget]) -> Double {
    guard let size = scan.pixelSizeNM, size > 0, let width = targets.lazy.compactMap(\.widthNM).first else {
      return windowPixels
    }
    return width / size
  }
}
