// Attributes and links in HDF5 object headers, read by hand: libhdf5 1.10 trusts what damaged messages count and measure.

/// The attributes of one object, and its entries where it is a group that keeps them in its header.
///
/// Layout: HDF5 file format specification 3.0, sections IV.A.1 (object headers) and IV.A.2.m (attributes).
struct HDF5ObjectHeader {
  private(set) var attributes: [HDF5StoredAttribute] = []
  /// Entries in their stored order.
  private(set) var links: [Link] = []
  /// Where the entries of a group are.
  enum LinkStorage {
    /// In this header.
    case header
    /// In the tree that HDF5 has used from its beginning; libhdf5 reads it.
    case tree
    /// In a heap, which is not read: libhdf5 1.10 follows its damaged addresses out of its memory.
    case heap
  }

  private(set) var linkStorage = LinkStorage.tree
  /// Many attributes may lie in a heap of their own, which is not read.
  private(set) var hasDenseAttributes = false

  /// One entry of a group.
  struct Link {
    var name: String
    /// Where the object of a hard link lies; nil for all other links.
    var address: UInt64?
    var isExternal: Bool
  }

  /// Blocks of one header; libhdf5 adds one when a header is full.
  private static let largestBlockCount = 256
  private static let continuation = 0x10
  private static let attribute = 0x0C
  private static let attributeInfo = 0x15
  private static let linkMessage = 0x06
  private static let linkInfo = 0x02

  private let heap: HDF5VariableText
  private var isVersion2 = false
  private var hasOrder = false
  private var blocks: [Range<Int>] = []

  /// - Parameter address: where libhdf5 says the header lies.
  init(at address: UInt64, _ heap: HDF5VariableText) throws(DecodeFailure) {
    self.heap = heap
    var cursor = ByteCursor(heap.file, at: try heap.address(address))
    blocks = [try firstBlock(&cursor)]
    var visited = 0
    while visited < blocks.count {
      guard visited < Self.largestBlockCount else { throw Self.broken }
      try read(blocks[visited], &cursor)
      visited += 1
    }
  }

  private static var broken: DecodeFailure {
    .incomplete("the header of one of its objects is damaged, or being rewritten")
  }

  private mutating func firstBlock(_ cursor: inout ByteCursor<OpenedFile>) throws(DecodeFailure) -> Range<Int> {
    let start = try cursor.bytes(4)
    isVersion2 = start == Array("OHDR".utf8)
    guard isVersion2 else {
      guard start[0] == 1 else { throw Self.broken }
      try cursor.skip(4)
      let size = Int(try cursor.integer(UInt32.self, bigEndian: false))
      try cursor.skip(4)
      return cursor.position..<cursor.position + size
    }
    try cursor.skip(1)
    let flags = try cursor.integer(UInt8.self, bigEndian: false)
    hasOrder = flags & 4 != 0
    try cursor.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
    let digits = try cursor.bytes(1 << Int(flags & 3))
    let size = digits.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return cursor.position..<cursor.position + size
  }

  private mutating func read(_ block: Range<Int>, _ cursor: inout ByteCursor<OpenedFile>) throws(DecodeFailure) {
    cursor.position = block.lowerBound
    let headBytes = isVersion2 ? (hasOrder ? 6 : 4) : 8
    while cursor.position + headBytes <= block.upperBound {
      try heap.limits.checkTime()
      let type =
        isVersion2
        ? Int(try cursor.integer(UInt8.self, bigEndian: false)) : Int(try cursor.integer(UInt16.self, bigEndian: false))
      let size = Int(try cursor.integer(UInt16.self, bigEndian: false))
      let flags = try cursor.integer(UInt8.self, bigEndian: false)
      try cursor.skip(headBytes - (isVersion2 ? 4 : 5))
      let next = cursor.position + size
      guard next <= block.upperBound else { throw Self.broken }
      switch type {
      case Self.continuation: try follow(&cursor)
      // A shared message stands elsewhere; no program that is read here shares attributes.
      case Self.attribute where flags & 2 == 0: attributes.append(try HDF5StoredAttribute(try cursor.bytes(size)))
      case Self.attributeInfo: hasDenseAttributes = Self.hasHeap(try cursor.bytes(size), orderBytes: 2)
      case Self.linkInfo: linkStorage = Self.hasHeap(try cursor.bytes(size), orderBytes: 8) ? .heap : .header
      case Self.linkMessage where flags & 2 == 0: links.append(try Self.link(try cursor.bytes(size)))
      default: break
      }
      cursor.position = next
    }
  }

  /// Whether an info message gives the address of a heap, behind an optional count.
  private static func hasHeap(_ body: [UInt8], orderBytes: Int) -> Bool {
    let start = 2 + (body.count > 1 && body[1] & 1 != 0 ? orderBytes : 0)
    return body.count >= start + 8 && body[start..<start + 8].contains { $0 != 0xFF }
  }

