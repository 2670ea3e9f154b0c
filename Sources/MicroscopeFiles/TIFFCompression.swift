// The lossless compressions of TIFF: LZW, Deflate, PackBits.

enum TIFFCompression {
  /// Names of compressions that are recognised and refused.
  private static let refused = [
    2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "JPEG", 7: "JPEG", 33003: "JPEG 2000", 33005: "JPEG 2000",
    34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP",
  ]

  /// Exactly `count` bytes out of packed ones; what the last code yields beyond them is dropped.
  static func unpack(_ packed: [UInt8], scheme: Int, count: Int) throws(DecodeFailure) -> [UInt8] {
    let unpacked: [UInt8]
    switch scheme {
    case 5: unpacked = LZW.unpack(packed, count: count)
    case 8, 32946: unpacked = Deflate.inflateZlib(packed, atMost: count) ?? []
    case 32773: unpacked = packBits(packed, count: count)
    default:
      let name = refused[scheme].map { "\($0) compression" } ?? "the unknown compression \(scheme)"
      throw .rejected("its values are packed by \(name); save it uncompressed, or by LZW, Deflate or PackBits")
    }
    guard unpacked.count == count else {
      throw .incomplete("a strip does not unpack to its \(count) bytes: being rewritten, or damaged")
    }
    return unpacked
  }

  /// TIFF 6.0, section 9: runs and literals.
  private static func packBits(_ packed: [UInt8], count: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count)
    var index = 0
    while index < packed.count, out.count < count {
      let code = Int8(bitPattern: packed[index])
      index += 1
      if code >= 0 {
        let end = min(index + Int(code) + 1, packed.count)
        out += packed[index..<end]
        index = end
      } else if code != -128, index < packed.count {
        out += repeatElement(packed[index], count: 1 - Int(code))
        index += 1
      }
    }
    return out.count > count ? Array(out[..<count]) : out
  }
}

/// TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first.
private enum LZW {
  private static let clear = 256
  private static let end = 257
  private static let largestTable = 4096

  /// At most `count` bytes; fewer when the codes are broken.
  static func unpack(_ packed: [UInt8], count: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count)
    // A string is where it was first written: each code is a place and a length in what is already unpacked.
    var starts = [Int](repeating: 0, count: largestTable)
    var lengths = [Int](repeating: 0, count: largestTable)
    var next = 258
    var width = 9
    var bits = 0
    var held = 0
    var previous: (start: Int, length: Int)?
    for byte in packed {
      bits = bits << 8 | Int(byte)
      held += 8
      guard held >= width else { continue }
      let code = bits >> (held - width) & (1 << width - 1)
      held -= width
      bits &= 1 << held - 1
      if code == end { break }
      if code == clear {
        next = 258
        width = 9
        previous = nil
        continue
      }
      let start = out.count
      if code < 256 {
        out.append(UInt8(code))
      } else {
        guard let last = previous else { break }
        let (from, length) = code < next ? (starts[code], lengths[code]) : (last.start, last.length + 1)
        guard code <= next else { break }
        // A code that is being defined repeats the string before it and its own first byte.
        for offset in 0..<length { out.append(out[from + offset]) }
      }
      if let last = previous, next < largestTable {
        starts[next] = last.start
        lengths[next] = last.length + 1
        next += 1
      }
      previous = (start, out.count - start)
      if next + 1 >= 1 << width, width < 12 { width += 1 }
      if out.count >= count { break }
    }
    return out.count > count ? Array(out[..<count]) : out
  }
}

/// Differences of neighbouring values (TIFF 6.0, section 14; Adobe's Technical Note 3 for floating point).
struct TIFFPredictor {
  let predictor: Int
  let type: ElementType
  let samples: Int
  /// Bytes of a row of the strip or tile.
  let stride: Int
  let isBigEndian: Bool

  func undo(_ values: inout [UInt8]) throws(DecodeFailure) {
    switch predictor {
    case 1: return
    case 2:
      switch type.size {
      case 1: addUp(&values, UInt8.self)
      case 2: addUp(&values, UInt16.self)
      case 4: addUp(&values, UInt32.self)
      case 8 where !type.isComplex: addUp(&values, UInt64.self)
      default: throw .rejected("its predictor does not fit values of \(type.rawValue)")
      }
    case 3 where !type.isInteger && !type.isComplex: gather(&values)
    default: throw .rejected("its values are stored by the unknown predictor \(predictor)")
    }
  }

  private func addUp<Word: FixedWidthInteger>(_ values: inout [UInt8], _: Word.Type) {
    let size = Word.bitWidth / 8
    let step = samples * size
    for row in stride(from: 0, to: values.count, by: stride) {
      for place in stride(from: row + step, to: row + stride, by: size) {
        let sum = word(values, at: place - step, Word.self) &+ word(values, at: place, Word.self)
        for byte in 0..<size {
          let shift = Word(8 * (isBigEndian ? size - 1 - byte : byte))
          values[place + byte] = UInt8(truncatingIfNeeded: sum >> shift)
        }
      }
    }
  }

  private func stride(from start: Int, to end: Int, by step: Int) -> StrideTo<Int> {
    Swift.stride(from: start, to: end, by: step)
  }

  private func word<Word: FixedWidthInteger>(_ values: [UInt8], at place: Int, _: Word.Type) -> Word {
    let size = Word.bitWidth / 8
    var word: Word = 0
    for byte in 0..<size {
      word |= Word(values[place + byte]) << Word(8 * (isBigEndian ? size - 1 - byte : byte))
    }
    return word
  }

  /// Rows of all first bytes, all second bytes and so on, most significant first, each the difference to its neighbour.
  private func gather(_ values: inout [UInt8]) {
    let size = type.size
    let count = stride / size
    var planes = [UInt8](repeating: 0, count: stride)
    for row in stride(from: 0, to: values.count, by: stride) {
      for index in 0..<stride {
        planes[index] = index < samples ? values[row + index] : planes[index - samples] &+ values[row + index]
      }
      for index in 0..<count {
        for byte in 0..<size {
          values[row + index * size + (isBigEndian ? byte : size - 1 - byte)] = planes[byte * count + index]
        }
      }
    }
  }
}
