// Parsing DigitalMicrograph 3 and 4 files into their tree of tags, with every count checked against the file.

/// Header and tags of a DM3 or DM4 file.
///
/// Structure is big-endian, values are in the order that the header names; counts have 32 bits in DM3, 64 in DM4.
struct DMTagFile {
  let version: Int
  let isBigEndian: Bool
  let root: DMTag
  /// Whether the closing mark follows the tags; without it the file was cut short, or is still being written.
  let isClosed: Bool

  /// A tree that was read from elsewhere, whose values lie in little-endian order.
  init(root: DMTag, version: Int) {
    self.root = root
    self.version = version
    isBigEndian = false
    isClosed = true
  }

  /// Eight zero bytes close every file.
  private static let closingBytes = 8

  init(_ source: some ByteSource, version expected: Int, limits: FileLimits) throws(DecodeFailure) {
    var cursor = ByteCursor(source)
    version = Int(try cursor.integer(Int32.self, bigEndian: true))
    guard version == expected else {
      throw .rejected("DigitalMicrograph version \(version); versions 3 and 4 are read")
    }
    // The length of the root folder stands here; no reader relies on it, since not every writer gets it right.
    try cursor.skip(version == 4 ? 8 : 4)
    let order = try cursor.integer(Int32.self, bigEndian: true)
    guard order == 0 || order == 1 else {
      throw .rejected("its byte-order flag is \(order), neither 0 nor 1: the header is damaged")
    }
    isBigEndian = order == 0
    var parser = DMTagParser(cursor: cursor, isVersion4: version == 4, isBigEndian: order == 0, limits: limits)
    root = try parser.folder(depth: 0)
    isClosed = source.count - parser.cursor.position >= Self.closingBytes
  }
}

private struct DMTagParser<Source: ByteSource> {
  var cursor: ByteCursor<Source>
  let isVersion4: Bool
  let isBigEndian: Bool
  let limits: FileLimits
  private var tags = 0

  init(cursor: ByteCursor<Source>, isVersion4: Bool, isBigEndian: Bool, limits: FileLimits) {
    self.cursor = cursor
    self.isVersion4 = isVersion4
    self.isBigEndian = isBigEndian
    self.limits = limits
  }

  private func damaged(_ what: String) -> DecodeFailure {
    .rejected("its tags are damaged: \(what) at byte \(cursor.position)")
  }

  private mutating func count() throws(DecodeFailure) -> Int {
    let value =
      isVersion4
      ? Int(try cursor.integer(Int64.self, bigEndian: true)) : Int(try cursor.integer(Int32.self, bigEndian: true))
    guard value >= 0 else { throw damaged("a count of \(value)") }
    return value
  }

  mutating func folder(depth: Int) throws(DecodeFailure) -> DMTag {
    guard depth <= limits.tagDepth else { throw .rejected("its tags are nested deeper than \(limits.tagDepth) levels") }
    try cursor.skip(2)  // sorted, open: how DigitalMicrograph shows the folder
    let wanted = try count()
    var entries: [DMTag.Entry] = []
    for _ in 0..<wanted {
      tags += 1
      guard tags <= limits.tags else { throw .rejected("it has more than \(limits.tags) tags") }
      let kind = try cursor.integer(UInt8.self, bigEndian: true)
      guard kind == 20 || kind == 21 else { throw damaged("tag kind \(kind), neither folder nor value,") }
      let nameBytes = try cursor.bytes(Int(try cursor.integer(UInt16.self, bigEndian: true)))
      let name = String(validating: nameBytes, as: UTF8.self) ?? Self.latin1(nameBytes)
      if isVersion4 { try cursor.skip(8) }  // size of the entry
      entries.append(.init(name: name, tag: kind == 20 ? try folder(depth: depth + 1) : try value()))
    }
    return .folder(entries)
  }

  private static func latin1(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
  }

  /// Numbers in a value's description; a structure of 15 fields has 33.
  private static var longestDescription: Int { 1024 }

