// The closed interpreter: a stack, a memo, and opcodes that build plain values. Nothing is imported, nothing called.

import Foundation

/// Runs one pickle. Whatever is not on the lists of `PickleOpcode` and `PickleGlobal` ends it with an error that
/// names it.
struct PickleMachine {
  /// A value while the pickle runs. Containers are numbers of nodes, because they are filled after they are shared.
  enum Item {
    case plain(PickleValue)
    case node(Int)
    case global(PickleGlobal)
    case storage(TorchStorage)
    case numpyType(ScalarType)
  }

  enum Node {
    case list([Item])
    case tuple([Item])
    /// Keys and values in turn. Ordered: made by `OrderedDict`, which may carry attributes.
    case dictionary([Item], isOrdered: Bool)
  }

  /// Checkpoints of these networks have pickles of some tens of KB; every value costs at least a byte of it.
  static let largestPickle = 4 << 20
  /// Python writes containers in batches of 1,000 items.
  private static let deepestStack = 1 << 16
  private static let largestMemo = 1 << 20

  let archive: StoredArchive
  /// Of the members, with a closing slash.
  let folder: String
  var nodes: [Node] = []
  private var reader: PickleReader
  private var stack: [Item] = []
  private var marks: [Int] = []
  private var memo: [Int: Item] = [:]

  init(pickle: Data, archive: StoredArchive, folder: String) throws(TorchCheckpointError) {
    guard pickle.count <= Self.largestPickle else {
      throw TorchCheckpointError(
        .pickleTooLarge, "its pickle has \(pickle.count) bytes; at most \(Self.largestPickle) are read")
    }
    self.archive = archive
    self.folder = folder
    reader = PickleReader(pickle)
  }

  /// The value that the pickle leaves.
  mutating func run() throws(TorchCheckpointError) -> PickleValue {
    while true {
      let place = reader.position
      let byte = try reader.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        let number = "0x" + String(byte, radix: 16)
        guard let name = PickleOpcode.refused[byte] else {
          throw TorchCheckpointError(.unknownOpcode, "its pickle has the unknown opcode \(number) at byte \(place)")
        }
        throw TorchCheckpointError(
          .refusedOpcode, "its pickle has the opcode \(name) (\(number)) at byte \(place), which no checkpoint needs")
      }
      if opcode == .stop { break }
      try execute(opcode)
    }
    guard reader.isAtEnd else {
      throw TorchCheckpointError(.trailingBytes, "its pickle goes on after its end at byte \(reader.position)")
    }
    let result = try pop()
    guard stack.isEmpty, marks.isEmpty else {
      throw TorchCheckpointError(.badStack, "its pickle leaves more than one value")
    }
    var freezing = PickleFreezing(nodes: nodes)
    return try freezing.value(result)
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    switch opcode {
    case .proto:
      let version = try reader.byte()
      guard (2...5).contains(version) else {
        throw TorchCheckpointError(.refusedOpcode, "its pickle is of protocol \(version); 2 to 5 are read")
      }
    case .frame: _ = try reader.take(8)
    case .mark: marks.append(stack.count)
    case .emptyTuple: try pushNode(.tuple([]))
    case .tuple: try pushNode(.tuple(popToMark()))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .emptyList: try pushNode(.list([]))
    case .emptyDict: try pushNode(.dictionary([], isOrdered: false))
    case .append: try extend(with: [pop()], opcode: "APPEND")
    case .appends: try extend(with: popToMark(), opcode: "APPENDS")
    case .setItem:
      let value = try pop()
      try extend(with: [pop(), value], opcode: "SETITEM")
    case .setItems: try extend(with: popToMark(), opcode: "SETITEMS")
    case .binGet: try recall(reader.length(1))
    case .longBinGet: try recall(reader.length(4))
    case .binPut: try remember(reader.length(1))
    case .longBinPut: try remember(reader.length(4))
    case .memoize: try remember(memo.count)
    case .global, .stackGlobal, .reduce, .newObj, .build, .binPersID: try executeCall(opcode)
    default: try executeScalar(opcode)
    }
  }

  private mutating func executeScalar(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    switch opcode {
    case .none: try push(.plain(.none))
    case .newTrue: try push(.plain(.bool(true)))
    case .newFalse: try push(.plain(.bool(false)))
    case .binInt: try push(.plain(.int(Int(Int32(truncatingIfNeeded: reader.number(4))))))
    case .binInt1: try push(.plain(.int(reader.length(1))))
    case .binInt2: try push(.plain(.int(reader.length(2))))
    case .long1: try push(.plain(.int(longInteger())))
    case .binFloat:
      let bits = try reader.take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try push(.plain(.double(Double(bitPattern: bits))))
    case .binUnicode: try push(.plain(.text(reader.text(reader.length(4)))))
    case .shortBinUnicode: try push(.plain(.text(reader.text(reader.length(1)))))
    case .binBytes: try push(.plain(.bytes(Array(reader.take(reader.length(4))))))
    default: try push(.plain(.bytes(Array(reader.take(reader.length(1))))))
    }
  }

  private mutating func executeCall(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    switch opcode {
    case .global:
      let module = try reader.line()
      try pushGlobal(module: module, name: reader.line())
    case .stackGlobal:
      guard case (.plain(.text(let name)), .plain(.text(let module))) = (try pop(), try pop()) else {
        throw TorchCheckpointError(.badStack, "its pickle names a global by something that is no text")
      }
      try pushGlobal(module: module, name: name)
    case .reduce:
      let arguments = try pop()
      try push(call(pop(), arguments))
    case .newObj:
      let arguments = try pop()
      try push(instance(of: pop(), arguments))
    case .build:
      let state = try pop()
      try push(restored(pop(), state))
    default: try push(persistent(pop()))
    }
  }

  /// Two's complement, little-endian, at most eight bytes: sizes and counts need no more.
  private mutating func longInteger() throws(TorchCheckpointError) -> Int {
    let count = try reader.length(1)
    guard count <= 8 else {
      throw TorchCheckpointError(
        .integerTooLong, "its pickle holds a whole number of \(count) bytes; at most 8 are read")
    }
    let bits = try reader.number(count)
    let unused = 64 - 8 * count
    return count == 0 ? 0 : Int(Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused))
  }

  private mutating func pushGlobal(module: String, name: String) throws(TorchCheckpointError) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw TorchCheckpointError(
        .refusedGlobal,
        "its pickle asks for \(module).\(name), which a checkpoint of an ImSpec network does not need; nothing was run")
    }
    try push(.global(global))
  }
}

