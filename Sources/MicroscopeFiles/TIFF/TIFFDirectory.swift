// The directories of a TIFF file: tags parsed by hand, every offset and count checked against the file.

/// Header and chain of directories (TIFF 6.0, section 2; BigTIFF as libtiff describes it).
struct TIFFDirectories {
  let isBigEndian: Bool
  let isBigTIFF: Bool
  let directories: [TIFFDirectory]

  init(_ file: OpenedFile, limits: FileLimits) throws(DecodeFailure) {
    var cursor = ByteCursor(file)
    isBigEndian = try cursor.bytes(2) == [0x4D, 0x4D]
    let version = try cursor.integer(UInt16.self, bigEndian: isBigEndian)
    isBigTIFF = version == 43
    if isBigTIFF { try cursor.skip(4) }
    var parser = TIFFDirectoryParser(cursor: cursor, isBigEndian: isBigEndian, isBigTIFF: isBigTIFF, limits: limits)
    var next = try parser.offset()
    var seen: Set<Int> = []
    var found: [TIFFDirectory] = []
    while next != 0 {
      try limits.checkTime()
      guard seen.insert(next).inserted else { throw .rejected("its directories form a circle: the file is damaged") }
      guard found.count < limits.tiffDirectories else {
        throw .rejected("it has more than \(limits.tiffDirectories) directories")
      }
      parser.cursor.position = next
      found.append(try parser.directory())
      next = try parser.offset()
    }
    guard !found.isEmpty else { throw .incomplete("it has no directory: still being written, or cut short") }
    directories = found
  }
}

/// One directory: its tags with their values still in the file.
struct TIFFDirectory {
  struct Entry {
    var type: Int
    var count: Int
    /// Byte of the first value.
    var offset: Int
  }

  let isBigEndian: Bool
  let entries: [Int: Entry]
  let largestValueBytes: Int

  /// Bytes of one value by its type; BigTIFF adds 16 to 18.
  static let typeSizes = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
  ]

  /// The bytes of a tag; nil when it is absent.
  func bytes(_ tag: Int, in file: OpenedFile) throws(DecodeFailure) -> [UInt8]? {
    guard let entry = entries[tag], let size = Self.typeSizes[entry.type] else { return nil }
    let (bytes, overflow) = entry.count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= largestValueBytes else {
      throw .rejected("its tag \(tag) has \(entry.count) values; at most \(largestValueBytes) bytes are read")
    }
    return try file.bytes(at: entry.offset, count: bytes)
  }

  /// Every value of a tag of whole numbers or fractions; empty when it is absent.
  func numbers(_ tag: Int, in file: OpenedFile) throws(DecodeFailure) -> [Double] {
    guard let entry = entries[tag], let bytes = try bytes(tag, in: file) else { return [] }
    var cursor = ByteCursor(bytes)
    var values: [Double] = []
    values.reserveCapacity(entry.count)
    for _ in 0..<entry.count { values.append(try number(entry.type, &cursor)) }
    return values
  }

  private func number(_ type: Int, _ cursor: inout ByteCursor<[UInt8]>) throws(DecodeFailure) -> Double {
    let big = isBigEndian
    switch type {
    case 1, 2, 7: return Double(try cursor.integer(UInt8.self, bigEndian: big))
    case 3: return Double(try cursor.integer(UInt16.self, bigEndian: big))
    case 4, 13: return Double(try cursor.integer(UInt32.self, bigEndian: big))
    case 5:
      let numerator = Double(try cursor.integer(UInt32.self, bigEndian: big))
      return numerator / Double(try cursor.integer(UInt32.self, bigEndian: big))
    case 6: return Double(try cursor.integer(Int8.self, bigEndian: big))
    case 8: return Double(try cursor.integer(Int16.self, bigEndian: big))
    case 9: return Double(try cursor.integer(Int32.self, bigEndian: big))
    case 10:
      let numerator = Double(try cursor.integer(Int32.self, bigEndian: big))
      return numerator / Double(try cursor.integer(Int32.self, bigEndian: big))
    case 11: return Double(Float(bitPattern: try cursor.integer(UInt32.self, bigEndian: big)))
    case 12: return Double(bitPattern: try cursor.integer(UInt64.self, bigEndian: big))
    case 17: return Double(try cursor.integer(Int64.self, bigEndian: big))
    default: return Double(try cursor.integer(UInt64.self, bigEndian: big))
    }
  }

  /// The first value of a tag where it is a whole number that fits.
  func int(_ tag: Int, in file: OpenedFile) throws(DecodeFailure) -> Int? {
    try numbers(tag, in: file).first.flatMap { Int(exactly: $0) }
  }

  /// The text of a tag up to its zero byte; UTF-8 or Latin-1, whichever it is.
  func text(_ tag: Int, in file: OpenedFile) throws(DecodeFailure) -> String? {
    guard let bytes = try bytes(tag, in: file) else { return nil }
    return Text.decoded(bytes.prefix { $0 != 0 })
  }
}

private struct TIFFDirectoryParser {
  var cursor: ByteCursor<OpenedFile>
  let isBigEndian: Bool
  let isBigTIFF: Bool
  let limits: FileLimits

  mutating func offset() throws(DecodeFailure) -> Int {
    guard isBigTIFF else { return Int(try cursor.integer(UInt32.self, bigEndian: isBigEndian)) }
    let value = try cursor.integer(UInt64.self, bigEndian: isBigEndian)
    guard let offset = Int(exactly: value) else { throw .rejected("it gives the impossible offset \(value)") }
    return offset
  }

  mutating func directory() throws(DecodeFailure) -> TIFFDirectory {
    let count =
      isBigTIFF ? try offset() : Int(try cursor.integer(UInt16.self, bigEndian: isBigEndian))
    guard count <= limits.tiffTags else {
      throw .rejected("a directory of \(count) tags; at most \(limits.tiffTags) are read")
    }
    var entries: [Int: TIFFDirectory.Entry] = [:]
    for _ in 0..<count {
      let tag = Int(try cursor.integer(UInt16.self, bigEndian: isBigEndian))
      let type = Int(try cursor.integer(UInt16.self, bigEndian: isBigEndian))
      let values = try offset()
      let field = cursor.position
      let stored = isBigTIFF ? try cursor.bytes(8) : try cursor.bytes(4)
      // Values that fit stand in the place of their offset.
      let (bytes, overflow) = values.multipliedReportingOverflow(by: TIFFDirectory.typeSizes[type] ?? 1)
      let isInline = !overflow && bytes <= (isBigTIFF ? 8 : 4)
      guard entries[tag] == nil else { continue }
      let place = (isBigEndian ? stored : stored.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      // A place beyond every file is found out when the tag is asked for.
      entries[tag] = .init(type: type, count: values, offset: isInline ? field : Int(clamping: place))
    }
    return TIFFDirectory(isBigEndian: isBigEndian, entries: entries, largestValueBytes: limits.tiffTagBytes)
  }
}

/// Text of unknown encoding.
enum Text {
  /// UTF-8 where it is that, else Latin-1.
  static func decoded(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
  }
}
