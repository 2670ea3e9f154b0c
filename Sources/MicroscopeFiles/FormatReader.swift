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
  ]

  static func reader(for candidate: FileCandidate) -> (any FormatReader.Type)? {
    all.first { $0.recognises(candidate) }
  }
}

/// What a reader sees before it decides: the first bytes and the name.
struct FileCandidate {
  /// Bytes that every reader finds its mark in; the ZIP readers look at the first member's name.
  static let headBytes = 512

  /// At most `headBytes` from the start of the file.
  var head: [UInt8]
  /// The name's extension in lower case, without the dot; empty without one.
  var fileExtension: String

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
