// Where a scan lies in the larger scan that it was made in, as the instrument states it.

import Foundation

/// A point or an extent in a plane; y runs down, x right.
public struct PlanePoint: Hashable, Sendable {
  public var y: Double
  public var x: Double

  public init(y: Double, x: Double) {
    self.y = y
    self.x = x
  }
}

/// A scan's place in its context, the whole scan that the instrument was set to; what is not stated is nil.
///
/// A beam is positioned in the context scan and shares its rotation. A scan without `subscan` is its own context.
public struct ScanGeometry: Hashable, Sendable {
  /// A part of the context that was scanned alone.
  public struct Subscan: Hashable, Sendable {
    /// Height and width as fractions of the context's.
    public var size: PlanePoint
    /// Its centre as a fraction of the context, (0, 0) top-left.
    public var centre: PlanePoint
    /// Turned about its centre, positive counter-clockwise, on top of the context's rotation.
    public var rotationRad: Double

    public init(size: PlanePoint, centre: PlanePoint, rotationRad: Double = 0) {
      self.size = size
      self.centre = centre
      self.rotationRad = rotationRad
    }

    /// Of what an instrument states; nil unless it makes a place.
    public init?(size: PlanePoint?, centre: PlanePoint?, rotationRad: Double?) {
      guard let size, let centre, size.y > 0, size.x > 0 else { return nil }
      self.init(size: size, centre: centre, rotationRad: rotationRad.map { $0.isFinite ? $0 : 0 } ?? 0)
    }
  }

  /// Shape of the context, pixels.
  public var contextRows: Int?
  public var contextColumns: Int?
  /// Field of view of the context along its longer side, nm.
  public var contextFieldOfViewNM: Double?
  /// Centre of the context on the axes of the scan coils, nm.
  public var contextCentreNM: PlanePoint?
  public var subscan: Subscan?
  /// What the file's own calibration gives index (0, 0), nm.
  public var originNM: PlanePoint?

  public init() {}

  /// Whether nothing is stated.
  public var isEmpty: Bool { self == ScanGeometry() }
}

extension ScanFrame {
  /// Position of a pixel's centre as a fraction of the context scan, (0, 0) top-left, (1, 1) bottom-right.
  ///
  /// A subscan is turned in the plane of the specimen, where pixels are square, not in fractions, whose units differ along
  /// the sides of a context that is not square.
  public func contextFraction(of position: PixelPosition, in geometry: ScanGeometry?) -> (x: Double, y: Double) {
    let own = fraction(of: position)
    guard let subscan = geometry?.subscan else { return own }
    // In pixels of this scan, from the subscan's centre.
    let (right, down) = ((own.x - 0.5) * Double(columns), (own.y - 0.5) * Double(rows))
    let (cosine, sine) = (cos(subscan.rotationRad), sin(subscan.rotationRad))
    // Counter-clockwise to the eye: y runs down.
    let turned = (right: cosine * right + sine * down, down: cosine * down - sine * right)
    return (
      subscan.centre.x + turned.right * subscan.size.x / Double(columns),
      subscan.centre.y + turned.down * subscan.size.y / Double(rows)
    )
  }
}
