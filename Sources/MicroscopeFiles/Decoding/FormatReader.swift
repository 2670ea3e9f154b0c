// The one shape that every reader has, and the list of them: a format is one file, one line here, and its tests.

/// Reads one file format.
protocol FormatReader: Sendable {
  /// Name printed as `format`.
  static var format: String { get }
  /// Extensions, in lower case, whose files are expected to be of this format.
  static var fileExtensions: [String] { get }
  /// Whether a file is of this format, by its first bytes and its name; cheap, and never wrong about another format.
  static func recognises(_ candidate: FileCandidate) -> Bool
  /// Everything in the file that can be decoded.
  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile
}

/// The registry: the first reader that recognises a file reads it.
enum FormatReaders {
  static let all: [any FormatReader.Type] = [
    NPYReader.self,
    NionNData.self,
    NionNData1.self,
    DigitalMicrograph3.self,
    DigitalMicrograph4.self,
    DigitalMicrograph5.self,
    NionHDF5.self,
    NionNHDF.self,
    VeloxReader.self,
    NCEMReader.self,
    HyperSpyReader.self,
    SERReader.self,
    TIFFReader.self,
    MRCReader.self,
    GzippedMRCReader.self,
  ]

  static func reader(for candidate: FileCandidate) -> (any FormatReader.Type)? {
    all.first { $0.recognises(candidate) }
  }
}

/// What a reader sees before it decides: the first bytes, the name, and for HDF5 whose layout it is.
struct FileCandidate {
  /// Bytes that every reader finds its mark in: an HDF5 file may begin at byte 2048.
  static let headBytes = 2056

  /// At most `headBytes` from the start of the file.
  let head: [UInt8]
  /// The name's extension in lower case, without the dot; empty without one.
  let fileExtension: String
  /// The whole name in lower case.
  let name: String
  /// Whose layout an HDF5 file has; nil for all other files.
  var hdf5: HDF5Layout?

  init(_ file: OpenedFile) throws(DecodeFailure) {
    head = try file.bytes(at: 0, count: min(file.count, FileCandidate.headBytes))
    fileExtension = file.path.extension?.lowercased() ?? ""
    name = file.path.lastComponent?.string.lowercased() ?? ""
  }

  func begins(with mark: [UInt8], at offset: Int = 0) -> Bool {
    head.count >= offset + mark.count && head[offset...].starts(with: mark)
  }
}

/// What a file holds.
struct DecodedFile {
  var signals: [Signal]
  /// Why the file is not finished although its pixels could be decoded; nil when it is whole.
  var incompleteReason: String?
  /// The program that wrote it writes it anew for as long as the microscope is live.
  var isLive = false
}
