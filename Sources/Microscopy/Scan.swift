// One HAADF image with its calibration.

/// A HAADF scan: detector values in the file's own units, its frame and its acquisition conditions.
public struct Scan: Equatable, Sendable {
  public var image: Raster
  public var frame: ScanFrame
  public var metadata: AcquisitionMetadata

  public init(image: Raster, pixelSizeNM: Double?, metadata: AcquisitionMetadata = AcquisitionMetadata()) {
    self.image = image
    self.frame = ScanFrame(
      rows: image.rows, columns: image.columns, pixelSizeNM: pixelSizeNM, rotationRad: metadata.rotationRad)
    self.metadata = metadata
  }
}
