// One HAADF image with its calibration, whose pixels may still lie in a file.

/// A HAADF scan that is read in pieces: what a file holds, before anything is done with its pixels.
public struct ScanSource: Sendable {
  /// Detector values in the file's own units.
  public var image: any RasterSource
  public var frame: ScanFrame
  public var metadata: AcquisitionMetadata

  public init(
    image: any RasterSource, pixelSizeNM: Double?, metadata: AcquisitionMetadata = AcquisitionMetadata()
  ) {
    self.image = image
    self.frame = ScanFrame(
      rows: image.rows, columns: image.columns, pixelSizeNM: pixelSizeNM, rotationRad: metadata.rotationRad)
    self.metadata = metadata
  }

  /// A scan in memory.
  public init(_ scan: Scan) {
    image = scan.image
    frame = scan.frame
    metadata = scan.metadata
  }

  /// The same scan with all its pixels in memory.
  public func held() throws -> Scan {
    var scan = Scan(image: try image.whole(), pixelSizeNM: frame.pixelSizeNM, metadata: metadata)
    scan.frame = frame
    return scan
  }
}
