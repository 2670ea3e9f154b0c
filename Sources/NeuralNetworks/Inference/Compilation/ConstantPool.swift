// What kernels read: the constants of a compiled network, one behind the other.

struct ConstantPool {
  private var blocks: [(offset: Int, values: [Float])] = []
  private(set) var count = 0

  /// Where the values will stand; they start at a cache line.
  mutating func add(_ values: [Float]) -> Int {
    let line = CacheLine.size / MemoryLayout<Float>.stride
    let offset = (count + line - 1) / line * line
    blocks.append((offset, values))
    count = offset + values.count
    return offset
  }

  /// A copy in memory of its own, which the caller gives back.
  func allocated() -> UnsafeMutablePointer<Float> {
    let memory = CacheLine.allocate(Float.self, count)
    memory.initialize(repeating: 0, count: count)
    for block in blocks {
      block.values.withUnsafeBufferPointer { values in
        if let start = values.baseAddress { (memory + block.offset).update(from: start, count: values.count) }
      }
    }
    return memory
  }
}

enum CacheLine {
  /// Bytes.
  static let size = 64

  /// Memory that starts at a cache line, not initialised.
  static func allocate<Value>(_ type: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
    UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Value>.stride, alignment: size)
      .bindMemory(to: type, capacity: count)
  }
}