  /// Specification 3.0, section IV.A.2.g.
  private static func link(_ body: [UInt8]) throws(DecodeFailure) -> Link {
    var cursor = ByteCursor(body, at: 1)
    let flags = try cursor.integer(UInt8.self, bigEndian: false)
    let kind = flags & 8 != 0 ? try cursor.integer(UInt8.self, bigEndian: false) : 0
    try cursor.skip((flags & 4 != 0 ? 8 : 0) + (flags & 16 != 0 ? 1 : 0))
    let digits = try cursor.bytes(1 << Int(flags & 3))
    let length = digits.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let name = Text.decoded(try cursor.bytes(length))
    let address = kind == 0 ? try cursor.integer(UInt64.self, bigEndian: false) : nil
    return Link(name: name, address: address, isExternal: kind == 64)
  }

  private mutating func follow(_ cursor: inout ByteCursor<OpenedFile>) throws(DecodeFailure) {
    let place = try heap.address(try cursor.integer(UInt64.self, bigEndian: false))
    let stored = try cursor.integer(UInt64.self, bigEndian: false)
    guard let length = Int(exactly: stored), length <= heap.file.count - place else { throw Self.broken }
    // Blocks of version 2 stand between a mark and a checksum.
    blocks.append(isVersion2 ? place + 4..<max(place + 4, place + length - 4) : place..<place + length)
  }
}

/// One attribute message.
struct HDF5StoredAttribute {
  let name: String
  /// Its datatype message.
  private let type: [UInt8]
  /// Values; one for a single value, 0 for none.
  private let count: Int
  private let data: [UInt8]

  init(_ message: [UInt8]) throws(DecodeFailure) {
    var cursor = ByteCursor(message)
    let version = try cursor.integer(UInt8.self, bigEndian: false)
    let flags = try cursor.integer(UInt8.self, bigEndian: false)
    var sizes: [Int] = []
    for _ in 0..<3 { sizes.append(Int(try cursor.integer(UInt16.self, bigEndian: false))) }
    if version == 3 { try cursor.skip(1) }
    func room(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
    name = Text.decoded(try cursor.bytes(room(sizes[0])).prefix { $0 != 0 })
    let description = try cursor.bytes(room(sizes[1]))
    // A type or space that is shared with other objects is none that is read.
    type = version > 1 && flags & 3 != 0 ? [] : description
    count = try Self.count(try cursor.bytes(room(sizes[2])))
    data = Array(message[cursor.position...])
  }

  /// Values of a dataspace message.
  private static func count(_ space: [UInt8]) throws(DecodeFailure) -> Int {
    var cursor = ByteCursor(space)
    let version = try cursor.integer(UInt8.self, bigEndian: false)
    let rank = Int(try cursor.integer(UInt8.self, bigEndian: false))
    try cursor.skip(1)
    let kind = try cursor.integer(UInt8.self, bigEndian: false)
    // Version 2 says so where there is nothing at all.
    if version == 2, kind == 2 { return 0 }
    if version == 1 { try cursor.skip(4) }
    var count = 1
    for _ in 0..<rank {
      let size = Int(clamping: try cursor.integer(UInt64.self, bigEndian: false))
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return 0 }
      count = product
    }
    return count
  }

  /// The value; nil where it is of a type that is of no use here.
  func value(_ heap: HDF5VariableText, maximumBytes: Int) throws(DecodeFailure) -> HDF5Value? {
    guard type.count >= 8, count > 0 else { return nil }
    let size = Int(type[4]) | Int(type[5]) << 8 | Int(type[6]) << 16 | Int(type[7]) << 24
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= data.count else {
      throw .incomplete("its attribute \(name) is cut short: being rewritten, or damaged")
    }
    switch type[0] & 0xF {
    case 3:
      guard count == 1, size <= maximumBytes else { return nil }
      return .text(Text.decoded(data[..<size].prefix { $0 != 0 }))
    case 9 where type[1] & 0xF == 1:
      guard count == 1, data.count >= HDF5VariableText.referenceBytes else { return nil }
      return .text(try heap.text(Array(data.prefix(HDF5VariableText.referenceBytes)), maximumBytes: maximumBytes))
    // Truth values are an enumeration; the type of its numbers stands behind the head.
    case 8: return type.count >= 16 ? try numbers(Array(type[8...]), size: size) : nil
    default: return try numbers(type, size: size)
    }
  }

  private func numbers(_ type: [UInt8], size: Int) throws(DecodeFailure) -> HDF5Value? {
    let element: ElementType?
    switch (type[0] & 0xF, size) {
    case (0, 1): element = type[1] & 8 != 0 ? .int8 : .uint8
    case (0, 2): element = type[1] & 8 != 0 ? .int16 : .uint16
    case (0, 4): element = type[1] & 8 != 0 ? .int32 : .uint32
    case (0, 8): element = type[1] & 8 != 0 ? .int64 : .uint64
    case (1, 2): element = .float16
    case (1, 4): element = .float32
    case (1, 8): element = .float64
    default: element = nil
    }
    guard let element else { return nil }
    let pixels = PixelData(
      type: element, shape: [count], isBigEndian: type[1] & 1 == 1, bytes: Array(data.prefix(count * size)))
    var values: [Double] = []
    try pixels.forEachPiece { piece, count in values += piece[..<count] }
    return .numbers(values)
  }
}
