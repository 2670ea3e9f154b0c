// Reading numbers one after another from a ByteSource, through a small window.

/// A position in a source; every read is checked against the source's end.
struct ByteCursor<Source: ByteSource> {
  let source: Source
  var position: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  /// Tags are mostly tens of bytes: one system call serves hundreds of them.
  private let windowBytes = 65_536

  init(_ source: Source, at position: Int = 0) {
    self.source = source
    self.position = position
  }

  /// The next `count` bytes, at most a window full.
  private mutating func require(_ count: Int) throws(DecodeFailure) -> Int {
    let index = position - windowStart
    if index >= 0, index + count <= window.count { return index }
    try source.check(position, count)
    window = try source.bytes(at: position, count: min(windowBytes, source.count - position))
    windowStart = position
    return 0
  }

  mutating func bytes(_ count: Int) throws(DecodeFailure) -> [UInt8] {
    guard count <= windowBytes else {
      let bytes = try source.bytes(at: position, count: count)
      position += count
      return bytes
    }
    let index = try require(count)
    position += count
    return Array(window[index..<index + count])
  }

  mutating func skip(_ count: Int) throws(DecodeFailure) {
    try source.check(position, count)
    position += count
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type, bigEndian: Bool) throws(DecodeFailure) -> T {
    let size = T.bitWidth / 8
    let index = try require(size)
    position += size
    var value: T = 0
    for offset in 0..<size {
      let byte = T(truncatingIfNeeded: window[index + (bigEndian ? offset : size - 1 - offset)])
      value = size == 1 ? byte : value << 8 | byte
    }
    return value
  }
}
