// Files built byte by byte from their format descriptions, independently of the readers and writers under test.

/// Integers and floats as bytes.
enum Bytes {
  static func of<T: FixedWidthInteger>(_ value: T, bigEndian: Bool = false) -> [UInt8] {
    let bytes = (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T(8 * $0)) }
    return bigEndian ? bytes.reversed() : bytes
  }

  static func of(_ value: Float, bigEndian: Bool = false) -> [UInt8] { of(value.bitPattern, bigEndian: bigEndian) }
  static func of(_ value: Double, bigEndian: Bool = false) -> [UInt8] { of(value.bitPattern, bigEndian: bigEndian) }
}

/// NPY files (NumPy Enhancement Proposal 1).
enum NPYBytes {
  static func file(_ dictionary: String, data: [UInt8], major: UInt8 = 1) -> [UInt8] {
    let text = Array((dictionary + "\n").utf8)
    let length = major == 1 ? Bytes.of(UInt16(text.count)) : Bytes.of(UInt32(text.count))
    return [0x93] + Array("NUMPY".utf8) + [major, 0] + length + text + data
  }

  static func file(descr: String, shape: String, fortran: Bool = false, data: [UInt8], major: UInt8 = 1) -> [UInt8] {
    file(
      "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(shape)), }", data: data,
      major: major)
  }

  /// A 24 × 20 image whose value at (row, column) is `100 + 20 * row + column`.
  static func ramp(rows: Int = 24, columns: Int = 20) -> [UInt8] {
    file(
      descr: "<f4", shape: "\(rows), \(columns)",
      data: (0..<rows * columns).flatMap { Bytes.of(Float(100 + $0)) })
  }
}

/// ZIP files (PKWARE APPNOTE), members stored or deflated.
struct ZIPBytes {
  struct Member {
    var name: String
    var contents: [UInt8]
    var deflated: [UInt8]?
    var flags: UInt16 = 0
  }

  static func file(_ members: [Member], comment: [UInt8] = []) -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let stored = member.deflated ?? member.contents
      let name = Array(member.name.utf8)
      let common =
        Bytes.of(UInt16(10)) + Bytes.of(member.flags) + Bytes.of(UInt16(member.deflated == nil ? 0 : 8))
        + [0, 0, 0, 0] + Bytes.of(crc32(member.contents)) + Bytes.of(UInt32(stored.count))
        + Bytes.of(UInt32(member.contents.count)) + Bytes.of(UInt16(name.count)) + [0, 0]
      directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
      directory += Bytes.of(UInt32(out.count)) + name
      out += [0x50, 0x4B, 3, 4] + common + name + stored
    }
    let count = Bytes.of(UInt16(members.count))
    let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + Bytes.of(UInt32(directory.count))
    return out + directory + end + Bytes.of(UInt32(out.count)) + Bytes.of(UInt16(comment.count)) + comment
  }

  /// The bit-by-bit definition of CRC-32 (ISO 3309).
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A deflate stream of stored blocks (RFC 1951, section 3.2.4).
  static func storedDeflate(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      out += [rest.isEmpty ? 1 : 0] + Bytes.of(UInt16(block.count)) + Bytes.of(~UInt16(block.count)) + block
    } while !rest.isEmpty
    return out
  }
}

/// DigitalMicrograph files, version 3 or 4, values in either byte order.
struct DMBytes {
  var version = 3
  var bigEndian = false

  enum Tag {
    case folder([(String, Tag)])
    case long(Int32)
    case float(Float)
    case text(String)
    /// Type code of the elements and their bytes.
    case array(type: Int, count: Int, bytes: [UInt8])
  }

  private func count(_ value: Int) -> [UInt8] {
    version == 4 ? Bytes.of(Int64(value), bigEndian: true) : Bytes.of(Int32(value), bigEndian: true)
  }

  private func body(_ tag: Tag) -> [UInt8] {
    func described(_ description: [Int], _ bytes: [UInt8]) -> [UInt8] {
      Array("%%%%".utf8) + count(description.count) + description.flatMap(count) + bytes
    }
    switch tag {
    case .folder(let entries): return [1, 0] + count(entries.count) + entries.flatMap(entry)
    case .long(let value): return described([3], Bytes.of(value, bigEndian: bigEndian))
    case .float(let value): return described([6], Bytes.of(value, bigEndian: bigEndian))
    case .text(let text):
      let units = text.utf16.flatMap { Bytes.of($0, bigEndian: bigEndian) }
      return described([20, 4, text.utf16.count], units)
    case .array(let type, let count, let bytes): return described([20, type, count], bytes)
    }
  }

  private func entry(_ name: String, _ tag: Tag) -> [UInt8] {
    let body = body(tag)
    let isFolder = if case .folder = tag { true } else { false }
    let head = [isFolder ? 20 : 21] + Bytes.of(UInt16(name.utf8.count), bigEndian: true) + Array(name.utf8)
    return head + (version == 4 ? Bytes.of(Int64(body.count), bigEndian: true) : []) + body
  }

  func file(_ root: [(String, Tag)]) -> [UInt8] {
    let tags = body(.folder(root))
    let order = Bytes.of(Int32(bigEndian ? 0 : 1), bigEndian: true)
    return Bytes.of(Int32(version), bigEndian: true) + count(tags.count) + order + tags
      + [UInt8](repeating: 0, count: 8)
  }

  /// One entry of ImageList; dimensions x first.
  func image(
    name: String = "HAADF", dataType: Int32, dimensions: [Int32], data: Tag,
    calibrations: [(Float, Float, String)] = [],
    tags: [(String, Tag)] = []
  ) -> Tag {
    let calibrated = calibrations.map { origin, scale, units in
      ("", Tag.folder([("Origin", .float(origin)), ("Scale", .float(scale)), ("Units", .text(units))]))
    }
    let imageData: [(String, Tag)] = [
      ("Calibrations", .folder([("Dimension", .folder(calibrated))])), ("Data", data), ("DataType", .long(dataType)),
      ("Dimensions", .folder(dimensions.map { ("", .long($0)) })),
    ]
    return .folder([("ImageData", .folder(imageData)), ("ImageTags", .folder(tags)), ("Name", .text(name))])
  }

  /// A 24 × 20 image of 16-bit values `100 + 20 * row + column`, 0.5 nm a pixel.
  func ramp(tags: [(String, Tag)] = []) -> [UInt8] {
    let values = (0..<480).flatMap { Bytes.of(UInt16(100 + $0), bigEndian: bigEndian) }
    return file([
      (
        "ImageList",
        .folder([
          (
            "",
            image(
              dataType: 10, dimensions: [20, 24], data: .array(type: 4, count: 480, bytes: values),
              calibrations: [(4, 0.5, "nm"), (2, 0.5, "nm")], tags: tags)
          )
        ])
      )
    ])
  }
}
