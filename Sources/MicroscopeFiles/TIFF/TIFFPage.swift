// One picture of a TIFF file: its layout by the tags, its strips or tiles put together.

/// Layout of a directory's picture.
struct TIFFPage: Equatable {
  var width: Int
  var height: Int
  var type: ElementType
  /// 3 or 4 for colours, which lie side by side or in planes.
  var samples: Int
  var isPlanar: Bool
  var compression: Int
  var predictor: Int
  /// Low values are bright.
  var isInverted: Bool
  /// Values are indices of a palette, samples are colours, or something else that is no measurement.
  var isColour: Bool
  /// A smaller copy of another page, or a mask.
  var isThumbnail: Bool
  /// Columns and rows of a strip or a tile.
  var segmentWidth: Int
  var segmentHeight: Int

  init(_ directory: TIFFDirectory, in file: OpenedFile, limits: FileLimits) throws(DecodeFailure) {
    func int(_ tag: Int) throws(DecodeFailure) -> Int? { try directory.int(tag, in: file) }
    guard let width = try int(256), let height = try int(257), width > 0, height > 0 else {
      throw .rejected("a page states no width and height")
    }
    self.width = width
    self.height = height
    samples = try int(277) ?? 1
    let bits = try directory.numbers(258, in: file)
    let formats = try directory.numbers(339, in: file)
    guard Set(bits).count <= 1, Set(formats).count <= 1 else { throw .rejected("its samples differ in type") }
    type = try Self.elementType(bits: Int(bits.first ?? 1), format: Int(formats.first ?? 1))
    isPlanar = try int(284) == 2 && samples > 1
    compression = try int(259) ?? 1
    predictor = try int(317) ?? 1
    let photometric = try int(262) ?? 1
    isInverted = photometric == 0
    guard (1...4).contains(samples) else { throw .rejected("it has \(samples) samples a pixel; 1 to 4 are read") }
    // A palette only colours the same grey values, so an 8-bit image with one is still a measurement.
    isColour = samples > 1 || ![0, 1, 3].contains(photometric)
    let kind = try int(254) ?? 0
    isThumbnail = kind & 1 == 1 || kind & 4 == 4
    if let tileWidth = try int(322), let tileHeight = try int(323) {
      segmentWidth = tileWidth
      segmentHeight = tileHeight
    } else {
      segmentWidth = width
      segmentHeight = min(height, try int(278) ?? height)
    }
    guard segmentWidth > 0, segmentHeight > 0 else { throw .rejected("its strips or tiles have no size") }
    _ = try PixelData.byteCount(shape: shape, type: type, limits: limits, staysInFile: true)
  }

  /// Row-major, colours last.
  var shape: [Int] { samples > 1 ? [height, width, samples] : [height, width] }

  private static func elementType(bits: Int, format: Int) throws(DecodeFailure) -> ElementType {
    switch (format, bits) {
    case (1, 8), (4, 8): return .uint8
    case (1, 16), (4, 16): return .uint16
    case (1, 32), (4, 32): return .uint32
    case (1, 64): return .uint64
    case (2, 8): return .int8
    case (2, 16): return .int16
    case (2, 32): return .int32
    case (2, 64): return .int64
    case (3, 16): return .float16
    case (3, 32): return .float32
    case (3, 64): return .float64
    case (5, _), (6, _): throw .rejected("its values are complex numbers, such as a Fourier transform; save real ones")
    default: throw .rejected("its values have \(bits) bits (sample format \(format)); 8, 16, 32 and 64 are read")
    }
  }
}

/// Reading a page's values.
struct TIFFPixels {
  let page: TIFFPage
  let directory: TIFFDirectory
  let file: OpenedFile
  let limits: FileLimits

  private struct Segment {
    var offset: Int
    var bytes: Int
  }

  /// Whether `bytes()` are in big-endian order: as stored, or as unpacking leaves them.
  var isBigEndian: Bool { page.compression == 1 ? directory.isBigEndian : Int(bigEndian: 1) == 1 }

