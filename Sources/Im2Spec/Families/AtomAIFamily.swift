// AtomAI's ImSpec networks, their layers read off the names and shapes of a file's tensors.

import NeuralNetworks

/// Architectures in AtomAI's manner: convolution → leaky ReLU → batch norm, cascades that sum every tensor.
///
/// Source: pycroscopy/atomai `nets/ed.py` (SignalED). Tensor names `{im2spec|spec2im}.{enc|dec}.<layer>.…`
/// with layers `enc.conv1…`, `enc.fc`, `dec.fc`, `dec.up1`, `dec.up2`, `dec.dil1…`, `dec.conv`, `dec.out`.
enum AtomAIFamily {
  static let slope = 0.1
  static let epsilon = 1e-5
  /// AtomAI's decoders start at a quarter of the size and double it twice.
  private static let upsampling = 4

  /// - Parameter channels: spectrum length, read off im2spec's decoder.
  static func im2spec(in file: SafetensorsFile) throws(ArchitectureError) -> (architecture: Architecture, channels: Int)
  {
    let layers = NamedLayers(file: file, prefix: NetworkDirection.im2spec.rawValue)
    let pixels = try encodedCount(layers)
    let edge = Int(Double(pixels).squareRoot().rounded())
    guard edge * edge == pixels else { throw ArchitectureError("im2spec takes \(pixels) pixels, not a square tile") }
    let channels = try decodedCount(layers)
    return (try architecture(layers, input: [edge, edge], output: [channels]), channels)
  }

  static func spec2im(in file: SafetensorsFile, channels: Int, tileEdge: Int) throws(ArchitectureError) -> Architecture
  {
    let layers = NamedLayers(file: file, prefix: NetworkDirection.spec2im.rawValue)
    return try architecture(layers, input: [channels], output: [tileEdge, tileEdge])
  }

  /// The layers of one network between known sizes.
  /// - Parameter pooling: the window that the file states, 0 for none; nil: the one that fits.
  static func architecture(_ layers: NamedLayers, input: [Int], output: [Int], pooling: Int? = nil)
    throws(ArchitectureError) -> Architecture
  {
    let latents = try layers.size("enc.fc.weight", 0)
    let window = try poolingWindow(input, encoded: encodedCount(layers), stated: pooling)
    let encoder: [Layer] =
      (window == 1 ? [] : [.averagePool(window: window)]) + (try layers.blocks("enc", "conv"))
      + [.dense(name: "fc", outputs: latents)]
    let start = TensorShape(
      channels: try layers.size("dec.dil1.weight", 0),
      extents: layers.isUpsampled ? output.map { $0 / upsampling } : output)
    var decoder: [Layer] = [.dense(name: "fc", outputs: start.count), .reshape(start)]
    if layers.isUpsampled {
      for name in ["up1", "up2"] { decoder += try layers.block("dec", name) + [.upsampleNearest(factor: 2)] }
    }
    decoder += try layers.tail()
    return Architecture(input: TensorShape(channels: 1, extents: input), encoder: encoder, decoder: decoder)
  }

  /// Values a channel that the encoder's dense layer reads.
  private static func encodedCount(_ layers: NamedLayers) throws(ArchitectureError) -> Int {
    let (inputs, filters) = (try layers.size("enc.fc.weight", 1), try layers.lastEncoderFilters())
    guard inputs.isMultiple(of: filters) else {
      throw ArchitectureError("enc.fc reads \(inputs) values, which \(filters) filters cannot give")
    }
    return inputs / filters
  }

  /// Values that the decoder gives: those of its dense layer, doubled twice in each dimension where it up-samples.
  /// Right for signals only.
  static func decodedCount(_ layers: NamedLayers) throws(ArchitectureError) -> Int {
    let (outputs, filters) = (try layers.size("dec.fc.weight", 0), try layers.size("dec.dil1.weight", 0))
    guard outputs.isMultiple(of: filters) else {
      throw ArchitectureError("dec.fc gives \(outputs) values, which \(filters) filters cannot take")
    }
    return outputs / filters * (layers.isUpsampled ? upsampling : 1)
  }

  /// The window that turns the input into `encoded` values; a power of two where several would.
  private static func poolingWindow(_ input: [Int], encoded: Int, stated: Int?) throws(ArchitectureError) -> Int {
    func pooled(_ window: Int) -> Int { input.reduce(1) { $0 * ($1 / window) } }
    if let stated {
      guard stated >= 0, pooled(max(1, stated)) == encoded else {
        throw ArchitectureError(
          "pooling \(input) by \(stated) gives \(pooled(max(1, stated))) values; enc.fc reads \(encoded) a filter")
      }
      return max(1, stated)
    }
    let windows = (1...max(1, input.min() ?? 1)).filter { pooled($0) == encoded }
    guard let window = windows.first(where: { $0 & ($0 - 1) == 0 }) ?? windows.first else {
      throw ArchitectureError("no pooling window turns \(input) into the \(encoded) values that enc.fc reads")
    }
    return window
  }
}
