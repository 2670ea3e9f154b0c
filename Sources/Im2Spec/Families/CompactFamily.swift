// The shipped networks: small, without batch norm (METHOD: 16 filters, leaky ReLU 0.1, summed dilated cascade).

import NeuralNetworks

/// Architectures of the project's own two networks.
public enum CompactFamily {
  /// Numbers about a tile's surroundings that a context network takes beside the tile.
  public static let contextCount = ContextFeatures.count
  static let slope = 0.1
  private static let encoderFilters = 16
  private static let spectrumFilters = 8
  private static let spectrumEncoderFilters = 32
  private static let contextOutputs = 16

  /// Image tile (1, 16, 16) → latents → spectrum (1, channels).
  public static func im2spec(latents: Int, channels: Int, context: Bool) -> Architecture {
    var encoder: [Layer] = []
    for index in 1...3 { encoder += convolution("conv\(index)", encoderFilters) }
    if context {
      encoder.append(
        .joinSide(layers: [
          .standardise(name: "context_scale"), .dense(name: "context", outputs: contextOutputs),
          .leakyReLU(slope: slope),
        ]))
    }
    encoder.append(.dense(name: "fc", outputs: latents))
    let signal = TensorShape(channels: spectrumFilters, extents: [channels])
    return Architecture(
      input: TensorShape(channels: 1, extents: [TileBatch.tileEdge, TileBatch.tileEdge]),
      sideCount: context ? contextCount : 0, encoder: encoder,
      decoder: [
        .dense(name: "fc", outputs: signal.count), .reshape(signal), cascade(spectrumFilters),
        .convolution(name: "out", filters: 1, kernel: 3, dilation: 1),
      ])
  }

  /// Spectrum (1, channels) → latents → image tile (1, 16, 16).
  public static func spec2im(latents: Int, channels: Int) -> Architecture {
    var encoder: [Layer] = [.averagePool(window: 16)]
    for index in 1...4 { encoder += convolution("conv\(index)", spectrumEncoderFilters) }
    encoder.append(.dense(name: "fc", outputs: latents))
    let quarter = TensorShape(
      channels: encoderFilters, extents: [TileBatch.tileEdge / 4, TileBatch.tileEdge / 4])
    let decoder: [Layer] =
      [.dense(name: "fc", outputs: quarter.count), .reshape(quarter)]
      + convolution("up1", encoderFilters) + [.upsampleNearest(factor: 2)]
      + convolution("up2", encoderFilters) + [.upsampleNearest(factor: 2), cascade(encoderFilters)]
      + [.convolution(name: "out", filters: 1, kernel: 3, dilation: 1)]
    return Architecture(
      input: TensorShape(channels: 1, extents: [channels]), encoder: encoder, decoder: decoder)
  }

  private static func convolution(_ name: String, _ filters: Int, dilation: Int = 1) -> [Layer] {
    [.convolution(name: name, filters: filters, kernel: 3, dilation: dilation), .leakyReLU(slope: slope)]
  }

  private static func cascade(_ filters: Int) -> Layer {
    .cascade(levels: (1...4).map { convolution("dil\($0)", filters, dilation: $0) }, summing: .lastOfEachLevel)
  }
}
