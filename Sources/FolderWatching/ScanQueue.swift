// Directories that are to be listed, each at most once at a time, first come first served.

/// Directories to be listed: each stands here at most once, breadth first.
struct ScanQueue {
  private var order: [Int] = []
  private var head = 0
  /// Whether the listing also lists everything below again.
  private var isDeep: [Int: Bool] = [:]

  var isEmpty: Bool { isDeep.isEmpty }

  mutating func add(_ directory: Int, deep: Bool) {
    if let already = isDeep[directory] {
      isDeep[directory] = already || deep
    } else {
      isDeep[directory] = deep
      order.append(directory)
    }
  }

  mutating func popFirst() -> (directory: Int, deep: Bool)? {
    while head < order.count {
      let directory = order[head]
      head += 1
      if head > 1024, head * 2 > order.count {
        order.removeFirst(head)
        head = 0
      }
      if let deep = isDeep.removeValue(forKey: directory) { return (directory, deep) }
    }
    order.removeAll()
    head = 0
    return nil
  }
}
