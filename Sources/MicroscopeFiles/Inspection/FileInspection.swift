// What is in a file and what the daemon would do with it.

import Microscopy
import SystemPackage

/// The result of looking at one file.
public struct FileInspection: Sendable {
  /// What the daemon does with the file.
  public enum Verdict: String, Sendable {
    /// A HAADF image that can be triaged.
    case ready
    /// Half-written, a placeholder or an acquisition in progress: look again when it changes.
    case incomplete
    /// Never going to be usable as it is.
    case rejected
    /// Nothing wrong with it, but not a HAADF image.
    case ignored
  }

  /// One data set of the file.
  public struct SignalSummary: Sendable {
    public let name: String
    public let kind: SignalKind
    /// Row-major: series, y, x, energy.
    public let shape: [Int]
    /// NumPy's name of the type as stored.
    public let dtype: String
    /// Sum over finite values.
    public let sum: Number
    /// Extremes over finite values; nil when there are none.
    public let minimum: Number?
    public let maximum: Number?
    /// One axis for each entry of `shape`.
    public let axes: [Axis]
    public let probes: [Probe]
    public let metadata: AcquisitionMetadata
    let isInteger: Bool
  }

  /// The value at one index.
  public struct Probe: Equatable, Sendable {
    public let index: [Int]
    public let value: Number
  }

  public let path: FilePath
  public let verdict: Verdict
  /// What was found, where, and what to do about it.
  public let reason: String
  /// Name of the file format; nil when unknown.
  public let format: String?
  /// Identity of the scan's content, or of the first data set of a file without a scan; nil when nothing was decoded.
  public let contentSHA256: String?
  /// Whatever could be decoded, also when the verdict is not `ready`.
  public let signals: [SignalSummary]
  /// The image to triage; nil unless the verdict is `ready`. Its pixel size is nil when the file states none. A large
  /// image keeps the file open and is read from there.
  public let scan: ScanSource?
  /// The program that wrote it writes it anew for as long as the microscope is live (Nion Swift's live items).
  public let isLive: Bool
  /// Whether a data set was refused for nothing but the memory that it would take.
  public let isTooLarge: Bool
}
