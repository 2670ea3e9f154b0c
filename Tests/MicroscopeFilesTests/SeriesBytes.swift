// TIA, MRC and TIFF files built byte by byte from their format descriptions, independently of the readers under test.

/// TIA series: images or spectra of 16-bit values.
struct SERBytes {
  var version: UInt16 = 0x0210
  var images = true
  /// Rows and columns, or channels.
  var shape = [24, 20]
  var total = 1
  var valid = 1
  var delta = 0.5e-9
  /// Sizes and units of the series' dimensions, x first.
  var dimensions: [(size: UInt32, units: String)] = [(1, "")]
  /// Element `index`, bottom row first for images.
  var values: (_ index: Int) -> [UInt16] = { _ in
    (0..<24).reversed().flatMap { row in (0..<20).map { UInt16(100 + 20 * row + $0) } }
  }

  private func address(_ value: Int) -> [UInt8] {
    version == 0x0220 ? Bytes.of(UInt64(value)) : Bytes.of(UInt32(value))
  }

  private func text(_ text: String) -> [UInt8] { Bytes.of(UInt32(text.utf8.count)) + Array(text.utf8) }

  private func element(_ index: Int) -> [UInt8] {
    let calibration = Bytes.of(-1e-8) + Bytes.of(delta) + Bytes.of(UInt32(4))
    let sizes = shape.reversed().flatMap { Bytes.of(UInt32($0)) }
    return (images ? calibration + calibration : Bytes.of(-20.0) + Bytes.of(0.25) + Bytes.of(UInt32(0)))
      + Bytes.of(UInt16(2)) + sizes + values(index).flatMap { Bytes.of($0) }
  }

  func file() -> [UInt8] {
    var head = [0x49, 0x49, 0x97, 0x01] + Bytes.of(version) + Bytes.of(UInt32(images ? 0x4122 : 0x4120))
    head += Bytes.of(UInt32(0x4152)) + Bytes.of(UInt32(total)) + Bytes.of(UInt32(valid))
    var rest = Bytes.of(UInt32(dimensions.count))
    for dimension in dimensions {
      rest += Bytes.of(dimension.size) + Bytes.of(0.0) + Bytes.of(1e-9) + Bytes.of(UInt32(0))
      rest += text("Position") + text(dimension.units)
    }
    let width = version == 0x0220 ? 8 : 4
    let table = head.count + width + rest.count
    var data: [UInt8] = []
    var offsets: [Int] = []
    for index in 0..<valid {
      offsets.append(table + 2 * total * width + data.count)
      data += element(index)
    }
    offsets += [Int](repeating: 0, count: total - valid)
    let tag = table + 2 * total * width + data.count
    // 2020-09-13T12:26:40Z
    let tags = Bytes.of(UInt16(0x4152)) + [0, 0] + Bytes.of(UInt32(1_600_000_000))
    return head + address(table) + rest + offsets.flatMap(address)
      + [Int](repeating: tag, count: total).flatMap(address)
      + data + tags
  }
}

/// MRC files.
struct MRCBytes {
  var bigEndian = false
  var mode: Int32 = 2
  var size: [Int32] = [20, 24, 1]
  /// Å of the whole image.
  var cell: [Float] = [100, 120, 1]
  var extended: [UInt8] = []
  var extendedKind = "    "
  var hasMark = true
  /// The values' bytes; by default `100 + 20 * row + column` in single precision.
  var data: [UInt8]?

  func file() -> [UInt8] {
    var head = [UInt8](repeating: 0, count: 1024)
    func put(_ bytes: [UInt8], _ offset: Int) {
      for (index, byte) in bytes.enumerated() { head[offset + index] = byte }
    }
    func numbers(_ values: [Int32], _ offset: Int) {
      put(values.flatMap { Bytes.of($0, bigEndian: bigEndian) }, offset)
    }
    numbers(size, 0)
    numbers([mode], 12)
    numbers(size, 28)
    put(cell.flatMap { Bytes.of($0, bigEndian: bigEndian) }, 40)
    numbers([1, 2, 3], 64)
    numbers([Int32(extended.count)], 92)
    put(Array(extendedKind.utf8), 104)
    if hasMark {
      put(Array("MAP ".utf8), 208)
      put(bigEndian ? [0x11, 0x11] : [0x44, 0x44], 212)
    }
    let ramp = (0..<480).flatMap { Bytes.of(Float(100 + $0), bigEndian: bigEndian) }
    return head + extended + (data ?? ramp)
  }
}

