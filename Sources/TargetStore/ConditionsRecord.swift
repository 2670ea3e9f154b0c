// Acquisition conditions as one file states them.

/// What one of the files of a scan says about its acquisition: another form, or a companion, may say more.
public struct ConditionsRecord: Hashable, Sendable {
  /// Scan rotation, rad, positive counter-clockwise.
  public var rotationRad: Double?
  /// Dwell time a pixel, µs.
  public var dwellUS: Double?
  public var channelName: String?
  /// The instrument's own id of the acquisition.
  public var instrumentScanID: String?
  /// Time of acquisition as the file has it, with its zone.
  public var acquiredAt: String?
  /// Acceleration voltage, V.
  public var voltageV: Double?
  /// Where the scan lies in a larger one: a JSON object.
  public var geometry: String?

  public init(
    rotationRad: Double? = nil, dwellUS: Double? = nil, channelName: String? = nil, instrumentScanID: String? = nil,
    acquiredAt: String? = nil, voltageV: Double? = nil, geometry: String? = nil
  ) {
    self.rotationRad = rotationRad
    self.dwellUS = dwellUS
    self.channelName = channelName
    self.instrumentScanID = instrumentScanID
    self.acquiredAt = acquiredAt
    self.voltageV = voltageV
    self.geometry = geometry
  }
}
