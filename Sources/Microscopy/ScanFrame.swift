// Where a scan's pixels lie on the specimen.

/// Shape, pixel size and rotation of a scan, and the conversions between pixels, nanometres and fractions.
///
/// The origin of nanometres is the centre of the top-left pixel, x right and y down, before rotation.
/// Fractions run from 0 at the left/top edge of the field of view to 1 at its right/bottom edge.
public struct ScanFrame: Equatable, Sendable {
  public var rows: Int
  public var columns: Int
  /// Edge of a square pixel in nm; nil when the file does not say.
  public var pixelSizeNM: Double?
  /// Scan rotation in rad, positive counter-clockwise; nil when unknown.
  public var rotationRad: Double?

  public init(rows: Int, columns: Int, pixelSizeNM: Double?, rotationRad: Double? = nil) {
    self.rows = rows
    self.columns = columns
    self.pixelSizeNM = pixelSizeNM
    self.rotationRad = rotationRad
  }

  /// Position in nm (x right, y down) of a pixel's centre; nil without a pixel size.
  public func nanometres(of position: PixelPosition) -> (x: Double, y: Double)? {
    guard let pixelSizeNM else { return nil }
    return (Double(position.column) * pixelSizeNM, Double(position.row) * pixelSizeNM)
  }

  /// Position of a pixel's centre as a fraction of the field of view.
  public func fraction(of position: PixelPosition) -> (x: Double, y: Double) {
    ((Double(position.column) + 0.5) / Double(columns), (Double(position.row) + 0.5) / Double(rows))
  }
}