  /// The page's values in C order.
  func bytes() throws(DecodeFailure) -> [UInt8] {
    let rowBytes = page.width * page.samples * page.type.size
    var target = [UInt8](repeating: 0, count: page.height * rowBytes)
    let segments = try segments()
    let planes = page.isPlanar ? page.samples : 1
    let samples = page.isPlanar ? 1 : page.samples
    let across = (page.width - 1) / page.segmentWidth + 1
    let down = (page.height - 1) / page.segmentHeight + 1
    guard segments.count >= planes * across * down else {
      throw .rejected("it lists \(segments.count) strips or tiles, but \(planes * across * down) are needed")
    }
    let pixelBytes = samples * page.type.size
    for index in 0..<planes * across * down {
      try limits.checkTime()
      let (plane, place) = index.quotientAndRemainder(dividingBy: across * down)
      let (row, column) = place.quotientAndRemainder(dividingBy: across)
      let isTiled = page.segmentWidth != page.width || directory.entries[322] != nil
      let rows = isTiled ? page.segmentHeight : min(page.segmentHeight, page.height - row * page.segmentHeight)
      let stride = page.segmentWidth * pixelBytes
      let values = try unpacked(segments[index], rows: rows, stride: stride, samples: samples)
      let columns = min(page.segmentWidth, page.width - column * page.segmentWidth)
      for line in 0..<min(rows, page.height - row * page.segmentHeight) {
        let source = line * stride
        let start = (row * page.segmentHeight + line) * rowBytes
        if page.isPlanar {
          Self.interleave(
            values, from: source, count: columns, size: page.type.size, into: &target,
            at: start + (column * page.segmentWidth * page.samples + plane) * page.type.size, step: page.samples)
        } else {
          let place = start + column * page.segmentWidth * pixelBytes
          target.replaceSubrange(
            place..<place + columns * pixelBytes, with: values[source..<source + columns * pixelBytes])
        }
      }
    }
    return target
  }

  /// Where the page's values lie one after another, just as they are wanted; nil where they have to be put together.
  func plainStart() throws(DecodeFailure) -> Int? {
    guard page.compression == 1, !page.isPlanar, page.segmentWidth == page.width, directory.entries[322] == nil else {
      return nil
    }
    let segments = try segments()
    let stripBytes = page.segmentHeight * page.width * page.samples * page.type.size
    guard segments.count == (page.height - 1) / page.segmentHeight + 1,
      (8...max(8, file.count)).contains(segments[0].offset)
    else { return nil }
    for (index, segment) in segments.enumerated() where segment.offset != segments[0].offset + index * stripBytes {
      return nil
    }
    return segments.allSatisfy { $0.bytes > 0 } ? segments[0].offset : nil
  }

  private static func interleave(
    _ values: [UInt8], from source: Int, count: Int, size: Int, into target: inout [UInt8], at start: Int, step: Int
  ) {
    for pixel in 0..<count {
      for byte in 0..<size { target[start + pixel * step * size + byte] = values[source + pixel * size + byte] }
    }
  }

  private func segments() throws(DecodeFailure) -> [Segment] {
    let isTiled = directory.entries[324] != nil
    let offsets = try directory.numbers(isTiled ? 324 : 273, in: file)
    let counts = try directory.numbers(isTiled ? 325 : 279, in: file)
    guard !offsets.isEmpty, offsets.count == counts.count else {
      throw .rejected("it does not say where its strips or tiles lie")
    }
    var segments: [Segment] = []
    for (offset, count) in zip(offsets, counts) {
      guard let offset = Int(exactly: offset), let count = Int(exactly: count) else {
        throw .rejected("it gives a strip an impossible place")
      }
      segments.append(Segment(offset: offset, bytes: count))
    }
    return segments
  }

  /// The values of one strip or tile, exactly as many as it holds.
  private func unpacked(
    _ segment: Segment, rows: Int, stride: Int, samples: Int
  ) throws(DecodeFailure) -> [UInt8] {
    let (wanted, overflow) = rows.multipliedReportingOverflow(by: stride)
    guard !overflow, wanted <= limits.pixelBytes else { throw .rejected("a tile is larger than what is decoded") }
    guard segment.offset >= 8, segment.bytes > 0 else {
      throw .incomplete("a strip at byte \(segment.offset) is empty: still being written, or damaged")
    }
    guard page.compression != 1 else {
      // Some writers give the compressed size wrongly; what counts is that the values are there.
      return try file.bytes(at: segment.offset, count: wanted)
    }
    guard wanted <= limits.unpackFreeBytes || wanted / segment.bytes <= limits.unpackRatio else {
      throw .rejected(
        "a strip unpacks to \(wanted / segment.bytes) times its size; at most \(limits.unpackRatio) is read")
    }
    let packed = try file.bytes(at: segment.offset, count: segment.bytes)
    return try TIFFSegmentDecoder(
      compression: page.compression, predictor: page.predictor, type: page.type, samples: samples,
      width: page.segmentWidth, rows: rows, isBigEndian: directory.isBigEndian
    ).unpack(packed, count: wanted)
  }
}
