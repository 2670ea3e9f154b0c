// AtomAI's checkpoints: where in the dictionary the tensors are, and what stands beside them.

import Im2Spec
import NeuralNetworks
import TorchCheckpoint

/// `save_model` writes a dictionary of meta data with the state dictionary under `weights`; an ensemble has one for
/// each number there. Other programs of torch save the state dictionary itself.
enum CheckpointReading {
  private static let weightKeys = ["weights", "state_dict", "model_state_dict"]
  /// More members than anybody trains.
  private static let largestEnsemble = 64

  static func networks(in contents: PickleValue, file: String) throws -> [FoundNetwork] {
    guard let entries = contents.entries else {
      throw WorkshopError("\(file): holds no dictionary; AtomAI's save_model writes one")
    }
    if let type = contents["model_type"], type.text != "imspec" {
      throw WorkshopError(
        "\(file): an AtomAI model of type \"\(type.text ?? "?")\"; ImSpec networks (type \"imspec\") can be imported")
    }
    if entries.contains(where: { $0.value.tensor != nil }) {
      return [try network(contents, AtomAIDescription(), file: file)]
    }
    guard let weights = weightKeys.lazy.compactMap({ contents[$0] }).first, let parts = weights.entries else {
      let keys = entries.prefix(12).compactMap(\.key.text).joined(separator: ", ")
      throw WorkshopError(
        "\(file): neither an AtomAI checkpoint (keys model_type, weights) nor a state dictionary; its keys: \(keys)")
    }
    let description = AtomAIDescription(checkpoint: contents)
    guard parts.contains(where: { $0.key.int != nil }) else { return [try network(weights, description, file: file)] }
    guard parts.count <= largestEnsemble else {
      throw WorkshopError("\(file): an ensemble of \(parts.count) members; at most \(largestEnsemble) are read")
    }
    return try parts.enumerated().map { try network($1.value, description, file: file, member: $0 + 1) }
  }

  private static func network(
    _ state: PickleValue, _ description: AtomAIDescription, file: String, member: Int? = nil
  ) throws -> FoundNetwork {
    var tensors = SafetensorsFile()
    for entry in state.entries ?? [] {
      guard let name = entry.key.text, let tensor = entry.value.tensor else {
        throw WorkshopError("\(file): its state dictionary holds something that is no named tensor")
      }
      guard !name.hasSuffix(".num_batches_tracked") else { continue }
      guard tensor.isFloatingPoint else {
        throw WorkshopError("\(file): tensor \"\(name)\" holds whole numbers; weights are floating-point numbers")
      }
      do {
        tensors.set(StateName.bare(name), shape: tensor.shape, floats: try tensor.floats())
      } catch { throw WorkshopError("\(file): tensor \"\(name)\": \(error)") }
    }
    return try FoundNetwork(file: file, member: member, tensors: tensors, description: description)
  }
}

enum StateName {
  /// Without the prefix that torch's DataParallel adds.
  static func bare(_ name: String) -> String { name.hasPrefix("module.") ? String(name.dropFirst(7)) : name }
}

extension AtomAIDescription {
  /// From the keys beside the weights.
  init(checkpoint: PickleValue) {
    self.init()
    inputExtents = checkpoint["in_dim"]?.ints
    outputExtents = checkpoint["out_dim"]?.ints
    latents = checkpoint["latent_dim"]?.int
    encoderLayers = checkpoint["nblayers_encoder"]?.int
    decoderLayers = checkpoint["nblayers_decoder"]?.int
    encoderFilters = checkpoint["nbfilters_encoder"]?.int
    decoderFilters = checkpoint["nbfilters_decoder"]?.int
    usesBatchNorm = (checkpoint["batchnorm"] ?? checkpoint["batch_norm"])?.bool
    pooling = checkpoint["encoder_downsampling"].flatMap { $0.int ?? $0.bool.map { $0 ? 1 : 0 } }
    isUpsampled = checkpoint["decoder_upsampling"]?.bool
  }

  /// From a safetensors file's metadata: the same keys, their values as Python prints them.
  init(metadata: [String: String]) {
    self.init()
    func ints(_ key: String) -> [Int]? {
      metadata[key].map { $0.split { !$0.isNumber }.compactMap { Int($0) } }.flatMap { $0.isEmpty ? nil : $0 }
    }
    func bool(_ key: String) -> Bool? {
      switch metadata[key]?.lowercased() {
      case "true", "1": true
      case "false", "0": false
      default: nil
      }
    }
    inputExtents = ints("in_dim")
    outputExtents = ints("out_dim")
    latents = ints("latent_dim")?.first
    encoderLayers = ints("nblayers_encoder")?.first
    decoderLayers = ints("nblayers_decoder")?.first
    encoderFilters = ints("nbfilters_encoder")?.first
    decoderFilters = ints("nbfilters_decoder")?.first
    usesBatchNorm = bool("batchnorm") ?? bool("batch_norm")
    pooling = ints("encoder_downsampling")?.first
    isUpsampled = bool("decoder_upsampling")
  }
}
