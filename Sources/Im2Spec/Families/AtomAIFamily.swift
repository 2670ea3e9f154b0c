// AtomAI's ImSpec networks, their layers read off the names and shapes of a file's tensors.

import NeuralNetworks

/// Architectures in AtomAI's manner: convolution → leaky ReLU → batch norm, cascades that sum every tensor.
///
/// Source: pycroscopy/atomai `nets/ed.py` (SignalED). Tensor names `{im2spec|spec2im}.{enc|dec}.<layer>.…`
/// with layers `enc.conv1…`, `enc.fc`, `dec.fc`, `dec.up1`, `dec.up2`, `dec.dil1…`, `dec.conv`, `dec.out`.
enum AtomAIFamily {
  private static let slope = 0.1
  private static let epsilon = 1e-5
  /// AtomAI's decoders start at a quarter of the size and double it twice.
  private static let upsampling = 4

  /// - Parameter channels: spectrum length, read off im2spec's decoder.
  static func im2spec(in file: SafetensorsFile) throws(ArchitectureError) -> (architecture: Architecture, channels: Int)
  {
    let names = Names(file: file, prefix: "im2spec")
    let filters = try names.size("enc.conv1.weight", 0)
    let latents = try names.size("enc.fc.weight", 0)
    let pixels = try names.size("enc.fc.weight", 1) / filters
    let edge = Int(Double(pixels).squareRoot().rounded())
    guard edge * edge == pixels else { throw ArchitectureError("im2spec takes \(pixels) pixels, not a square tile") }
    let decoderFilters = try names.size("dec.dil1.weight", 0)
    let channels = try names.size("dec.fc.weight", 0) / decoderFilters
    let encoder = try names.blocks("enc.conv") + [.dense(name: "fc", outputs: latents)]
    let signal = TensorShape(channels: decoderFilters, extents: [channels])
    let decoder = try [.dense(name: "fc", outputs: signal.count), .reshape(signal)] + names.tail()
    return (
      Architecture(input: TensorShape(channels: 1, extents: [edge, edge]), encoder: encoder, decoder: decoder), channels
    )
  }

  static func spec2im(in file: SafetensorsFile, channels: Int, tileEdge: Int) throws(ArchitectureError) -> Architecture
  {
    let names = Names(file: file, prefix: "spec2im")
    let filters = try names.size("enc.conv1.weight", 0)
    let latents = try names.size("enc.fc.weight", 0)
    let pooled = try names.size("enc.fc.weight", 1) / filters
    var encoder: [Layer] = []
    if pooled != channels { encoder.append(.averagePool(window: try poolingWindow(channels, pooled))) }
    encoder += try names.blocks("enc.conv") + [.dense(name: "fc", outputs: latents)]
    let decoderFilters = try names.size("dec.dil1.weight", 0)
    let isUpsampled = file.tensors["spec2im.dec.up1.weight"] != nil
    let edge = isUpsampled ? tileEdge / upsampling : tileEdge
    let image = TensorShape(channels: decoderFilters, extents: [edge, edge])
    var decoder: [Layer] = [.dense(name: "fc", outputs: image.count), .reshape(image)]
    if isUpsampled {
      for name in ["up1", "up2"] { decoder += try names.block("dec", name) + [.upsampleNearest(factor: 2)] }
    }
    decoder += try names.tail()
    return Architecture(
      input: TensorShape(channels: 1, extents: [channels]), encoder: encoder, decoder: decoder)
  }

  /// The window that turns `channels` into `pooled` values; a power of two where several would.
  private static func poolingWindow(_ channels: Int, _ pooled: Int) throws(ArchitectureError) -> Int {
    let windows = (1...max(1, channels)).filter { channels / $0 == pooled }
    guard let window = windows.first(where: { $0 & ($0 - 1) == 0 }) ?? windows.first else {
      throw ArchitectureError("no pooling window turns \(channels) channels into \(pooled)")
    }
    return window
  }

  /// Looks tensors up under one network's prefix.
  private struct Names {
    var file: SafetensorsFile
    var prefix: String

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
        .convolution(name: name, filters: filters, kernel: kernel, dilation: dilation), .leakyReLU(slope: slope),
      ]
      if file.tensors["\(prefix).\(part).\(name).bn.weight"] != nil {
        layers.append(.batchNorm(name: "\(name).bn", epsilon: epsilon))
      }
      return layers
    }

    private func numbered(_ stem: String) -> Int {
      (1...256).prefix { file.tensors["\(prefix).\(stem)\($0).weight"] != nil }.count
    }

    func blocks(_ stem: String) throws(ArchitectureError) -> [Layer] {
      let parts = stem.split(separator: ".").map(String.init)
      var layers: [Layer] = []
      for index in 1...max(1, numbered(stem)) { layers += try block(parts[0], "\(parts[1])\(index)") }
      return layers
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
}
