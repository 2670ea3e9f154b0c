// How long nobody must have touched a file before it is believed.

import FolderWatching
import MicroscopeFiles
import SystemPackage

/// Two quiet times: a short one for scans that show by themselves that they are whole, the configured one for all else.
struct QuietTime: Sendable {
  /// Nion Swift rewrites a snapshot four to seven times within 0.11 s.
  static let short = Duration.milliseconds(300)

  /// Formats whose headers, directories or checksums say how much there must be. Velox (`.emd`) adds frames to a file
  /// that is whole before and after, so it is not among them.
  private static let selfChecking: Set<String> = [
    "npy", "ndata", "ndata1", "dm3", "dm4", "dm5", "ser", "tif", "tiff", "mrc", "mrcs", "h5", "hdf5", "hspy", "nhdf",
  ]
  /// Formats with a checksum over every byte.
  private static let checksummed: Set<String> = ["ndata", "ndata1"]
  /// Space that was set aside for a copy holds zeros until the copy gets there: one page of them is suspect.
  private static let suspectBytes = 4096

  private let configured: Duration

  init(_ configuration: AssistantConfiguration) { configured = .seconds(configuration.quietSeconds) }

  /// The time after which a file is looked at first.
  func first(_ path: FilePath) -> Duration {
    Self.selfChecking.contains(Self.fileExtension(path)) ? min(configured, Self.short) : configured
  }

  /// What is left of the configured time after the first look.
  func rest(_ path: FilePath) -> Duration { configured - first(path) }

  /// Whether a file may be taken at the first look: a scan, whole, that nobody is about to write anew.
  func isProven(_ inspection: FileInspection, _ file: SettledFile) -> Bool {
    guard inspection.verdict == .ready, !inspection.isLive else { return false }
    return Self.checksummed.contains(Self.fileExtension(file.path)) || !Self.endsInZeros(file)
  }

  private static func fileExtension(_ path: FilePath) -> String { path.extension?.lowercased() ?? "" }

  private static func endsInZeros(_ file: SettledFile) -> Bool {
    guard let descriptor = try? file.openForReading() else { return true }
    defer { try? descriptor.close() }
    let count = min(Int(file.identity.size), suspectBytes)
    var tail = [UInt8](repeating: 0, count: count)
    let read = tail.withUnsafeMutableBytes { bytes in
      try? descriptor.read(fromAbsoluteOffset: file.identity.size - Int64(count), into: bytes)
    }
    return read != count || tail.allSatisfy { $0 == 0 }
  }
}
