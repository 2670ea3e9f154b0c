// One network from a file that says little: direction, sizes and layers follow from its tensors.

import NeuralNetworks

/// An im2spec or spec2im network in AtomAI's manner, or in that of the compact family without context.
public struct AtomAINetwork: Sendable {
  public let direction: NetworkDirection
  public let network: FloatNetwork

  /// The direction, from the first convolution: of an image or of a signal.
  /// - Throws: `ArchitectureError` when there is none, or it is 3-D.
  public static func direction(of tensors: SafetensorsFile) throws(ArchitectureError) -> NetworkDirection {
    let names = ["enc.conv1.weight", "encoder.conv.block.0.weight"]
    guard let name = names.first(where: { tensors.tensors[$0] != nil }), let shape = tensors.tensors[name]?.shape else {
      throw ArchitectureError(
        "neither \"\(names[1])\" (AtomAI's name) nor \"\(names[0])\" is there: no ImSpec network; other models, such as "
          + "AtomAI's Segmentor or VAE, cannot be imported")
    }
    switch shape.count {
    case 3: return .spec2im
    case 4: return .im2spec
    default:
      throw ArchitectureError(
        "tensor \"\(name)\" of shape \(shape): \(shape.count - 2)-D convolutions are not supported")
    }
  }

  /// - Parameters:
  ///   - tensors: one network's, in AtomAI's names or this project's without prefix.
  ///   - channels: length of the spectra, for a spec2im network whose file does not say it.
  /// - Throws: `ArchitectureError` or `SafetensorsError` naming the tensor or the key that does not fit.
  public init(_ tensors: SafetensorsFile, description: AtomAIDescription, channels: Int? = nil) throws {
    direction = try Self.direction(of: tensors)
    let prefix = direction.rawValue
    let file = try Self.named(tensors, prefix: prefix)
    let layers = NamedLayers(file: file, prefix: prefix)
    let tile = [TileBatch.tileEdge, TileBatch.tileEdge]
    let (input, output): ([Int], [Int])
    switch direction {
    case .im2spec: (input, output) = (description.inputExtents ?? tile, [try AtomAIFamily.decodedCount(layers)])
    case .spec2im:
      guard let length = description.inputExtents ?? channels.map({ [$0] }) else {
        throw ArchitectureError(
          "a spec2im network without \"in_dim\": the number of channels is not in the file; import it with its im2spec, "
            + "or give the energy axis")
      }
      (input, output) = (length, description.outputExtents ?? tile)
    }
    guard (input + output).allSatisfy({ (1...65536).contains($0) }), input.count != output.count else {
      throw ArchitectureError("\(input) → \(output) leads neither from an image to a spectrum nor back")
    }
    try description.check(layers, outputs: output)
    let plan = try NetworkPlan(
      AtomAIFamily.architecture(layers, input: input, output: output, pooling: description.pooling))
    guard plan.output == TensorShape(channels: 1, extents: output) else {
      throw ArchitectureError("the decoder gives \(plan.output.extents), not \(output)")
    }
    let known = Set(plan.parameters.map { "\(prefix).\($0.name)" })
    if let stranger = file.tensors.keys.filter({ !known.contains($0) }).min() {
      throw ArchitectureError("tensor \"\(stranger)\" belongs to no layer of this network")
    }
    network = try FloatNetwork(plan: plan, prefix: prefix, in: file)
  }

  private static func named(_ tensors: SafetensorsFile, prefix: String) throws -> SafetensorsFile {
    if AtomAINames.areUsed(in: tensors) { return try AtomAINames.translated(tensors, prefix: prefix) }
    var file = SafetensorsFile()
    for (name, tensor) in tensors.tensors {
      file.set("\(prefix).\(name)", shape: tensor.shape, floats: try tensors.floats(name))
    }
    return file
  }
}
