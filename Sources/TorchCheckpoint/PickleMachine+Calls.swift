// What REDUCE, NEWOBJ, BUILD and BINPERSID may mean: one rule of ours for each global, none of theirs.

extension PickleMachine {
  /// REDUCE: a known global with arguments.
  mutating func call(_ callee: Item, _ arguments: Item) throws(TorchCheckpointError) -> Item {
    guard case .global(let global) = callee else {
      throw TorchCheckpointError(.refusedCall, "its pickle calls something that is no global")
    }
    let values = try tuple(arguments, for: global)
    switch global {
    case .orderedDictionary where values.isEmpty: return emptyDictionary(isOrdered: true)
    case .defaultDictionary where values.count <= 1:
      if case .global(let factory)? = values.first, factory != .dictionaryClass { break }
      return emptyDictionary(isOrdered: false)
    case .size where values.count == 1:
      if case .node(let number) = values[0], case .tuple = nodes[number] { return values[0] }
    case .rebuildTensor where (6...7).contains(values.count): return try tensor(values)
    case .rebuildParameter where values.count == 3:
      if case .plain(.tensor) = values[0] { return values[0] }
    case .numpyType where !values.isEmpty: return try numpyType(values[0])
    case .numpyScalar where values.count == 2: return try numpyScalar(values)
    case .encode where values.count == 2:
      guard case (.plain(.text(let text)), .plain(.text("latin1"))) = (values[0], values[1]) else { break }
      let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
      if bytes.count == text.unicodeScalars.count { return .plain(.bytes(bytes)) }
    default: break
    }
    throw TorchCheckpointError(
      .refusedCall, "its pickle calls \(global.name) in a way that no checkpoint does; nothing was run")
  }

  /// NEWOBJ: only an optimizer, which is skipped.
  func instance(of callee: Item, _ arguments: Item) throws(TorchCheckpointError) -> Item {
    guard case .global(let global) = callee else {
      throw TorchCheckpointError(.refusedCall, "its pickle makes an object of something that is no class")
    }
    guard case .optimizer(let name) = global, try tuple(arguments, for: global).isEmpty else {
      throw TorchCheckpointError(
        .refusedCall, "its pickle makes an object of \(global.name); only torch's optimizers are skipped over")
    }
    return .plain(.skipped(name))
  }

  /// BUILD: attributes of a state dictionary, an optimizer's state and NumPy's byte order; all others are refused.
  func restored(_ item: Item, _ state: Item) throws(TorchCheckpointError) -> Item {
    switch item {
    case .plain(.skipped): return item
    case .node(let number):
      guard case .dictionary(_, isOrdered: true) = nodes[number], case .node(let attributes) = state,
        case .dictionary(let entries, _) = nodes[attributes], entries.count == 2,
        case .plain(.text("_metadata")) = entries[0]
      else { break }
      return item
    case .numpyType:
      if case .node(let number) = state, case .tuple(let parts) = nodes[number], parts.count > 1,
        case .plain(.text(let order)) = parts[1], ["<", "|"].contains(order)
      {
        return item
      }
      throw TorchCheckpointError(.badNumber, "its pickle holds a NumPy number that is not little-endian")
    default: break
    }
    throw TorchCheckpointError(
      .refusedState, "its pickle sets attributes (BUILD) of something that has none in a checkpoint; nothing was run")
  }

  /// BINPERSID: ("storage", class, key, device, count).
  func persistent(_ identity: Item) throws(TorchCheckpointError) -> Item {
    guard case .node(let number) = identity, case .tuple(let parts) = nodes[number], parts.count == 5,
      case .plain(.text("storage")) = parts[0], case .global(.storage(let type)) = parts[1],
      case .plain(.text(let key)) = parts[2], case .plain(.text) = parts[3], case .plain(.int(let count)) = parts[4]
    else { throw TorchCheckpointError(.badStorage, "its pickle has a persistent id that is no storage of numbers") }
    return .storage(try TorchStorage(key: key, type: type, count: count, folder: folder, archive: archive))
  }

  private func tuple(_ item: Item, for global: PickleGlobal) throws(TorchCheckpointError) -> [Item] {
    guard case .node(let number) = item, case .tuple(let values) = nodes[number] else {
      throw TorchCheckpointError(.refusedCall, "its pickle calls \(global.name) with something that is no tuple")
    }
    return values
  }

  private func tensor(_ values: [Item]) throws(TorchCheckpointError) -> Item {
    guard case .storage(let storage) = values[0], case .plain(.int(let offset)) = values[1],
      let shape = wholeNumbers(values[2]), let strides = wholeNumbers(values[3])
    else { throw TorchCheckpointError(.badTensor, "its pickle rebuilds a tensor from something else than a storage") }
    return .plain(.tensor(try TorchTensor(storage: storage, offset: offset, shape: shape, strides: strides)))
  }

  private func wholeNumbers(_ item: Item) -> [Int]? {
    guard case .node(let number) = item, case .tuple(let values) = nodes[number] else { return nil }
    let numbers = values.compactMap { value -> Int? in if case .plain(.int(let number)) = value { number } else { nil }
    }
    return numbers.count == values.count ? numbers : nil
  }

  private func numpyType(_ name: Item) throws(TorchCheckpointError) -> Item {
    guard case .plain(.text(let name)) = name, let type = Self.numpyTypes[name] else {
      throw TorchCheckpointError(.badNumber, "its pickle holds a NumPy number of a type that is not read")
    }
    return .numpyType(type)
  }

  private static let numpyTypes: [String: ScalarType] = [
    "f8": .double, "f4": .float, "f2": .half, "i8": .long, "i4": .int, "i2": .short, "i1": .char, "u1": .byte,
    "b1": .bool,
  ]

  private func numpyScalar(_ values: [Item]) throws(TorchCheckpointError) -> Item {
    guard case (.numpyType(let type), .plain(.bytes(let bytes))) = (values[0], values[1]), bytes.count == type.size
    else { throw TorchCheckpointError(.badNumber, "its pickle holds a NumPy number without its bytes") }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch type {
    case .long: return .plain(.int(Int(Int64(bitPattern: bits))))
    case .bool: return .plain(.bool(bits != 0))
    case .double, .float, .half, .bfloat16: return .plain(.double(type.value(bits)))
    case .int, .short, .char, .byte: return .plain(.int(Int(type.value(bits))))
    }
  }
}
