// What a checkpoint's pickle yields: plain values, containers and tensors.

/// A plain value. Dictionaries keep their order; nothing here can act.
public indirect enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case text(String)
  case bytes([UInt8])
  case list([PickleValue])
  case tuple([PickleValue])
  case dictionary([Entry])
  case tensor(TorchTensor)
  /// An object that was not rebuilt because nothing here needs it, by its class, such as an optimizer.
  case skipped(String)

  public struct Entry: Sendable {
    public var key: PickleValue
    public var value: PickleValue
  }

  /// The value under a text key; of several the last, as in Python.
  public subscript(key: String) -> PickleValue? {
    entries?.last { entry in if case .text(key) = entry.key { true } else { false } }?.value
  }

  public var entries: [Entry]? { if case .dictionary(let entries) = self { entries } else { nil } }
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var int: Int? { if case .int(let value) = self { value } else { nil } }
  public var tensor: TorchTensor? { if case .tensor(let tensor) = self { tensor } else { nil } }

  /// Python's truth of a bool or a whole number.
  public var bool: Bool? {
    switch self {
    case .bool(let value): value
    case .int(let value): value != 0
    default: nil
    }
  }

  /// Whole numbers of a tuple or list, or one number.
  public var ints: [Int]? {
    switch self {
    case .int(let value): return [value]
    case .tuple(let values), .list(let values):
      let numbers = values.compactMap(\.int)
      return numbers.count == values.count ? numbers : nil
    default: return nil
    }
  }
}