// The stack and the memo.
extension PickleMachine {
  private mutating func push(_ item: Item) throws(TorchCheckpointError) {
    guard stack.count < Self.deepestStack else {
      throw TorchCheckpointError(.stackTooDeep, "its pickle needs a stack of more than \(Self.deepestStack) values")
    }
    stack.append(item)
  }

  private mutating func pop() throws(TorchCheckpointError) -> Item {
    guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
      throw TorchCheckpointError(.badStack, "its pickle takes more values than it has made (byte \(reader.position))")
    }
    return item
  }

  private mutating func popToMark() throws(TorchCheckpointError) -> [Item] {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw TorchCheckpointError(.badStack, "its pickle ends a group that it has not begun (byte \(reader.position))")
    }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func pushNode(_ node: Node) throws(TorchCheckpointError) {
    nodes.append(node)
    try push(.node(nodes.count - 1))
  }

  mutating func emptyDictionary(isOrdered: Bool) -> Item {
    nodes.append(.dictionary([], isOrdered: isOrdered))
    return .node(nodes.count - 1)
  }

  private mutating func pushTuple(_ count: Int) throws(TorchCheckpointError) {
    var items: [Item] = []
    for _ in 0..<count { items.append(try pop()) }
    try pushNode(.tuple(items.reversed()))
  }

  /// Adds items to the list, or keys and values to the dictionary, on top of the stack.
  private mutating func extend(with items: [Item], opcode: String) throws(TorchCheckpointError) {
    let container = try pop()
    guard case .node(let number) = container else {
      throw TorchCheckpointError(.badStack, "its pickle uses \(opcode) on something that is no container")
    }
    switch nodes[number] {
    case .list(var values) where opcode.hasPrefix("APPEND"):
      nodes[number] = .list([])  // gives the storage up, so that it grows in place
      values += items
      nodes[number] = .list(values)
    case .dictionary(var values, let isOrdered) where opcode.hasPrefix("SET") && items.count.isMultiple(of: 2):
      nodes[number] = .dictionary([], isOrdered: isOrdered)
      values += items
      nodes[number] = .dictionary(values, isOrdered: isOrdered)
    default: throw TorchCheckpointError(.badStack, "its pickle uses \(opcode) on a container of another kind")
    }
    try push(container)
  }

  private mutating func recall(_ index: Int) throws(TorchCheckpointError) {
    guard let item = memo[index] else {
      throw TorchCheckpointError(.badMemo, "its pickle recalls memo \(index), which it has not filled")
    }
    try push(item)
  }

  private mutating func remember(_ index: Int) throws(TorchCheckpointError) {
    guard index < Self.largestMemo else {
      throw TorchCheckpointError(.badMemo, "its pickle fills memo \(index); at most \(Self.largestMemo) are kept")
    }
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw TorchCheckpointError(.badStack, "its pickle remembers a value that it has not made")
    }
    memo[index] = top
  }
}