/// TIFF files of one or more pages, strips in one piece, directories behind the data.
struct TIFFBytes {
  var bigEndian = false
  var bigTIFF = false

  /// A tag's numbers in their stored type, or a text.
  enum Value {
    case short([UInt16])
    case long([UInt32])
    case rational([(UInt32, UInt32)])
    case double([Double])
    case text(String)
  }

  struct Page {
    var tags: [(Int, Value)]
    var strip: [UInt8]
  }

  private func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] { Bytes.of(value, bigEndian: bigEndian) }
  private func count(_ value: Int) -> [UInt8] { bigTIFF ? number(UInt64(value)) : number(UInt32(value)) }

  private func encoded(_ value: Value) -> (type: UInt16, count: Int, bytes: [UInt8]) {
    switch value {
    case .short(let values): (3, values.count, values.flatMap { number($0) })
    case .long(let values): (4, values.count, values.flatMap { number($0) })
    case .rational(let values): (5, values.count, values.flatMap { number($0.0) + number($0.1) })
    case .double(let values): (12, values.count, values.flatMap { Bytes.of($0, bigEndian: bigEndian) })
    case .text(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
    }
  }

  func file(
    _ pages: [Page],
    next: (_ page: Int, _ starts: [Int]) -> Int = { page, starts in
      page + 1 < starts.count ? starts[page + 1] : 0
    }
  ) -> [UInt8] {
    var out = bigEndian ? Array("MM".utf8) : Array("II".utf8)
    out += bigTIFF ? number(UInt16(43)) + number(UInt16(8)) + number(UInt16(0)) : number(UInt16(42))
    let firstPointer = out.count
    out += count(0)
    var starts: [Int] = []
    var pointers: [Int] = []
    for page in pages {
      let strip = out.count
      out += page.strip + (page.strip.count % 2 == 1 ? [0] : [])
      let place: [(Int, Value)] = [(273, .long([UInt32(strip)])), (279, .long([UInt32(page.strip.count)]))]
      var entries: [UInt8] = []
      // Tags of the page come last and may replace the strip's place.
      let tags = Dictionary(place + page.tags) { _, last in last }.sorted { $0.key < $1.key }
      for (tag, value) in tags {
        let (type, values, bytes) = encoded(value)
        entries += number(UInt16(tag)) + number(type) + count(values)
        let room = bigTIFF ? 8 : 4
        if bytes.count <= room {
          entries += bytes + [UInt8](repeating: 0, count: room - bytes.count)
        } else {
          entries += count(out.count)
          out += bytes + (bytes.count % 2 == 1 ? [0] : [])
        }
      }
      starts.append(out.count)
      out += (bigTIFF ? number(UInt64(tags.count)) : number(UInt16(tags.count))) + entries
      pointers.append(out.count)
      out += count(0)
    }
    func point(_ place: Int, to start: Int) {
      for (index, byte) in count(start).enumerated() { out[place + index] = byte }
    }
    if let first = starts.first { point(firstPointer, to: first) }
    for (page, place) in pointers.enumerated() { point(place, to: next(page, starts)) }
    return out
  }

  /// Tags of a page of 24 × 20 values.
  static func tags(bits: UInt16, format: UInt16, _ more: [(Int, Value)] = []) -> [(Int, Value)] {
    [
      (256, .short([20])), (257, .short([24])), (258, .short([bits])), (259, .short([1])), (262, .short([1])),
      (277, .short([1])), (278, .short([24])), (339, .short([format])),
    ] + more
  }

  /// A page of `100 + 20 * row + column` in single precision.
  func ramp(_ more: [(Int, Value)] = [], offset: Float = 0) -> Page {
    let strip = (0..<480).flatMap { Bytes.of(Float(100 + $0) + offset, bigEndian: bigEndian) }
    return Page(tags: Self.tags(bits: 32, format: 3, more), strip: strip)
  }
}
