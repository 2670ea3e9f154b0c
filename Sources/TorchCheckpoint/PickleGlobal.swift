// The closed list of globals that a pickle may name. None is looked up or called: each stands for a rule of ours.

enum PickleGlobal: Equatable, Sendable {
  case orderedDictionary
  case defaultDictionary
  /// The factory of a default dictionary.
  case dictionaryClass
  case size
  case rebuildTensor
  case rebuildParameter
  case storage(ScalarType)
  case numpyScalar
  case numpyType
  /// How protocol 2 writes bytes: as text in Latin-1.
  case encode
  /// AtomAI saves the optimizer as an object; it is skipped.
  case optimizer(String)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("__builtin__", "dict"), ("builtins", "dict"): self = .dictionaryClass
    case ("torch", "Size"): self = .size
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .numpyScalar
    case ("numpy", "dtype"): self = .numpyType
    case ("_codecs", "encode"): self = .encode
    case ("torch", _):
      guard let type = ScalarType(rawValue: name) else { return nil }
      self = .storage(type)
    default:
      guard Self.optimizers.contains("\(module).\(name)") else { return nil }
      self = .optimizer("\(module).\(name)")
    }
  }

  private static let optimizers: Set<String> = Set(
    [
      "adadelta.Adadelta", "adagrad.Adagrad", "adam.Adam", "adamax.Adamax", "adamw.AdamW", "asgd.ASGD", "nadam.NAdam",
      "radam.RAdam", "rmsprop.RMSprop", "rprop.Rprop", "sgd.SGD",
    ].map { "torch.optim.\($0)" })

  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .defaultDictionary: "collections.defaultdict"
    case .dictionaryClass: "builtins.dict"
    case .size: "torch.Size"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storage(let type): "torch.\(type.rawValue)"
    case .numpyScalar: "numpy.core.multiarray.scalar"
    case .numpyType: "numpy.dtype"
    case .encode: "_codecs.encode"
    case .optimizer(let name): name
    }
  }
}
