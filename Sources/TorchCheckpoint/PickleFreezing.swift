// From numbered nodes to a tree of values, each node once.

struct PickleFreezing {
  private let nodes: [PickleMachine.Node]
  private var finished: [Int: PickleValue] = [:]
  private var open: Set<Int> = []

  /// A checkpoint nests some ten levels: dictionary, ensemble, state, metadata. Deeper ones only cost stack.
  private static let deepest = 64

  init(nodes: [PickleMachine.Node]) { self.nodes = nodes }

  mutating func value(_ item: PickleMachine.Item) throws(TorchCheckpointError) -> PickleValue {
    switch item {
    case .plain(let value): return value
    case .global(let global): return .skipped(global.name)
    case .storage(let storage): return .skipped("storage \(storage.key)")
    case .numpyType(let type): return .skipped("numpy.dtype \(type.rawValue)")
    case .node(let number): return try node(number)
    }
  }

  private mutating func node(_ number: Int) throws(TorchCheckpointError) -> PickleValue {
    if let value = finished[number] { return value }
    guard open.insert(number).inserted else {
      throw TorchCheckpointError(.containsItself, "its pickle builds a container that contains itself")
    }
    defer { open.remove(number) }
    guard open.count <= Self.deepest else {
      throw TorchCheckpointError(.nestedTooDeep, "its pickle nests containers deeper than \(Self.deepest) levels")
    }
    let value: PickleValue
    switch nodes[number] {
    case .list(let items): value = .list(try values(items))
    case .tuple(let items): value = .tuple(try values(items))
    case .dictionary(let items, _):
      let parts = try values(items)
      value = .dictionary(
        stride(from: 0, to: parts.count, by: 2).map { PickleValue.Entry(key: parts[$0], value: parts[$0 + 1]) })
    }
    finished[number] = value
    return value
  }

  private mutating func values(_ items: [PickleMachine.Item]) throws(TorchCheckpointError) -> [PickleValue] {
    var result: [PickleValue] = []
    for item in items { result.append(try value(item)) }
    return result
  }
}
