// Layers found by the names and shapes of their tensors.

import NeuralNetworks

/// Looks tensors up under one network's prefix.
struct NamedLayers {
  var file: SafetensorsFile
  var prefix: String

  var isUpsampled: Bool { file.tensors["\(prefix).dec.up1.weight"] != nil }

  func size(_ name: String, _ axis: Int) throws(ArchitectureError) -> Int {
    guard let shape = file.tensors["\(prefix).\(name)"]?.shape, shape.count > axis, shape[axis] > 0 else {
      throw ArchitectureError("tensor \"\(prefix).\(name)\" is missing or has too few dimensions")
    }
    return shape[axis]
  }

  /// Convolution, activation and, where the file has it, batch norm.
  func block(_ part: String, _ name: String, dilation: Int = 1) throws(ArchitectureError) -> [Layer] {
    let filters = try size("\(part).\(name).weight", 0)
    let kernel = try size("\(part).\(name).weight", 2)
    var layers: [Layer] = [
      .convolution(name: name, filters: filters, kernel: kernel, dilation: dilation),
      .leakyReLU(slope: AtomAIFamily.slope),
    ]
    if file.tensors["\(prefix).\(part).\(name).bn.weight"] != nil {
      layers.append(.batchNorm(name: "\(name).bn", epsilon: AtomAIFamily.epsilon))
    }
    return layers
  }

  /// How many layers `<stem>1…` there are.
  func numbered(_ stem: String) -> Int {
    (1...256).prefix { file.tensors["\(prefix).\(stem)\($0).weight"] != nil }.count
  }

  func blocks(_ part: String, _ stem: String) throws(ArchitectureError) -> [Layer] {
    var layers: [Layer] = []
    for index in 1...max(1, numbered("\(part).\(stem)")) { layers += try block(part, "\(stem)\(index)") }
    return layers
  }

  func lastEncoderFilters() throws(ArchitectureError) -> Int {
    try size("enc.conv\(max(1, numbered("enc.conv"))).weight", 0)
  }

  /// Cascade and output. A `dec.conv` makes it AtomAI's (sum of every tensor, 1×1 output); without one it is
  /// the compact family's (sum of the levels, one output convolution).
  func tail() throws(ArchitectureError) -> [Layer] {
    var levels: [[Layer]] = []
    for level in 1...max(1, numbered("dec.dil")) {
      levels.append(try block("dec", "dil\(level)", dilation: level))
    }
    let isAtomAI = file.tensors["\(prefix).dec.conv.weight"] != nil
    let output = Layer.convolution(
      name: "out", filters: 1, kernel: try size("dec.out.weight", 2), dilation: 1)
    guard isAtomAI else { return [.cascade(levels: levels, summing: .lastOfEachLevel), output] }
    return try [.cascade(levels: levels, summing: .everyLayer)] + block("dec", "conv") + [output]
  }
}
