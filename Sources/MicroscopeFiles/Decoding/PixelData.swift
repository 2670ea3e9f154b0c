// An array of numbers as a file stores it: raw bytes, type, byte order and shape; widened only in small pieces.

/// Values in C order (last index fastest), kept in the file's own width.
struct PixelData: Sendable {
  let type: ElementType
  let shape: [Int]
  let isBigEndian: Bool
  let bytes: [UInt8]
  /// Byte of the first value in `bytes`.
  let start: Int

  /// Values in the array.
  var count: Int { shape.reduce(1, *) }
  /// Doubles that one value widens to: two for complex numbers, real part first.
  var components: Int { type.isComplex ? 2 : 1 }

  /// - Precondition: the values lie within `bytes`; readers check sizes before they get here.
  init(type: ElementType, shape: [Int], isBigEndian: Bool, bytes: [UInt8], start: Int = 0) {
    precondition(start >= 0 && start + shape.reduce(type.size, *) <= bytes.count, "pixel data beyond their bytes")
    self.type = type
    self.shape = shape
    self.isBigEndian = isBigEndian
    self.bytes = bytes
    self.start = start
  }

  /// The same values under another shape of as many values.
  init(reshaping other: PixelData, to shape: [Int]) {
    precondition(shape.reduce(1, *) == other.count)
    self.init(type: other.type, shape: shape, isBigEndian: other.isBigEndian, bytes: other.bytes, start: other.start)
  }

  /// Bytes that `shape` values of `type` take, checked against the limits before anything is read.
  static func byteCount(
    shape: [Int], type: ElementType, limits: FileLimits
  ) throws(DecodeFailure) -> Int {
    guard shape.count <= limits.dimensions else {
      throw .rejected("the array has \(shape.count) dimensions; at most \(limits.dimensions) are read")
    }
    guard !shape.contains(where: { $0 < 0 }) else { throw .rejected("the shape \(shape) has a negative dimension") }
    guard !shape.contains(0) else { throw .rejected("the shape \(shape) holds no values") }
    var total = type.size
    for size in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .rejected("the shape \(shape) is larger than any memory") }
      total = product
    }
    guard total <= limits.pixelBytes else {
      var failure = DecodeFailure.rejected(
        "\(shape.map(String.init).joined(separator: " × ")) values of \(type.rawValue) take \(total) bytes; "
          + "at most \(limits.pixelBytes) are decoded")
      failure.isTooLarge = true
      throw failure
    }
    return total
  }

  /// The value at a row-major index, widened; nil when the index does not fit the shape.
  func value(at index: [Int]) -> Number? {
    guard index.count == shape.count, zip(index, shape).allSatisfy({ 0 <= $0 && $0 < $1 }) else { return nil }
    var flat = 0
    for (position, size) in zip(index, shape) { flat = flat * size + position }
    var widened = [Double](repeating: 0, count: components)
    load(flat..<flat + 1, into: &widened)
    return Number(re: widened[0], im: type.isComplex ? widened[1] : nil)
  }

  /// Widens the values of a flat range into the front of `buffer`, `components` doubles each.
  func load(_ range: Range<Int>, into buffer: inout [Double]) {
    let first = range.lowerBound
    let count = range.count
    switch type {
    case .bool: integers(UInt8.self, first, count, &buffer) { $0 == 0 ? 0 : 1 }
    case .uint8: integers(UInt8.self, first, count, &buffer) { Double($0) }
    case .int8: integers(Int8.self, first, count, &buffer) { Double($0) }
    case .uint16: integers(UInt16.self, first, count, &buffer) { Double($0) }
    case .int16: integers(Int16.self, first, count, &buffer) { Double($0) }
    case .uint32: integers(UInt32.self, first, count, &buffer) { Double($0) }
    case .int32: integers(Int32.self, first, count, &buffer) { Double($0) }
    case .uint64: integers(UInt64.self, first, count, &buffer) { Double($0) }
    case .int64: integers(Int64.self, first, count, &buffer) { Double($0) }
    case .float16:
      let halves = Self.halves
      integers(UInt16.self, first, count, &buffer) { Double(halves[Int($0)]) }
    case .float32: integers(UInt32.self, first, count, &buffer) { Double(Float(bitPattern: $0)) }
    case .float64: integers(UInt64.self, first, count, &buffer) { Double(bitPattern: $0) }
    case .complex64: integers(UInt32.self, 2 * first, 2 * count, &buffer) { Double(Float(bitPattern: $0)) }
    case .complex128: integers(UInt64.self, 2 * first, 2 * count, &buffer) { Double(bitPattern: $0) }
    }
  }

  /// Every half-precision number by its bits: processors of the oldest supported kind convert them in software.
  private static let halves: [Float] = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }

  @inline(__always)
  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ first: Int, _ count: Int, _ buffer: inout [Double], _ widen: (T) -> Double
  ) {
    let span = bytes.span.bytes
    let size = T.bitWidth / 8
    var position = start + first * size
    for index in 0..<count {
      let stored = span.unsafeLoadUnaligned(fromByteOffset: position, as: T.self)
      buffer[index] = widen(isBigEndian ? T(bigEndian: stored) : T(littleEndian: stored))
      position &+= size
    }
  }

  /// Values widened at a time: 128 KiB of doubles stay in the cache.
  static let pieceCount = 16_384

  /// Calls `body` with the values, widened piece by piece; `body` uses the first `count * components` doubles.
  func forEachPiece(_ body: (_ values: [Double], _ count: Int) -> Void) {
    var buffer = [Double](repeating: 0, count: Self.pieceCount * components)
    var first = 0
    while first < count {
      let last = min(first + Self.pieceCount, count)
      load(first..<last, into: &buffer)
      body(buffer, last - first)
      first = last
    }
  }

  /// Every value rounded to single precision; the real part of complex ones.
  func floats() -> [Float] {
    var floats: [Float] = []
    floats.reserveCapacity(count)
    let step = components
    forEachPiece { values, count in
      for index in 0..<count { floats.append(Float(values[index &* step])) }
    }
    return floats
  }
}
