// From the names of AtomAI's state dictionaries to this project's. Whatever has no place here is refused by name.

import NeuralNetworks

/// Names such as `encoder.conv.block.3.weight`: the numbers count the modules of a `Sequential`, in AtomAI
/// convolution, leaky ReLU and, with batch norm, its statistics: 3 modules a layer with it, 2 without.
enum AtomAINames {
  /// AtomAI's sequences and what their layers are called here; the second form has one layer only.
  private static let sequences: [(stem: String, name: String, isNumbered: Bool)] = [
    ("encoder.conv.block", "enc.conv", true), ("decoder.deconv1.block", "dec.up1", false),
    ("decoder.deconv2.block", "dec.up2", false), ("decoder.dilblock.atrous_module", "dec.dil", true),
    ("decoder.conv.block", "dec.conv", false),
  ]
  private static let single = ["encoder.fc": "enc.fc", "decoder.fc": "dec.fc", "decoder.out": "dec.out"]
  private static let normSuffixes = ["weight": "weight", "bias": "bias", "running_mean": "mean", "running_var": "var"]
  /// AtomAI pads its convolutions by the dilation, which keeps the size for this kernel only.
  private static let kernel = 3

  static func areUsed(in file: SafetensorsFile) -> Bool {
    file.tensors.keys.contains { $0.hasPrefix("encoder.") || $0.hasPrefix("decoder.") }
  }

  /// The tensors as `<prefix>.<our name>`.
  static func translated(_ file: SafetensorsFile, prefix: String) throws -> SafetensorsFile {
    var result = SafetensorsFile()
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) where !name.hasSuffix(".num_batches_tracked") {
      let ours = try ourName(name, in: file)
      result.set("\(prefix).\(ours)", shape: tensor.shape, floats: try file.floats(name))
    }
    return result
  }

  private static func ourName(_ name: String, in file: SafetensorsFile) throws(ArchitectureError) -> String {
    guard let dot = name.lastIndex(of: ".") else { throw unknown(name) }
    let (stem, suffix) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
    if let layer = single[stem], ["weight", "bias"].contains(suffix) { return "\(layer).\(suffix)" }
    guard let end = stem.lastIndex(of: "."), let module = Int(stem[stem.index(after: end)...]),
      let sequence = sequences.first(where: { $0.stem == stem[..<end] })
    else { throw unknown(name) }
    func has(_ index: Int, _ suffix: String) -> Bool { file.tensors["\(sequence.stem).\(index).\(suffix)"] != nil }
    let stride = has(2, "running_mean") ? 3 : 2
    let isNorm = has(module, "running_mean")
    let layer = module / stride
    guard (0..<256).contains(layer), module % stride == (isNorm ? 2 : 0), sequence.isNumbered || layer == 0 else {
      throw ArchitectureError(
        "module \(module) of \(sequence.stem) is not where AtomAI's order convolution, leaky ReLU, batch norm has one")
    }
    let place = sequence.isNumbered ? "\(sequence.name)\(layer + 1)" : sequence.name
    if isNorm {
      guard let ours = normSuffixes[suffix] else { throw unknown(name) }
      return "\(place).bn.\(ours)"
    }
    guard ["weight", "bias"].contains(suffix) else { throw unknown(name) }
    if suffix == "weight" { try checkConvolution(name, file.tensors[name]?.shape ?? []) }
    return "\(place).\(suffix)"
  }

  private static func checkConvolution(_ name: String, _ shape: [Int]) throws(ArchitectureError) {
    guard (3...4).contains(shape.count) else {
      let dimensions = shape.count - 2
      throw ArchitectureError(
        "tensor \"\(name)\" of shape \(shape) is no convolution of a signal or an image"
          + (dimensions > 2 ? ": \(dimensions)-D convolutions are not supported" : ""))
    }
    guard shape.dropFirst(2).allSatisfy({ $0 == kernel }) else {
      throw ArchitectureError(
        "tensor \"\(name)\" has a kernel of \(shape.dropFirst(2).map(String.init).joined(separator: "×")); "
          + "AtomAI's ImSpec has \(kernel)")
    }
  }

  private static func unknown(_ name: String) -> ArchitectureError {
    ArchitectureError(
      "tensor \"\(name)\" belongs to no layer of AtomAI's ImSpec (convolutions, batch norm, dilated cascade, dense); "
        + "networks with other layers, such as transposed convolutions, cannot be imported")
  }
}
