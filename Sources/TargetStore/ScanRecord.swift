// One scan as it is handed to the store.

/// Whether a scan lies in the domain the model was made for.
public enum DomainVerdict: String, CaseIterable, Sendable {
  case inside = "in"
  case marked
  case refused
}

/// A scan, what was decided about it and with what. One a content hash, refused scans included.
public struct ScanRecord: Equatable, Sendable {
  /// SHA-256 of the decoded pixels and calibration: 64 lower-case hexadecimal digits.
  public var contentSHA256: String
  /// Pixels.
  public var rows: Int
  public var columns: Int
  public var pixelSizeNM: Double?
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
  public var verdict: DomainVerdict
  /// Why the scan is marked or refused, or what was looked at where nothing was found.
  public var reasons: [String]
  public var modelID: String
  /// SHA-256 of the rule set.
  public var rulesSHA256: String
  public var rulesRevision: String
  /// Normalisation: the detector value of the background, which became 0; nil where none was found.
  public var backgroundLevel: Double?
  /// Normalisation: the detector value of the particles, which became 1.
  public var particleLevel: Double?
  /// From the file's settling to the commit, ms, by a monotonic clock. What is not a number counts as unknown, what is
  /// negative as 0.
  public var latencyMS: Double?
  /// Energies of the spectra's channels, eV; empty without spectra.
  public var energyEV: [Double]
  /// Unit of the spectra's values, such as the bundle states it.
  public var spectrumUnits: String
  /// Where the scan lies in a larger one: a JSON object.
  public var geometry: String?
  /// Limits of dose and time that the list was made for, and what it takes: a JSON object.
  public var budget: String?

  public init(
    contentSHA256: String, rows: Int, columns: Int, pixelSizeNM: Double? = nil, rotationRad: Double? = nil,
    dwellUS: Double? = nil, channelName: String? = nil, instrumentScanID: String? = nil, acquiredAt: String? = nil,
    voltageV: Double? = nil, verdict: DomainVerdict, reasons: [String] = [], modelID: String, rulesSHA256: String,
    rulesRevision: String, backgroundLevel: Double? = nil, particleLevel: Double? = nil, latencyMS: Double? = nil,
    energyEV: [Double] = [], spectrumUnits: String = "", geometry: String? = nil, budget: String? = nil
  ) {
    self.contentSHA256 = contentSHA256
    self.rows = rows
    self.columns = columns
    self.pixelSizeNM = pixelSizeNM
    self.rotationRad = rotationRad
    self.dwellUS = dwellUS
    self.channelName = channelName
    self.instrumentScanID = instrumentScanID
    self.acquiredAt = acquiredAt
    self.voltageV = voltageV
    self.verdict = verdict
    self.reasons = reasons
    self.modelID = modelID
    self.rulesSHA256 = rulesSHA256
    self.rulesRevision = rulesRevision
    self.backgroundLevel = backgroundLevel
    self.particleLevel = particleLevel
    self.latencyMS = latencyMS
    self.energyEV = energyEV
    self.spectrumUnits = spectrumUnits
    self.geometry = geometry
    self.budget = budget
  }
}

/// What became of a scan handed to the store. Scans are numbered from 1 in the order of their arrival.
public enum RecordOutcome: Hashable, Sendable {
  /// The scan and its targets are committed.
  case recorded(scan: Int)
  /// The same content was there before: only the file was noted.
  case alreadyKnown(scan: Int)
}
