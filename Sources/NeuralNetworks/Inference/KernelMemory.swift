// The memory that kernels work in.

import Glibc

enum KernelMemory {
  /// Bytes of a cache line.
  static let lineSize = 64
  /// Bytes of a large page of x86-64. A transform walks through a hundred planes at once, and the first table of
  /// addresses knows fewer than a hundred small pages.
  private static let pageSize = 2 << 20

  /// Memory that starts at a cache line, not initialised; in large pages where it fills one and the system has them.
  static func allocate<Value>(_ type: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
    let size = max(1, count) * MemoryLayout<Value>.stride
    let isLarge = size >= pageSize
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isLarge ? pageSize : lineSize)
    if isLarge { madvise(memory, size, MADV_HUGEPAGE) }
    return memory.bindMemory(to: type, capacity: count)
  }
}
