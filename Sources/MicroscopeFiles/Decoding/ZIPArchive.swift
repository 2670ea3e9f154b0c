// ZIP archives by their central directory, every size checked and every member's CRC-32 verified.

/// A ZIP archive without encryption, splitting or ZIP64, as Nion Swift and Python's zipfile write.
///
/// Layout: PKWARE APPNOTE 6.3.9, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record).
struct ZIPArchive<Source: ByteSource> {
  struct Member {
    var name: String
    var flags: UInt16
    var method: UInt16
    var crc: UInt32
    var compressedBytes: Int
    var bytes: Int
    var headerOffset: Int
  }

  static var localMark: [UInt8] { [0x50, 0x4B, 0x03, 0x04] }

  let source: Source
  let members: [Member]
  /// Where the members end and the directory begins.
  private let directoryOffset: Int

  init(_ source: Source, limits: FileLimits) throws(DecodeFailure) {
    self.source = source
    let end = try Self.endRecord(source)
    guard end.disk == 0, end.directoryDisk == 0, end.membersHere == end.members else {
      throw .rejected("a ZIP archive split over several files")
    }
    guard end.members != 0xFFFF, end.directoryOffset != 0xFFFF_FFFF, end.directoryBytes != 0xFFFF_FFFF else {
      throw .rejected("a ZIP64 archive; archives below 4 GiB are read")
    }
    guard end.members <= limits.zipMembers, end.directoryBytes <= limits.zipDirectoryBytes else {
      throw .rejected("a ZIP archive of \(end.members) members; at most \(limits.zipMembers) are read")
    }
    guard end.directoryOffset + end.directoryBytes <= end.position else {
      throw .rejected("its ZIP directory is said to lie beyond its end: the archive is broken")
    }
    directoryOffset = end.directoryOffset
    var cursor = ByteCursor(try source.bytes(at: end.directoryOffset, count: end.directoryBytes))
    var members: [Member] = []
    for _ in 0..<end.members { members.append(try Self.member(&cursor)) }
    self.members = members
  }

  private struct EndRecord {
    var position: Int
    var disk, directoryDisk, membersHere, members, directoryBytes, directoryOffset: Int
  }

  /// The end record: 22 bytes, then a comment that reaches exactly to the end of the file.
  private static func endRecord(_ source: Source) throws(DecodeFailure) -> EndRecord {
    let tailBytes = min(source.count, 22 + 0xFFFF)
    let tail = try source.bytes(at: source.count - tailBytes, count: tailBytes)
    var start = tail.count - 22
    while start >= 0 {
      if tail[start] == 0x50, tail[start...].starts(with: [0x50, 0x4B, 0x05, 0x06]),
        Int(tail[start + 20]) | Int(tail[start + 21]) << 8 == tail.count - start - 22
      {
        var cursor = ByteCursor(tail, at: start + 4)
        func short() throws(DecodeFailure) -> Int { Int(try cursor.integer(UInt16.self, bigEndian: false)) }
        func long() throws(DecodeFailure) -> Int { Int(try cursor.integer(UInt32.self, bigEndian: false)) }
        return EndRecord(
          position: source.count - tailBytes + start, disk: try short(), directoryDisk: try short(),
          membersHere: try short(), members: try short(), directoryBytes: try long(), directoryOffset: try long())
      }
      start -= 1
    }
    throw .incomplete("it has no ZIP directory at its end: still being written, or cut short")
  }

  private static func member(_ cursor: inout ByteCursor<[UInt8]>) throws(DecodeFailure) -> Member {
    func short() throws(DecodeFailure) -> UInt16 { try cursor.integer(UInt16.self, bigEndian: false) }
    func long() throws(DecodeFailure) -> UInt32 { try cursor.integer(UInt32.self, bigEndian: false) }
    guard try long() == 0x0201_4B50 else { throw .rejected("its ZIP directory is broken") }
    try cursor.skip(4)
    let flags = try short()
    let method = try short()
    try cursor.skip(4)
    let crc = try long()
    let compressed = Int(try long())
    let bytes = Int(try long())
    let nameBytes = Int(try short())
    let rest = Int(try short()) + Int(try short())
    try cursor.skip(8)
    let offset = Int(try long())
    let name = String(decoding: try cursor.bytes(nameBytes), as: UTF8.self)
    try cursor.skip(rest)
    return Member(
      name: name, flags: flags, method: method, crc: crc, compressedBytes: compressed, bytes: bytes,
      headerOffset: offset)
  }

  /// The member of a name; nil when there is none.
  func member(_ name: String) throws(DecodeFailure) -> Member? {
    let matches = members.filter { $0.name == name }
    guard matches.count < 2 else { throw .rejected("its member \(name) stands in it twice: which one counts is open") }
    return matches.first
  }

  /// A member's bytes, inflated and checked.
  func contents(of member: Member, maximumBytes: Int) throws(DecodeFailure) -> [UInt8] {
    guard member.flags & 1 == 0 else { throw .rejected("its member \(member.name) is encrypted") }
    guard member.bytes <= maximumBytes else {
      throw .rejected("its member \(member.name) has \(member.bytes) bytes; at most \(maximumBytes) are read")
    }
    var cursor = ByteCursor(source, at: member.headerOffset)
    guard try cursor.bytes(4) == Self.localMark else {
      throw .incomplete("its member \(member.name) is not where the ZIP directory says: being rewritten, or broken")
    }
    try cursor.skip(22)
    let names = Int(try cursor.integer(UInt16.self, bigEndian: false))
    let extra = Int(try cursor.integer(UInt16.self, bigEndian: false))
    let start = cursor.position + names + extra
    guard start + member.compressedBytes <= directoryOffset else {
      throw .incomplete("its member \(member.name) reaches into the ZIP directory: being rewritten, or broken")
    }
    let contents = try unpacked(member, start: start)
    guard Deflate.crc32(contents) == member.crc else {
      throw .incomplete("its member \(member.name) fails its CRC-32: being rewritten, or damaged in a copy")
    }
    return contents
  }

  private func unpacked(_ member: Member, start: Int) throws(DecodeFailure) -> [UInt8] {
    switch member.method {
    case 0:
      guard member.bytes == member.compressedBytes else {
        throw .rejected("its member \(member.name) is stored, but gives two different sizes")
      }
      return try source.bytes(at: start, count: member.bytes)
    case 8:
      guard member.bytes / Deflate.largestRatio <= member.compressedBytes else {
        throw .rejected("its member \(member.name) claims to unpack further than deflate can")
      }
      let compressed = try source.bytes(at: start, count: member.compressedBytes)
      guard let contents = Deflate.inflate(compressed, to: member.bytes) else {
        throw .incomplete("its member \(member.name) does not unpack: being rewritten, or damaged in a copy")
      }
      return contents
    default:
      throw .rejected("its member \(member.name) is packed by method \(member.method); stored and deflate are read")
    }
  }
}
