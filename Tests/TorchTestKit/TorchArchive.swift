// ZIP archives of stored members as torch.save writes them, whole or broken on purpose.

import Foundation

public struct TorchArchive: Sendable {
  public var folder = "model"
  public var members: [(name: String, bytes: [UInt8])] = []
  /// Sizes and offsets in ZIP64's extra fields and end record.
  public var isZIP64 = false
  /// Written as the packing method of every member.
  public var method = 0
  public var flags = 0

  public init(pickle: [UInt8], storages: [String: [UInt8]] = [:]) {
    members = [("data.pkl", pickle), ("byteorder", Array("little".utf8))]
    for key in storages.keys.sorted() { members.append(("data/\(key)", storages[key] ?? [])) }
    members.append(("version", [0x33, 0x0A]))
  }

  public var data: Data {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let name = Array("\(folder)/\(member.name)".utf8)
      let offset = file.count
      let size = member.bytes.count
      let common =
        number(flags, 2) + number(method, 2) + number(0, 4) + number(Int(Self.checksum(member.bytes)), 4)
      let sizes = isZIP64 ? number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4) : number(size, 4) + number(size, 4)
      let padding = (64 - (offset + 30 + name.count + 4) % 64) % 64
      file += [0x50, 0x4B, 3, 4] + number(45, 2) + common + sizes + number(name.count, 2) + number(padding + 4, 2)
      file += name + [0x46, 0x42] + number(padding, 2) + [UInt8](repeating: 0x5A, count: padding) + member.bytes
      let extra =
        isZIP64 ? number(1, 2) + number(24, 2) + number(size, 8) + number(size, 8) + number(offset, 8) : []
      directory += [0x50, 0x4B, 1, 2] + number(0, 2) + number(45, 2) + common + sizes
      directory += number(name.count, 2) + number(extra.count, 2) + number(0, 10)
      directory += number(isZIP64 ? 0xFFFF_FFFF : offset, 4) + name + extra
    }
    return Data(file + directory + endRecords(start: file.count, size: directory.count))
  }

  private func endRecords(start: Int, size: Int) -> [UInt8] {
    var end: [UInt8] = []
    if isZIP64 {
      end += [0x50, 0x4B, 6, 6] + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
      end += number(members.count, 8) + number(members.count, 8) + number(size, 8) + number(start, 8)
      end += [0x50, 0x4B, 6, 7] + number(0, 4) + number(start + size, 8) + number(1, 4)
    }
    let counts = isZIP64 ? number(0xFFFF, 2) + number(0xFFFF, 2) : number(members.count, 2) + number(members.count, 2)
    let place = isZIP64 ? number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4) : number(size, 4) + number(start, 4)
    return end + [0x50, 0x4B, 5, 6] + number(0, 4) + counts + place + number(0, 2)
  }

  private func number(_ value: Int, _ bytes: Int) -> [UInt8] { littleEndian(value, bytes) }

  /// CRC-32 bit by bit (ITU-T V.42).
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : 0xEDB8_8320 ^ (sum >> 1) }
    }
    return ~sum
  }

  public static func bytes(_ floats: [Float]) -> [UInt8] { floats.flatMap { littleEndian(Int($0.bitPattern), 4) } }
}

/// The low bytes of a number; zeros beyond its eight.
func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { index in index < 8 ? UInt8(truncatingIfNeeded: value >> (8 * index)) : 0 }
}
