// Checkpoints as AtomAI's save_model writes them, with chosen tensors and keys.

import Foundation

public struct AtomAICheckpoint: Sendable {
  public enum Value: Sendable {
    case int(Int), bool(Bool), text(String), ints([Int])
  }

  public var keys: [(name: String, value: Value)] = []
  public var tensors: [(name: String, shape: [Int], values: [Float])] = []
  /// An Adam object beside the weights, as AtomAI saves.
  public var hasOptimizer = true

  public init() {}

  public var data: Data {
    var pickle = PickleWriter()
    var storages: [String: [UInt8]] = [:]
    pickle.emptyDictionary()
    pickle.mark()
    for key in keys {
      pickle.text(key.name)
      switch key.value {
      case .int(let value): pickle.int(value)
      case .bool(let value): pickle.bool(value)
      case .text(let text): pickle.text(text)
      case .ints(let values): pickle.ints(values)
      }
    }
    pickle.text("weights")
    writeState(&pickle, &storages)
    pickle.text("optimizer")
    if hasOptimizer { Self.writeOptimizer(&pickle) } else { pickle.none() }
    pickle.setItems()
    pickle.stop()
    return TorchArchive(pickle: pickle.bytes, storages: storages).data
  }

  /// An OrderedDict with the attribute `_metadata`, as `state_dict()` returns.
  private func writeState(_ pickle: inout PickleWriter, _ storages: inout [String: [UInt8]]) {
    pickle.orderedDictionary()
    pickle.mark()
    for (index, tensor) in tensors.enumerated() {
      pickle.text(tensor.name)
      pickle.tensor(key: "\(index)", storageCount: tensor.values.count, shape: tensor.shape)
      storages["\(index)"] = TorchArchive.bytes(tensor.values)
    }
    pickle.setItems()
    pickle.emptyDictionary()
    pickle.mark()
    pickle.text("_metadata")
    pickle.orderedDictionary()
    pickle.setItems()
    pickle.build()
  }

  private static func writeOptimizer(_ pickle: inout PickleWriter) {
    pickle.global("torch.optim.adam", "Adam")
    pickle.emptyTuple()
    pickle.newObject()
    pickle.emptyDictionary()
    pickle.mark()
    pickle.text("state")
    pickle.global("collections", "defaultdict")
    pickle.mark()
    pickle.global("__builtin__", "dict")
    pickle.tuple()
    pickle.reduce()
    pickle.setItems()
    pickle.build()
  }
}
