// The context scan as Nion Swift's `metadata.scan` states it, in JSON and in the tags of its DigitalMicrograph exports.

import Microscopy

/// Nion Swift states the context of every scan: field of view, centre and size are the context's, also of a subscan.
enum NionContext {
  /// - Parameters:
  ///   - number: a number by its name in `metadata.scan`.
  ///   - pair: two numbers, (y, x).
  /// - Returns: nil where nothing is stated.
  static func geometry(number: (String) -> Double?, pair: (String) -> PlanePoint?) -> ScanGeometry? {
    var geometry = ScanGeometry()
    if let size = pair("scan_context_size"), size.y >= 1, size.x >= 1 {
      geometry.contextRows = Int(exactly: size.y.rounded())
      geometry.contextColumns = Int(exactly: size.x.rounded())
    }
    geometry.contextFieldOfViewNM = number("fov_nm").flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    if let y = number("center_y_nm"), let x = number("center_x_nm"), y.isFinite, x.isFinite {
      geometry.contextCentreNM = PlanePoint(y: y, x: x)
    }
    geometry.subscan = ScanGeometry.Subscan(
      size: pair("subscan_fractional_size"), centre: pair("subscan_fractional_center"),
      rotationRad: number("subscan_rotation"))
    return geometry.isEmpty ? nil : geometry
  }
}
