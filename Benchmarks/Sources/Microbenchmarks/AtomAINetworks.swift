// AtomAI's two networks at their defaults: 64 filters, batch norm, tiles of 16×16, spectra of 200 channels, 10 latents.

import NeuralNetworks

enum AtomAINetworks {
  static let im2spec = Architecture(
    input: tile, encoder: blocks("conv", 3) + [.dense(name: "fc", outputs: 10)],
    decoder: decoder(from: TensorShape(channels: 64, extents: [200]), upsampling: []))

  static let spec2im = Architecture(
    input: TensorShape(channels: 1, extents: [200]),
    encoder: [.averagePool(window: 16)] + blocks("conv", 3) + [.dense(name: "fc", outputs: 10)],
    decoder: decoder(from: TensorShape(channels: 64, extents: [4, 4]), upsampling: ["up1", "up2"]))

  private static let tile = TensorShape(channels: 1, extents: [16, 16])

  private static func blocks(_ stem: String, _ count: Int) -> [Layer] { (1...count).flatMap { block("\(stem)\($0)") } }

  private static func block(_ name: String, filters: Int = 64, dilation: Int = 1) -> [Layer] {
    [
      .convolution(name: name, filters: filters, kernel: 3, dilation: dilation), .leakyReLU(slope: 0.1),
      .batchNorm(name: "\(name).bn", epsilon: 1e-5),
    ]
  }

  private static func decoder(from start: TensorShape, upsampling: [String]) -> [Layer] {
    [.dense(name: "fc", outputs: start.count), .reshape(start)]
      + upsampling.flatMap { block($0) + [.upsampleNearest(factor: 2)] }
      + [.cascade(levels: (1...4).map { block("dil\($0)", dilation: $0) }, summing: .everyLayer)]
      + block("conv", filters: 1) + [.convolution(name: "out", filters: 1, kernel: 1, dilation: 1)]
  }
}
