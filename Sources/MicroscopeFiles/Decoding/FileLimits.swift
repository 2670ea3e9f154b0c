// How much of a stranger's file is believed: every limit by name, with its reason.

/// Bounds that a file must keep; whatever exceeds one is refused before memory is taken for it.
public struct FileLimits: Equatable, Sendable {
  /// Bytes of pixels decoded from one signal. An 8192 × 8192 image of doubles has 512 MiB; the rest is room for spectrum images.
  public var pixelBytes = 1 << 30
  /// Bytes of an image that stays in its file and is read in pieces: 16384 × 16384 pixels of 32 bits.
  public var imageBytes = 1 << 30
  /// Bytes of pixels up to which an image is taken into memory; a larger one that lies in its file in one piece is read
  /// when it is wanted. A 2048 × 2048 image of 16 bits has 8 MiB.
  public var heldBytes = 8 << 20
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
  /// Objects visited in one HDF5 file; Velox files with their displays and settings have some hundreds.
  public var hdf5Objects = 20_000
  /// Nesting of HDF5 groups; HyperSpy's metadata have about 10 levels.
  public var hdf5Depth = 32
  /// Chunks of one HDF5 data set; Velox writes one a scan row, h5py about a thousand in a large cube.
  public var hdf5Chunks = 4 << 20
  /// Bytes of one chunk of an HDF5 data set: one frame of a large camera, held beside the pixels while it is unpacked.
  public var hdf5ChunkBytes = 128 << 20
  /// Bytes of an attribute that is no JSON text: names, units, calibrations.
  public var hdf5AttributeBytes = 1 << 16
  /// How much further than its file a compressed data set may unpack. Counted electrons reach 100.
  public var unpackRatio = 200
  /// Unpacked bytes up to which the ratio does not matter: memory that any file may take.
  public var unpackFreeBytes = 64 << 20
  /// Directories of a TIFF file: pages of a series. A film of ten minutes has some thousands.
  public var tiffDirectories = 16_384
  /// Tags of one TIFF directory; vendors write up to 60.
  public var tiffTags = 4096
  /// Bytes of one tag's value that are kept; vendors' texts have up to 64 KiB, tables of strips one entry a row.
  public var tiffTagBytes = 4 << 20
  /// Bytes of a TIA `.emi` companion that are searched for the texts of its series.
  public var companionBytes = 64 << 20
  /// Dimensions of a TIA series; TIA writes one or two.
  public var seriesDimensions = 4
  /// Bytes of an MRC extended header: 768 bytes for each of some thousand frames.
  public var mrcExtendedHeaderBytes = 256 << 20
  /// Seconds after which decoding is given up, on a clock that stops while the computer sleeps. The largest files that
  /// the other limits allow take a few.
  public var decodeSeconds = 20.0
  /// When decoding is given up; set as the file is opened.
  var deadline: SuspendingClock.Instant?

  /// Side of an image below which there is nothing to triage: one tile of the networks.
  public var smallestImageSide = 16

  public init() {}

  /// The same limits with the time running from now.
  func startingNow() -> FileLimits {
    var limits = self
    limits.deadline = SuspendingClock.now.advanced(by: .seconds(decodeSeconds))
    return limits
  }

  /// Called in every loop whose length a file decides.
  func checkTime() throws(DecodeFailure) {
    guard let deadline, SuspendingClock.now > deadline else { return }
    throw .rejected("decoding it takes longer than \(decodeSeconds) s: damaged, or too large for this computer")
  }
}
