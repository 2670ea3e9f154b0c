// An array of numbers as a file stores it: raw bytes, type, byte order and shape; widened only in small pieces.

/// Values in C order (last index fastest), in the file's own width: in memory, or still in the file.
struct PixelData: Sendable {
  let type: ElementType
  let shape: [Int]
  let isBigEndian: Bool
  /// The values of an array in memory; empty for one in a file.
  let bytes: [UInt8]
  /// Where an array lies that is read when it is wanted; nil for one in memory.
  let file: OpenedFile?
  /// Byte of the first value in `bytes` or `file`.
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
    file = nil
  }

  /// Values that stay in the file, one after another from byte `start` on.
  /// - Precondition: they lie within the file; readers check sizes before they get here.
  init(type: ElementType, shape: [Int], isBigEndian: Bool, file: OpenedFile, start: Int) {
    precondition(start >= 0 && start + shape.reduce(type.size, *) <= file.count, "pixel data beyond their file")
    self.type = type
    self.shape = shape
    self.isBigEndian = isBigEndian
    self.start = start
    self.file = file
    bytes = []
  }

  /// Values of a file, one after another: taken into memory, unless there are more than `limits.heldBytes`.
  init(
    type: ElementType, shape: [Int], isBigEndian: Bool, in file: OpenedFile, at start: Int, limits: FileLimits
  ) throws(DecodeFailure) {
    let total = shape.reduce(type.size, *)
    try file.check(start, total)
    if total > limits.heldBytes {
      self.init(type: type, shape: shape, isBigEndian: isBigEndian, file: file, start: start)
    } else {
      self.init(type: type, shape: shape, isBigEndian: isBigEndian, bytes: try file.bytes(at: start, count: total))
    }
  }

  /// The same values under another shape of as many values.
  init(reshaping other: PixelData, to shape: [Int]) {
    precondition(shape.reduce(1, *) == other.count)
    type = other.type
    self.shape = shape
    isBigEndian = other.isBigEndian
    bytes = other.bytes
    file = other.file
    start = other.start
  }

  /// Bytes that `shape` values of `type` take, checked against the limits before anything is read.
  /// - Parameter staysInFile: the values need not be in memory together when there are many.
  static func byteCount(
    shape: [Int], type: ElementType, limits: FileLimits, staysInFile: Bool = false
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
    let most = staysInFile ? limits.imageBytes : limits.pixelBytes
    guard total <= most else {
      var failure = DecodeFailure.rejected(
        "\(shape.map(String.init).joined(separator: " × ")) values of \(type.rawValue) take \(total) bytes; "
          + "at most \(most) are decoded")
      failure.isTooLarge = true
      throw failure
    }
    return total
  }

  /// The value at a row-major index, widened; nil when the index does not fit the shape.
  func value(at index: [Int]) throws(DecodeFailure) -> Number? {
    guard index.count == shape.count, zip(index, shape).allSatisfy({ 0 <= $0 && $0 < $1 }) else { return nil }
    var flat = 0
    for (position, size) in zip(index, shape) { flat = flat * size + position }
    var widened = [Double](repeating: 0, count: components)
    try load(flat..<flat + 1, into: &widened)
    return Number(re: widened[0], im: type.isComplex ? widened[1] : nil)
  }

  /// Widens the values of a flat range into the front of `buffer`, `components` doubles each.
  func load(_ range: Range<Int>, into buffer: inout [Double]) throws(DecodeFailure) {
    let position = start + range.lowerBound * type.size
    if let file {
      widen(try file.bytes(at: position, count: range.count * type.size), from: 0, range.count, &buffer)
    } else {
      widen(bytes, from: position, range.count, &buffer)
    }
  }

  private func widen(_ bytes: [UInt8], from position: Int, _ count: Int, _ buffer: inout [Double]) {
    switch type {
    case .bool: integers(UInt8.self, bytes, position, count, &buffer) { $0 == 0 ? 0 : 1 }
    case .uint8: integers(UInt8.self, bytes, position, count, &buffer) { Double($0) }
    case .int8: integers(Int8.self, bytes, position, count, &buffer) { Double($0) }
    case .uint16: integers(UInt16.self, bytes, position, count, &buffer) { Double($0) }
    case .int16: integers(Int16.self, bytes, position, count, &buffer) { Double($0) }
    case .uint32: integers(UInt32.self, bytes, position, count, &buffer) { Double($0) }
    case .int32: integers(Int32.self, bytes, position, count, &buffer) { Double($0) }
    case .uint64: integers(UInt64.self, bytes, position, count, &buffer) { Double($0) }
    case .int64: integers(Int64.self, bytes, position, count, &buffer) { Double($0) }
    case .float16:
      let halves = Self.halves
      integers(UInt16.self, bytes, position, count, &buffer) { Double(halves[Int($0)]) }
    case .float32: integers(UInt32.self, bytes, position, count, &buffer) { Double(Float(bitPattern: $0)) }
    case .float64: integers(UInt64.self, bytes, position, count, &buffer) { Double(bitPattern: $0) }
    case .complex64: integers(UInt32.self, bytes, position, 2 * count, &buffer) { Double(Float(bitPattern: $0)) }
    case .complex128: integers(UInt64.self, bytes, position, 2 * count, &buffer) { Double(bitPattern: $0) }
    }
  }

  /// Every half-precision number by its bits: processors of the oldest supported kind convert them in software.
  private static let halves: [Float] = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }

  @inline(__always)
  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ bytes: [UInt8], _ start: Int, _ count: Int, _ buffer: inout [Double], _ widen: (T) -> Double
  ) {
    let span = bytes.span.bytes
    let size = T.bitWidth / 8
    var position = start
    for index in 0..<count {
      let stored = span.unsafeLoadUnaligned(fromByteOffset: position, as: T.self)
      buffer[index] = widen(isBigEndian ? T(bigEndian: stored) : T(littleEndian: stored))
      position &+= size
    }
  }

  /// Values widened at a time: 128 KiB of doubles stay in the cache.
  static let pieceCount = 16_384

  /// Calls `body` with the values, widened piece by piece; `body` uses the first `count * components` doubles.
  func forEachPiece(_ body: (_ values: [Double], _ count: Int) -> Void) throws(DecodeFailure) {
    var buffer = [Double](repeating: 0, count: Self.pieceCount * components)
    var first = 0
    while first < count {
      let last = min(first + Self.pieceCount, count)
      try load(first..<last, into: &buffer)
      body(buffer, last - first)
      first = last
    }
  }

  /// Every value rounded to single precision; the real part of complex ones.
  func floats() throws(DecodeFailure) -> [Float] {
    var floats: [Float] = []
    floats.reserveCapacity(count)
    let step = components
    try forEachPiece { values, count in
      for index in 0..<count { floats.append(Float(values[index &* step])) }
    }
    return floats
  }
}
