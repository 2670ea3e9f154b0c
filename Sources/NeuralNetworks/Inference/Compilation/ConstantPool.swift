// What kernels read: the constants of a compiled network, one behind the other.

struct ConstantPool {
  private var blocks: [(offset: Int, values: [Float])] = []
  private(set) var count = 0

  /// Where the values will stand; they start at a cache line.
  mutating func add(_ values: [Float]) -> Int {
    let line = KernelMemory.lineSize / MemoryLayout<Float>.stride
    let offset = (count + line - 1) / line * line
    blocks.append((offset, values))
    count = offset + values.count
    return offset
  }

  /// A copy in memory of its own, which the caller gives back.
  func allocated() -> UnsafeMutablePointer<Float> {
    let memory = KernelMemory.allocate(Float.self, count)
    memory.initialize(repeating: 0, count: count)
    for block in blocks {
      block.values.withUnsafeBufferPointer { values in
        if let start = values.baseAddress { (memory + block.offset).update(from: start, count: values.count) }
      }
    }
    return memory
  }
}
