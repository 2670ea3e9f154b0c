// zlib, wrapped once: CRC-32, raw inflate for ZIP members, zlib streams for HDF5 and TIFF, gzip files.

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
  static func inflate(_ compressed: [UInt8], to count: Int) -> [UInt8]? {
    let inflated = inflate(compressed, atMost: count, windowBits: -15)
    return inflated?.count == count ? inflated : nil
  }

  /// Inflates a zlib stream (RFC 1950) to at most `count` bytes; nil when it is broken or gives more.
  static func inflateZlib(_ compressed: [UInt8], atMost count: Int) -> [UInt8]? {
    inflate(compressed, atMost: count, windowBits: 15)
  }

  /// Sizes must fit zlib's 32-bit counters; the limits on pixels keep them there.
  private static func inflate(_ compressed: [UInt8], atMost count: Int, windowBits: Int32) -> [UInt8]? {
    guard let input = UInt32(exactly: compressed.count), let output = UInt32(exactly: count) else { return nil }
    var stream = z_stream()
    guard eelscout_inflateInit2(&stream, windowBits) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var compressed = compressed
    var isWhole = false
    let inflated = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      compressed.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = input
        stream.next_out = buffer.baseAddress
        stream.avail_out = output
        isWhole = CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END
        filled = count - Int(stream.avail_out)
      }
    }
    return isWhole ? inflated : nil
  }

  /// Bytes of a compressed file that are read at a time.
  private static let pieceBytes = 1 << 20

  /// The first `count` bytes that a gzip file (RFC 1952) unpacks to; its CRC-32 is checked when its end is reached.
  ///
  /// - Parameter isWhole: whether the file must end there.
  static func gunzip(
    _ source: some ByteSource, count: Int, isWhole: Bool, limits: FileLimits
  ) throws(DecodeFailure) -> [UInt8] {
    var stream = z_stream()
    guard eelscout_inflateInit2(&stream, 31) == Z_OK else { throw .rejected("there is no memory to unpack it") }
    defer { inflateEnd(&stream) }
    var unpacked = [UInt8](repeating: 0, count: count)
    var filled = 0
    var position = 0
    var status = Z_OK
    while status == Z_OK, filled < count || isWhole, position < source.count {
      try limits.checkTime()
      var piece = try source.bytes(at: position, count: min(pieceBytes, source.count - position))
      position += piece.count
      // One byte more than wanted shows a file that unpacks further than its header says.
      var spare: UInt8 = 0
      var isTooLong = false
      let pieceCount = piece.count
      piece.withUnsafeMutableBufferPointer { input in
        unpacked.withUnsafeMutableBufferPointer { output in
          withUnsafeMutablePointer(to: &spare) { spare in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(pieceCount)
            while status == Z_OK, stream.avail_in > 0 || filled < count {
              let room = count - filled
              stream.next_out = room > 0 ? output.baseAddress.map { $0 + filled } : spare
              let offered = UInt32(clamping: room > 0 ? room : 1)
              stream.avail_out = offered
              let before = stream.avail_in
              status = CZlib.inflate(&stream, Z_NO_FLUSH)
              let written = Int(offered - stream.avail_out)
              if room > 0 { filled += written } else if written > 0 { isTooLong = true }
              if isTooLong || (!isWhole && filled == count) { break }
              if written == 0, before == stream.avail_in { break }
            }
          }
        }
      }
      // No progress without more input is no error.
      if status == Z_BUF_ERROR { status = Z_OK }
      if isTooLong { throw .rejected("it unpacks to more bytes than its header announces") }
      if !isWhole, filled == count { return unpacked }
    }
    guard status == Z_OK || status == Z_STREAM_END else {
      throw .incomplete("it does not unpack: being rewritten, or damaged in a copy")
    }
    guard filled == count, !isWhole || status == Z_STREAM_END else {
      throw .incomplete("its packed data end early: still being written, or cut short")
    }
    return unpacked
  }
}
