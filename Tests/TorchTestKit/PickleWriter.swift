// Pickles written opcode by opcode, so that tests can make good ones and every kind of bad one.

import Foundation

/// Protocol 2, as torch.save writes. Opcodes by their values in Python's pickletools.
public struct PickleWriter: Sendable {
  public var bytes: [UInt8] = [0x80, 2]

  public init() {}

  public mutating func raw(_ more: [UInt8]) { bytes += more }
  public mutating func mark() { raw([0x28]) }
  public mutating func stop() { raw([0x2E]) }
  public mutating func none() { raw([0x4E]) }
  public mutating func bool(_ value: Bool) { raw([value ? 0x88 : 0x89]) }
  public mutating func emptyTuple() { raw([0x29]) }
  public mutating func tuple() { raw([0x74]) }
  public mutating func emptyList() { raw([0x5D]) }
  public mutating func emptyDictionary() { raw([0x7D]) }
  public mutating func setItems() { raw([0x75]) }
  public mutating func reduce() { raw([0x52]) }
  public mutating func newObject() { raw([0x81]) }
  public mutating func build() { raw([0x62]) }
  public mutating func persistentID() { raw([0x51]) }
  public mutating func global(_ module: String, _ name: String) { raw([0x63] + Array("\(module)\n\(name)\n".utf8)) }

  public mutating func int(_ value: Int) {
    raw([0x4A] + littleEndian(value, 4))
  }

  public mutating func text(_ text: String) {
    let bytes = Array(text.utf8)
    raw([0x58] + littleEndian(bytes.count, 4) + bytes)
  }

  public mutating func ints(_ values: [Int]) {
    mark()
    for value in values { int(value) }
    tuple()
  }

  /// A persistent id: a storage of a class of torch.
  public mutating func storage(_ key: String, count: Int, type: String = "FloatStorage") {
    mark()
    text("storage")
    global("torch", type)
    text(key)
    text("cpu")
    int(count)
    tuple()
    persistentID()
  }

  public mutating func orderedDictionary() {
    global("collections", "OrderedDict")
    emptyTuple()
    reduce()
  }

  /// A tensor as torch.save writes it: a call of `_rebuild_tensor_v2`.
  public mutating func tensor(
    key: String, storageCount: Int, offset: Int = 0, shape: [Int], strides: [Int]? = nil, type: String = "FloatStorage"
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    mark()
    storage(key, count: storageCount, type: type)
    int(offset)
    ints(shape)
    ints(strides ?? Self.rowMajor(shape))
    bool(false)
    orderedDictionary()
    tuple()
    reduce()
  }

  public static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var step = 1
    for size in shape.reversed() {
      strides.insert(step, at: 0)
      step *= max(1, size)
    }
    return strides
  }
}
