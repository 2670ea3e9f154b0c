// A pickle's bytes, one field at a time, never beyond their end.

import Foundation

struct PickleReader {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ data: Data) { bytes = [UInt8](data) }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ count: Int) throws(TorchCheckpointError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else {
      throw TorchCheckpointError(
        .truncatedPickle, "its pickle ends at byte \(bytes.count), inside a field of \(count) bytes")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func byte() throws(TorchCheckpointError) -> UInt8 { try take(1).reduce(0) { $1 | $0 } }

  /// Little-endian, without sign.
  mutating func number(_ size: Int) throws(TorchCheckpointError) -> UInt64 {
    try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A length in front of a field; one beyond any file is cut short by `take`.
  mutating func length(_ size: Int) throws(TorchCheckpointError) -> Int { Int(clamping: try number(size)) }

  mutating func text(_ count: Int) throws(TorchCheckpointError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw TorchCheckpointError(.badText, "its pickle holds text at byte \(position) that is not UTF-8")
    }
    return text
  }

  /// Up to and without the next line feed.
  mutating func line() throws(TorchCheckpointError) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else {
      throw TorchCheckpointError(.truncatedPickle, "its pickle ends inside the name of a global")
    }
    defer { position = end + 1 }
    return try text(end - position)
  }
}
