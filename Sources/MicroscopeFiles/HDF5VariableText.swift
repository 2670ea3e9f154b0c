// Texts of variable length in HDF5 files, followed by hand: libhdf5 1.10 trusts their references and reads beyond its heap.

/// Finds and reads texts that lie in an HDF5 file's global heap.
///
/// Layout: HDF5 file format specification 3.0, sections III.E (global heap), IV.A.1 (object headers), IV.A.2.m (attributes).
struct HDF5VariableText {
  let file: OpenedFile
  /// Byte of the file that addresses count from.
  let base: Int
  let limits: FileLimits

  /// Bytes of a reference: length, address of a heap collection, index in it.
  static let referenceBytes = 16

  /// The text behind a reference.
  func text(_ reference: [UInt8], maximumBytes: Int) throws(DecodeFailure) -> String {
    var cursor = ByteCursor(reference)
    let length = Int(try cursor.integer(UInt32.self, bigEndian: false))
    let collection = try address(try cursor.integer(UInt64.self, bigEndian: false))
    let wanted = try cursor.integer(UInt32.self, bigEndian: false)
    guard length > 0 else { return "" }
    guard length <= maximumBytes else {
      throw .rejected("one of its texts has \(length) bytes; at most \(maximumBytes) are read")
    }
    var heap = ByteCursor(file, at: collection)
    guard try heap.bytes(4) == Array("GCOL".utf8) else { throw broken }
    try heap.skip(4)
    guard let size = Int(exactly: try heap.integer(UInt64.self, bigEndian: false)), size <= file.count - collection
    else {
      throw broken
    }
    while heap.position + 16 <= collection + size {
      try limits.checkTime()
      let index = UInt32(try heap.integer(UInt16.self, bigEndian: false))
      try heap.skip(6)
      let stored = try heap.integer(UInt64.self, bigEndian: false)
      guard index != 0, let bytes = Int(exactly: stored), bytes <= collection + size - heap.position else { break }
      guard index != wanted else {
        guard length <= bytes else { throw broken }
        return Text.decoded(try heap.bytes(length).prefix { $0 != 0 })
      }
      try heap.skip((bytes + 7) / 8 * 8)
    }
    throw broken
  }

  private var broken: DecodeFailure {
    .incomplete("one of its texts is not where the file says: being rewritten, or damaged")
  }

  private func address(_ stored: UInt64) throws(DecodeFailure) -> Int {
    guard let address = Int(exactly: stored), address <= file.count - base else { throw broken }
    return base + address
  }

  /// The reference in an attribute of the object whose header lies at an address; nil when it is not found there.
  func attributeReference(_ name: String, ofObjectAt header: UInt64) throws(DecodeFailure) -> [UInt8]? {
    var cursor = ByteCursor(file, at: try address(header))
    let start = try cursor.bytes(4)
    let isVersion2 = start == Array("OHDR".utf8)
    var hasOrder = false
    var block: Range<Int>
    if isVersion2 {
      try cursor.skip(1)
      let flags = try cursor.integer(UInt8.self, bigEndian: false)
      hasOrder = flags & 4 != 0
      try cursor.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
      var size = 0
      for (shift, byte) in try cursor.bytes(1 << Int(flags & 3)).enumerated() where shift < 4 {
        size |= Int(byte) << (8 * shift)
      }
      block = cursor.position..<cursor.position + size
    } else {
      guard start[0] == 1 else { throw broken }
      try cursor.skip(4)
      let size = Int(try cursor.integer(UInt32.self, bigEndian: false))
      try cursor.skip(4)
      block = cursor.position..<cursor.position + size
    }
    var blocks = [block]
    var visited = 0
    while visited < blocks.count {
      guard visited < limits.hdf5Depth * 8 else { throw broken }
      block = blocks[visited]
      visited += 1
      cursor.position = block.lowerBound
      while cursor.position + 8 <= block.upperBound {
        try limits.checkTime()
        let message = try Message(&cursor, isVersion2: isVersion2, hasOrder: hasOrder)
        let next = cursor.position + message.size
        guard next <= block.upperBound else { break }
        if message.type == 0x10 {
          let place = try address(try cursor.integer(UInt64.self, bigEndian: false))
          guard let length = Int(exactly: try cursor.integer(UInt64.self, bigEndian: false)),
            length <= file.count - place
          else { throw broken }
          // Blocks of version 2 stand between a mark and a checksum.
          blocks.append(isVersion2 ? place + 4..<max(place + 4, place + length - 4) : place..<place + length)
        } else if message.type == 0x0C, message.flags & 2 == 0,
          let reference = try reference(in: try cursor.bytes(message.size), named: name)
        {
          return reference
        }
        cursor.position = next
      }
    }
    return nil
  }

  private struct Message {
    var type: Int
    var size: Int
    var flags: UInt8

    init(_ cursor: inout ByteCursor<OpenedFile>, isVersion2: Bool, hasOrder: Bool) throws(DecodeFailure) {
      type =
        isVersion2
        ? Int(try cursor.integer(UInt8.self, bigEndian: false)) : Int(try cursor.integer(UInt16.self, bigEndian: false))
      size = Int(try cursor.integer(UInt16.self, bigEndian: false))
      flags = try cursor.integer(UInt8.self, bigEndian: false)
      try cursor.skip(isVersion2 ? (hasOrder ? 2 : 0) : 3)
    }
  }

  /// The value of an attribute message, where it is the one named and a single text of variable length.
  private func reference(in message: [UInt8], named name: String) throws(DecodeFailure) -> [UInt8]? {
    var cursor = ByteCursor(message)
    let version = try cursor.integer(UInt8.self, bigEndian: false)
    try cursor.skip(1)
    var sizes: [Int] = []
    for _ in 0..<3 { sizes.append(Int(try cursor.integer(UInt16.self, bigEndian: false))) }
    if version == 3 { try cursor.skip(1) }
    func room(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
    let stored = try cursor.bytes(room(sizes[0])).prefix { $0 != 0 }
    guard stored.elementsEqual(name.utf8) else { return nil }
    let type = try cursor.bytes(room(sizes[1]))
    guard type.count >= 2, type[0] & 0xF == 9, type[1] & 0xF == 1 else { return nil }
    try cursor.skip(room(sizes[2]))
    return try cursor.bytes(Self.referenceBytes)
  }
}
