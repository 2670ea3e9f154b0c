// How much of a stranger's file is believed: every limit by name, with its reason.

/// Bounds that a file must keep; whatever exceeds one is refused before memory is taken for it.
public struct FileLimits: Equatable, Sendable {
  /// Bytes of pixels decoded from one signal. An 8192 × 8192 image of doubles has 512 MiB; the rest is room for spectrum images.
  public var pixelBytes = 1 << 30
  /// Signals decoded from one file; DigitalMicrograph workspaces hold a few dozen.
  public var signals = 64
  /// Dimensions of an array; a 4D-STEM series has five.
  public var dimensions = 8
  /// Bytes of an NPY header. NumPy itself refuses to parse more than 10,000 characters.
  public var npyHeaderBytes = 16_384
  /// Members of a ZIP archive; Nion Swift writes two.
  public var zipMembers = 64
  /// Bytes of a ZIP central directory: 64 members with the longest names that a file system has.
  public var zipDirectoryBytes = 64 * 1024
  /// Bytes of a JSON text that describes a scan; real ones have 1 to 40 KiB.
  public var jsonBytes = 16 << 20
  /// Nesting of JSON; real ones have 6 levels.
  public var jsonDepth = 64
  /// Nesting of DigitalMicrograph tags; real files have about 12 levels.
  public var tagDepth = 64
  /// DigitalMicrograph tags in one file; real files have some thousands.
  public var tags = 200_000
  /// Side of an image below which there is nothing to triage: one tile of the networks.
  public var smallestImageSide = 16

  public init() {}
}
