// ZIP archives whose members are stored, not packed: what torch.save writes. Every offset is checked.

import Foundation

/// A ZIP or ZIP64 archive in memory. A packed, encrypted or split one is refused, so nothing can swell on reading.
///
/// Layout: PKWARE APPNOTE 6.3.9, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14–16 (end records), 4.5.3
/// (ZIP64 sizes). The readers of microscope files have an archive of their own, because there a broken archive may
/// be one still being written; a checkpoint is whole or refused.
struct StoredArchive: Sendable {
  struct Member: Sendable {
    var name: String
    var bytes: Data
    var crc: UInt32

    /// - Throws: `damagedMember` when the bytes do not have the checksum that the archive states.
    func checked() throws(TorchCheckpointError) -> Data {
      guard CRC32.of(bytes) == crc else {
        throw TorchCheckpointError(.damagedMember, "its member \"\(name)\" fails its checksum: damaged in a copy")
      }
      return bytes
    }
  }

  static let mark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  /// A checkpoint has a member a tensor; networks of this kind have some hundreds, their optimizer thrice as many.
  private static let mostMembers = 1 << 16

  let members: [String: Member]

  init(_ data: Data) throws(TorchCheckpointError) {
    let fields = ArchiveFields(data)
    let directory = try fields.directory()
    guard directory.count <= Self.mostMembers else {
      throw TorchCheckpointError(
        .brokenArchive, "an archive of \(directory.count) members; a checkpoint has at most \(Self.mostMembers)")
    }
    var members: [String: Member] = [:]
    var position = directory.start
    for _ in 0..<directory.count {
      let entry = try fields.entry(at: &position, end: directory.end)
      let member = try fields.member(entry, directoryStart: directory.start)
      guard members.updateValue(member, forKey: member.name) == nil else {
        throw TorchCheckpointError(.brokenArchive, "its member \"\(member.name)\" stands in it twice")
      }
    }
    self.members = members
  }
}

/// Little-endian fields at checked offsets.
private struct ArchiveFields {
  let data: Data

  struct Directory {
    var start, end, count: Int
  }

  struct Entry {
    var name: String
    var flags, method, packed, size, header: Int
    var crc: UInt32
  }

  init(_ data: Data) { self.data = data }

  static let broken = TorchCheckpointError(
    .brokenArchive, "its ZIP directory is missing or broken: the file is cut short, or was never whole")

  /// A whole number of `size` bytes; one above `Int.max` is refused.
  func number(_ offset: Int, _ size: Int) throws(TorchCheckpointError) -> Int {
    guard offset >= 0, offset <= data.count - size else { throw Self.broken }
    let start = data.startIndex + offset
    let value = data[start..<start + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int(exactly: value) else { throw Self.broken }
    return value
  }

  func text(_ offset: Int, _ size: Int) throws(TorchCheckpointError) -> String {
    guard offset >= 0, size >= 0, offset <= data.count - size,
      let text = String(
        validating: data[data.startIndex + offset..<data.startIndex + offset + size], as: UTF8.self)
    else { throw Self.broken }
    return text
  }

  /// The end record: 22 bytes, then a comment that reaches exactly to the end of the file.
  func directory() throws(TorchCheckpointError) -> Directory {
    var end = data.count - 22
    let lowest = max(0, data.count - 22 - 0xFFFF)
    while end >= lowest {
      if try number(end, 4) == 0x0605_4B50, try number(end + 20, 2) == data.count - end - 22 { break }
      end -= 1
    }
    guard end >= lowest else { throw Self.broken }
    var (disk, count) = (try number(end + 4, 2), try number(end + 10, 2))
    var (size, start) = (try number(end + 12, 4), try number(end + 16, 4))
    var limit = end
    if end >= 20, try number(end - 20, 4) == 0x0706_4B50 {
      let record = try number(end - 12, 8)
      guard record < end - 20, try number(record, 4) == 0x0606_4B50 else { throw Self.broken }
      (disk, count) = (try number(record + 16, 4), try number(record + 32, 8))
      (size, start) = (try number(record + 40, 8), try number(record + 48, 8))
      limit = record
    }
    guard disk == 0, start <= limit, size <= limit - start else { throw Self.broken }
    return Directory(start: start, end: start + size, count: count)
  }

  func entry(at position: inout Int, end: Int) throws(TorchCheckpointError) -> Entry {
    let start = position
    guard start <= end - 46, try number(start, 4) == 0x0201_4B50 else { throw Self.broken }
    let (nameSize, extraSize) = (try number(start + 28, 2), try number(start + 30, 2))
    position = start + 46 + nameSize + extraSize + (try number(start + 32, 2))
    guard position <= end else { throw Self.broken }
    var entry = Entry(
      name: try text(start + 46, nameSize), flags: try number(start + 8, 2), method: try number(start + 10, 2),
      packed: try number(start + 20, 4), size: try number(start + 24, 4), header: try number(start + 42, 4),
      crc: UInt32(truncatingIfNeeded: try number(start + 16, 4)))
    try readLargeSizes(&entry, extra: start + 46 + nameSize, end: start + 46 + nameSize + extraSize)
    return entry
  }

  /// ZIP64: each size or offset that is all ones stands, in this order, in the extra field number 1.
  private func readLargeSizes(_ entry: inout Entry, extra: Int, end: Int) throws(TorchCheckpointError) {
    var position = extra
    while position + 4 <= end {
      let (kind, size) = (try number(position, 2), try number(position + 2, 2))
      position += 4
      guard position + size <= end else { throw Self.broken }
      if kind == 1 {
        var field = position
        for part in [\Entry.size, \Entry.packed, \Entry.header] where entry[keyPath: part] == 0xFFFF_FFFF {
          guard field + 8 <= position + size else { throw Self.broken }
          entry[keyPath: part] = try number(field, 8)
          field += 8
        }
      }
      position += size
    }
  }

  func member(_ entry: Entry, directoryStart: Int) throws(TorchCheckpointError) -> StoredArchive.Member {
    guard entry.flags & 1 == 0 else {
      throw TorchCheckpointError(.packedMember, "its member \"\(entry.name)\" is encrypted")
    }
    guard entry.method == 0, entry.packed == entry.size else {
      throw TorchCheckpointError(
        .packedMember, "its member \"\(entry.name)\" is packed (method \(entry.method)); torch.save stores members")
    }
    guard entry.header <= directoryStart - 30, try number(entry.header, 4) == 0x0403_4B50 else { throw Self.broken }
    let nameSize = try number(entry.header + 26, 2)
    guard try text(entry.header + 30, nameSize) == entry.name else { throw Self.broken }
    let start = entry.header + 30 + nameSize + (try number(entry.header + 28, 2))
    guard start <= directoryStart, entry.size <= directoryStart - start else {
      throw TorchCheckpointError(.brokenArchive, "its member \"\(entry.name)\" reaches beyond the archive's members")
    }
    let first = data.startIndex + start
    return StoredArchive.Member(name: entry.name, bytes: data[first..<first + entry.size], crc: entry.crc)
  }
}
