// zlib, wrapped once: CRC-32 and raw inflate.

import CZlib

enum Deflate {
  /// Deflate cannot shrink by more than this (RFC 1951: 258 bytes from two bits), so a larger claim is a lie.
  static let largestRatio = 1032

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }

  /// Inflates a raw deflate stream to exactly `count` bytes; nil when it is broken or gives another number of bytes.
  ///
  /// Sizes must fit zlib's 32-bit counters; the limits on pixels keep them there.
  static func inflate(_ compressed: [UInt8], to count: Int) -> [UInt8]? {
    guard let input = UInt32(exactly: compressed.count), let output = UInt32(exactly: count) else { return nil }
    var stream = z_stream()
    guard eelscout_inflateInit2(&stream, -15) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var compressed = compressed
    var isWhole = false
    let inflated = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      compressed.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = input
        stream.next_out = buffer.baseAddress
        stream.avail_out = output
        isWhole = CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
        filled = count - Int(stream.avail_out)
      }
    }
    return isWhole ? inflated : nil
  }
}
