// FEI/Thermo Fisher TIA series, `.ser`: images and spectra, with what the `.emi` companion adds.

import Microscopy

/// Reads TIA series, versions 0x0210 and 0x0220.
///
/// Little-endian throughout; the layout is that of the "TIA file format" notes of C. Boothroyd, as two independent
/// readers confirm it. Images are stored bottom row first and are turned here.
enum SERReader: FormatReader {
  static let format = "ser"
  static let fileExtensions = ["ser"]

  private static let mark: [UInt8] = [0x49, 0x49, 0x97, 0x01]

  static func recognises(_ candidate: FileCandidate) -> Bool { candidate.begins(with: mark) }

  static func read(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) -> DecodedFile {
    let header = try SERHeader(file, limits: limits)
    guard header.valid > 0 else {
      throw .incomplete("none of its \(header.total) elements is written yet: an acquisition that has not begun")
    }
    let elements = try SERElements(header, file, limits: limits)
    let companion = TIACompanion.find(beside: file.path, limits: limits)
    let signal = SERSignal(header: header, elements: elements, companion: companion).signal(
      name: file.path.stem ?? "")
    guard header.valid < header.total else { return DecodedFile(signals: [signal]) }
    return DecodedFile(
      signals: [signal],
      incompleteReason: "only \(header.valid) of \(header.total) elements are written: in progress, or stopped")
  }
}

/// The header of a series and where its elements lie.
struct SERHeader {
  struct Dimension {
    var size: Int
    var offset: Double
    var delta: Double
    /// Index at which the axis has the value `offset`.
    var element: Int
    var description: String
    var units: String
  }

  let isImages: Bool
  let total: Int
  let valid: Int
  /// x fastest.
  let dimensions: [Dimension]
  /// Bytes from the start of the file to each valid element.
  let dataOffsets: [Int]
  /// Byte of the first element's tag; nil when there is none.
  let firstTagOffset: Int?
  /// Whether the tags hold positions.
  let hasPositions: Bool

  init(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) {
    var cursor = ByteCursor(file, at: 4)
    func long() throws(DecodeFailure) -> Int { Int(try cursor.integer(UInt32.self, bigEndian: false)) }
    let version = try cursor.integer(UInt16.self, bigEndian: false)
    guard version == 0x0210 || version == 0x0220 else {
      throw .rejected("TIA series version \(version); versions \(0x0210) and \(0x0220) are read")
    }
    let isWide = version == 0x0220
    func address() throws(DecodeFailure) -> Int {
      guard isWide else { return try long() }
      let value = try cursor.integer(UInt64.self, bigEndian: false)
      guard let offset = Int(exactly: value) else { throw .rejected("it gives the impossible offset \(value)") }
      return offset
    }
    let dataType = try long()
    guard dataType == 0x4120 || dataType == 0x4122 else {
      throw .rejected("a TIA series of unknown content \(dataType); spectra and images are read")
    }
    isImages = dataType == 0x4122
    hasPositions = try long() == 0x4142
    total = try long()
    valid = try long()
    guard valid <= total else {
      throw .rejected("it counts \(valid) valid elements of \(total): the header is damaged")
    }
    let table = try address()
    let count = try long()
    guard count <= limits.seriesDimensions else {
      throw .rejected("a series of \(count) dimensions; at most \(limits.seriesDimensions) are read")
    }
    var dimensions: [Dimension] = []
    for _ in 0..<count { dimensions.append(try Self.dimension(&cursor, limits: limits)) }
    self.dimensions = dimensions
    let width = isWide ? 8 : 4
    // Both tables must be there whole before any memory is taken for them.
    let (tableBytes, overflow) = total.multipliedReportingOverflow(by: 2 * width)
    guard !overflow else { throw .rejected("it counts \(total) elements: the header is damaged") }
    try file.check(table, tableBytes)
    cursor.position = table
    var offsets: [Int] = []
    for _ in 0..<valid {
      try limits.checkTime()
      offsets.append(try address())
    }
    dataOffsets = offsets
    cursor.position = table + total * width
    let tag = valid > 0 ? try address() : 0
    // The tags come last: without them the file is not whole.
    if tag > 0 { try file.check(tag, Self.tagBytes) }
    firstTagOffset = tag > 0 ? tag : nil
  }

  /// Bytes of a tag: its kind and a time.
  private static let tagBytes = 8

  private static func dimension(
    _ cursor: inout ByteCursor<OpenedFile>, limits: FileLimits
  ) throws(DecodeFailure) -> Dimension {
    let size = Int(try cursor.integer(UInt32.self, bigEndian: false))
    let offset = Double(bitPattern: try cursor.integer(UInt64.self, bigEndian: false))
    let delta = Double(bitPattern: try cursor.integer(UInt64.self, bigEndian: false))
    let element = Int(try cursor.integer(UInt32.self, bigEndian: false))
    func text() throws(DecodeFailure) -> String {
      let count = Int(try cursor.integer(UInt32.self, bigEndian: false))
      guard count <= limits.hdf5AttributeBytes else {
        throw .rejected("a name of \(count) bytes: the header is damaged")
      }
      return String(decoding: try cursor.bytes(count), as: UTF8.self)
    }
    return Dimension(
      size: size, offset: offset, delta: delta, element: element, description: try text(), units: try text())
  }
}
