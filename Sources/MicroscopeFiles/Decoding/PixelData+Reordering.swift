// Arrays stored in another order of dimensions, brought into C order.

extension PixelData {
  /// Values from one index to the next in C order.
  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for dimension in shape.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
    }
    return strides
  }

  /// This array seen with other dimensions, `strides` values apart.
  ///
  /// - Precondition: every index lies within this array.
  func selected(shape: [Int], strides: [Int]) -> PixelData {
    guard shape.count > 1 else { return PixelData(reshaping: self, to: shape) }
    return Self.reordered(
      bytes: bytes, start: start, type: type, shape: shape, strides: strides, isBigEndian: isBigEndian)
  }

  /// This array with its dimensions in another order: dimension `k` of the result is dimension `order[k]` of this one.
  func transposed(_ order: [Int]) -> PixelData {
    guard order != Array(shape.indices) else { return self }
    let strides = Self.rowMajorStrides(shape)
    return selected(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }

  /// The values of an array whose dimension `k` has `shape[k]` indices, `strides[k]` stored values apart.
  ///
  /// - Precondition: the stored values lie within `bytes` from `start` on; readers check sizes before.
  static func reordered(
    bytes: [UInt8], start: Int, type: ElementType, shape: [Int], strides: [Int], isBigEndian: Bool
  ) -> PixelData {
    let order = StoredOrder(start: start, shape: shape, strides: strides)
    let ordered =
      switch type.size {
      case 1: order.copied(bytes, as: UInt8.self)
      case 2: order.copied(bytes, as: UInt16.self)
      case 4: order.copied(bytes, as: UInt32.self)
      case 8: order.copied(bytes, as: UInt64.self)
      default: order.copied(bytes, as: UInt128.self)
      }
    return PixelData(type: type, shape: shape, isBigEndian: isBigEndian, bytes: ordered)
  }
}

/// Where the values of an array lie in a file that stores its dimensions in another order.
private struct StoredOrder {
  let start: Int
  let shape: [Int]
  /// Stored values from one index to the next.
  let strides: [Int]

  /// Columns copied side by side: as many cache lines stay in use while the stored values are read in their own order.
  private static let blockColumns = 16

  /// The bytes in C order. The last dimension is cut into blocks; within one, the dimension stored fastest runs.
  func copied<Word: FixedWidthInteger & BitwiseCopyable>(_ bytes: [UInt8], as _: Word.Type) -> [UInt8] {
    let size = MemoryLayout<Word>.size
    let last = shape.count - 1
    let fast = strides.indices.dropLast().min { strides[$0] < strides[$1] } ?? 0
    var targetStrides = [Int](repeating: 1, count: shape.count)
    for dimension in stride(from: last - 1, through: 0, by: -1) {
      targetStrides[dimension] = targetStrides[dimension + 1] * shape[dimension + 1]
    }
    var target = [Word](repeating: 0, count: shape.reduce(1, *))
    let source = bytes.span.bytes
    let (fastStride, lastStride, rowStride) = (strides[fast], strides[last], targetStrides[fast])
    forEachOuterIndex(besides: [fast, last]) { index in
      let stored = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
      let wanted = zip(index, targetStrides).reduce(0) { $0 + $1.0 * $1.1 }
      var block = 0
      while block < shape[last] {
        let columns = block..<min(block + Self.blockColumns, shape[last])
        for row in 0..<shape[fast] {
          for column in columns {
            let from = start &+ (stored &+ row &* fastStride &+ column &* lastStride) &* size
            target[wanted &+ row &* rowStride &+ column] = source.unsafeLoadUnaligned(
              fromByteOffset: from, as: Word.self)
          }
        }
        block += Self.blockColumns
      }
    }
    return target.withUnsafeBytes { [UInt8]($0) }
  }

  /// Every index of the array with zeros in two dimensions.
  private func forEachOuterIndex(besides inner: [Int], _ body: ([Int]) -> Void) {
    var index = [Int](repeating: 0, count: shape.count)
    while true {
      body(index)
      var dimension = shape.count - 1
      while dimension >= 0 {
        if !inner.contains(dimension) {
          index[dimension] += 1
          if index[dimension] < shape[dimension] { break }
          index[dimension] = 0
        }
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