  private mutating func value() throws(DecodeFailure) -> DMTag {
    guard try cursor.bytes(4) == Array("%%%%".utf8) else { throw damaged("a value without its mark") }
    let length = try count()
    guard (1...Self.longestDescription).contains(length) else { throw damaged("a description of \(length) numbers") }
    var description: [Int] = []
    for _ in 0..<length { description.append(try count()) }
    switch description[0] {
    case 20: return .array(try array(description))
    case 15: return .structure(try structure(description[...]))
    case 18:
      guard length == 2 else { throw damaged("a text without its length") }
      return .array(try reserve(count: description[1], elementBytes: 1, isSixteenBit: false, isByteText: true))
    default:
      guard length == 1 else { throw damaged("a value of unknown type \(description[0])") }
      return .number(try number(description[0]))
    }
  }

  private mutating func array(_ description: [Int]) throws(DecodeFailure) -> DMTag.Array {
    guard description.count >= 3 else { throw damaged("an array without its length") }
    guard description[1] != 15 else {
      let types = try fieldTypes(description[1..<description.count - 1])
      var bytes = 0
      for type in types { bytes += try size(type) }
      return try reserve(
        count: description[description.count - 1], elementBytes: bytes, isSixteenBit: false, isByteText: false)
    }
    guard description.count == 3 else { throw damaged("an array of unknown type \(description[1])") }
    return try reserve(
      count: description[2], elementBytes: try size(description[1]), isSixteenBit: description[1] == 4,
      isByteText: false)
  }

  /// Steps over an array's bytes, which must be there.
  private mutating func reserve(
    count: Int, elementBytes: Int, isSixteenBit: Bool, isByteText: Bool
  ) throws(DecodeFailure) -> DMTag.Array {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
    guard !overflow else { throw damaged("an array of \(count) values") }
    let offset = cursor.position
    try cursor.skip(bytes)
    return DMTag.Array(
      offset: offset, count: count, elementBytes: elementBytes, isSixteenBit: isSixteenBit, isByteText: isByteText)
  }

  /// `15, name length, fields, (name length, type)…`
  private func fieldTypes(_ description: ArraySlice<Int>) throws(DecodeFailure) -> [Int] {
    let numbers = Array(description)
    guard numbers.count >= 3, numbers[2] <= (numbers.count - 3) / 2, numbers.count == 3 + 2 * numbers[2] else {
      throw damaged("a structure that does not list its fields")
    }
    return (0..<numbers[2]).map { numbers[4 + 2 * $0] }
  }

  private mutating func structure(_ description: ArraySlice<Int>) throws(DecodeFailure) -> [Double] {
    var values: [Double] = []
    for type in try fieldTypes(description) { values.append(try number(type)) }
    return values
  }

  private func size(_ type: Int) throws(DecodeFailure) -> Int {
    switch type {
    case 8, 9, 10: return 1
    case 2, 4: return 2
    case 3, 5, 6: return 4
    case 7, 11, 12: return 8
    default: throw damaged("a value of unknown type \(type)")
    }
  }

  private mutating func number(_ type: Int) throws(DecodeFailure) -> Double {
    switch type {
    case 2: return Double(try cursor.integer(Int16.self, bigEndian: isBigEndian))
    case 3: return Double(try cursor.integer(Int32.self, bigEndian: isBigEndian))
    case 4: return Double(try cursor.integer(UInt16.self, bigEndian: isBigEndian))
    case 5: return Double(try cursor.integer(UInt32.self, bigEndian: isBigEndian))
    case 6: return Double(Float(bitPattern: try cursor.integer(UInt32.self, bigEndian: isBigEndian)))
    case 7: return Double(bitPattern: try cursor.integer(UInt64.self, bigEndian: isBigEndian))
    case 8, 10: return Double(try cursor.integer(UInt8.self, bigEndian: isBigEndian))
    case 9: return Double(try cursor.integer(Int8.self, bigEndian: isBigEndian))
    case 11: return Double(try cursor.integer(Int64.self, bigEndian: isBigEndian))
    case 12: return Double(try cursor.integer(UInt64.self, bigEndian: isBigEndian))
    default: throw damaged("a value of unknown type \(type)")
    }
  }
}
