// Packed strips and tiles through libtiff; the only file that calls it.

import CTIFF
import Glibc

/// Unpacks one strip or tile: decompression and predictor.
///
/// libtiff gets a picture of its own, made of this one segment: what a stranger's directory says never reaches it, and
/// it can't ask for more memory than the segment takes.
struct TIFFSegmentDecoder {
  let compression: Int
  let predictor: Int
  let type: ElementType
  let samples: Int
  let width: Int
  let rows: Int
  let isBigEndian: Bool

  /// Names of compressions that lose values, or that only pictures have.
  private static let refused = [
    2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "JPEG", 7: "JPEG", 33003: "JPEG 2000", 33005: "JPEG 2000",
    34712: "JPEG 2000", 34887: "LERC", 50001: "WebP",
  ]

  /// Memory that libtiff may take at a time beyond the packed bytes: the tables of its codecs are far smaller.
  private static let workingBytes = 16 << 20

  /// Exactly `count` bytes in the processor's own byte order.
  func unpack(_ packed: [UInt8], count: Int) throws(DecodeFailure) -> [UInt8] {
    guard Self.refused[compression] == nil, let scheme = UInt16(exactly: compression),
      TIFFIsCODECConfigured(scheme) != 0
    else {
      let name = Self.refused[compression].map { "\($0) compression" } ?? "the unknown compression \(compression)"
      throw .rejected("its values are packed by \(name); save it uncompressed, or by LZW, Deflate or PackBits")
    }
    guard predictor == 1 || predictor == 2 && !type.isComplex || predictor == 3 && !type.isInteger else {
      throw .rejected("its predictor \(predictor) does not fit values of \(type.rawValue)")
    }
    let memory = TIFFMemory(picture(packed))
    // No run of libtiff may write on the daemon's standard error.
    TIFFSetErrorHandler(nil)
    TIFFSetWarningHandler(nil)
    let options = TIFFOpenOptionsAlloc()
    defer { TIFFOpenOptionsFree(options) }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, tmsize_t(packed.count + count + Self.workingBytes))
    let unpacked = withExtendedLifetime(memory) { () -> [UInt8]? in
      // "m": no memory map; the callbacks are all there is.
      let tiff = TIFFClientOpenExt(
        "a strip", "rm", Unmanaged.passUnretained(memory).toOpaque(), TIFFMemory.read, TIFFMemory.write,
        TIFFMemory.seek, TIFFMemory.close, TIFFMemory.size, nil, nil, options)
      guard let tiff else { return nil }
      defer { TIFFClose(tiff) }
      guard Int(TIFFStripSize(tiff)) == count else { return nil }
      var filled = 0
      let values = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
        filled = Int(TIFFReadEncodedStrip(tiff, 0, buffer.baseAddress, tmsize_t(count)))
        initialised = max(0, filled)
      }
      return filled == count ? values : nil
    }
    guard let unpacked else {
      throw .incomplete("a strip does not unpack to its \(count) bytes: being rewritten, or damaged")
    }
    return unpacked
  }

  /// A classic TIFF of one strip: header, packed bytes, directory (TIFF 6.0, section 2).
  private func picture(_ packed: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    func append(_ value: Int, size: Int) {
      for byte in 0..<size {
        bytes.append(UInt8(truncatingIfNeeded: value >> (8 * (isBigEndian ? size - 1 - byte : byte))))
      }
    }
    let padded = packed.count + packed.count % 2
    let bitsPlace = 8 + padded
    let formatsPlace = bitsPlace + 2 * samples
    append(42, size: 2)
    append(formatsPlace + 2 * samples, size: 4)
    bytes += packed
    bytes += [UInt8](repeating: 0, count: padded - packed.count)
    let format = [.int8, .int16, .int32, .int64].contains(type) ? 2 : type.isInteger ? 1 : 3
    for _ in 0..<samples { append(8 * type.size, size: 2) }
    for _ in 0..<samples { append(format, size: 2) }
    let (short, long) = (3, 4)
    let entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
      (256, long, 1, width), (257, long, 1, rows), (258, short, samples, samples > 2 ? bitsPlace : 8 * type.size),
      (259, short, 1, compression), (262, short, 1, samples > 2 ? 2 : 1), (273, long, 1, 8), (277, short, 1, samples),
      (278, long, 1, rows), (279, long, 1, packed.count), (284, short, 1, 1), (317, short, 1, predictor),
      (339, short, samples, samples > 2 ? formatsPlace : format),
    ]
    append(entries.count, size: 2)
    for entry in entries {
      append(entry.tag, size: 2)
      append(entry.type, size: 2)
      append(entry.count, size: 4)
      let isInline = entry.type == short && entry.count <= 2
      if isInline {
        // One or two equal values stand in the entry itself.
        append(entry.value, size: 2)
        append(entry.count == 2 ? entry.value : 0, size: 2)
      } else {
        append(entry.value, size: 4)
      }
    }
    append(0, size: 4)
    return bytes
  }
}

/// A file in memory, as libtiff's callbacks see it.
private final class TIFFMemory {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static func of(_ handle: thandle_t?) -> TIFFMemory? {
    handle.map { Unmanaged<TIFFMemory>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Copies what is there, at most `wanted` bytes, and moves on.
  private func take(_ wanted: Int, into buffer: UnsafeMutableRawPointer) -> Int {
    let taken = min(wanted, bytes.count - position)
    UnsafeMutableRawBufferPointer(start: buffer, count: taken).copyBytes(from: bytes[position..<position + taken])
    position += taken
    return taken
  }

  static let read: TIFFReadWriteProc = { handle, buffer, wanted in
    guard let file = of(handle), let buffer, wanted > 0 else { return 0 }
    return tmsize_t(file.take(Int(wanted), into: buffer))
  }
  static let write: TIFFReadWriteProc = { _, _, _ in 0 }
  static let seek: TIFFSeekProc = { handle, offset, whence in
    guard let file = of(handle), let place = Int(exactly: offset) else { return .max }
    let start = whence == SEEK_CUR ? file.position : whence == SEEK_END ? file.bytes.count : 0
    file.position = min(max(0, start &+ place), file.bytes.count)
    return toff_t(file.position)
  }
  static let close: TIFFCloseProc = { _ in 0 }
  static let size: TIFFSizeProc = { handle in toff_t(of(handle)?.bytes.count ?? 0) }
}
