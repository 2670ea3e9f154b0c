// What a file says about how its data were acquired.

/// Acquisition conditions; every field is nil when the file does not state it.
public struct AcquisitionMetadata: Equatable, Sendable {
  /// Detector or channel name as written by the instrument, such as `HAADF`.
  public var channelName: String?
  /// Dwell time a pixel, µs.
  public var dwellUS: Double?
  /// Field of view, nm, along the longer side.
  public var fieldOfViewNM: Double?
  /// Scan rotation, rad, positive counter-clockwise.
  public var rotationRad: Double?
  /// Time of acquisition as ISO 8601 text, with the zone where the file has one.
  public var acquiredAt: String?
  /// The instrument's own id of the acquisition; ties the channels of one scan together.
  public var scanID: String?
  /// Acceleration voltage, V.
  public var voltageV: Double?
  /// Where the scan lies in the scan it was made in.
  public var geometry: ScanGeometry?

  public init(
    channelName: String? = nil, dwellUS: Double? = nil, fieldOfViewNM: Double? = nil, rotationRad: Double? = nil,
    acquiredAt: String? = nil, scanID: String? = nil, voltageV: Double? = nil,
    geometry: ScanGeometry? = nil
  ) {
    self.channelName = channelName
    self.dwellUS = dwellUS
    self.fieldOfViewNM = fieldOfViewNM
    self.rotationRad = rotationRad
    self.acquiredAt = acquiredAt
    self.scanID = scanID
    self.voltageV = voltageV
    self.geometry = geometry
  }
}
