// im2spec and spec2im seen alike: features in, latents, targets out.

import Im2Spec
import ModelWorkshop
import NeuralNetworks

/// Which way a network goes.
enum Direction: String, CaseIterable, Sendable {
  case im2spec, spec2im

  func network(_ networks: LatentNetworks) -> FloatNetwork {
    self == .im2spec ? networks.im2spec : networks.spec2im
  }

  /// (n, size) what the network is shown.
  func features(_ image: AnalysedImage) -> [Float] { self == .im2spec ? image.tiles : image.spectra }

  /// (n, size) what it has to say.
  func targets(_ image: AnalysedImage) -> [Float] { self == .im2spec ? image.spectra : image.tiles }

  func predictions(_ fold: OutOfFold) -> [Float] { self == .im2spec ? fold.spectra : fold.tiles }

  /// The mean training target of each position's fold.
  func baseline(_ fold: OutOfFold) -> [Float] { self == .im2spec ? fold.meanSpectra : fold.meanTiles }

  func featureSize(_ image: AnalysedImage) -> Int { self == .im2spec ? TileBatch.tilePixels : image.channels }

  func targetSize(_ image: AnalysedImage) -> Int { self == .im2spec ? image.channels : TileBatch.tilePixels }

  /// What one target is called.
  var targetName: String { self == .im2spec ? "spectrum" : "tile" }
  var featureName: String { self == .im2spec ? "tile" : "spectrum" }
}

extension FloatNetwork {
  private static let blockSize = 64

  /// Outputs of the whole network for (n, size) inputs.
  func outputs(_ inputs: [Float], count: Int) -> [Float] {
    blocks(inputs, count: count) { executor, block, count in executor.run(block, count: count) }
  }

  /// (n, latents).
  func encoded(_ inputs: [Float], count: Int) -> [Float] {
    blocks(inputs, count: count) { executor, block, count in executor.encode(block, count: count) }
  }

  /// Outputs of the decoder for (n, latents).
  func decoded(_ latents: [Float], count: Int) -> [Float] {
    blocks(latents, count: count) { executor, block, count in executor.decode(block, count: count) }
  }

  private func blocks(_ values: [Float], count: Int, _ run: (FloatExecutor, [Float], Int) -> [Float]) -> [Float] {
    guard count > 0 else { return [] }
    let executor = executor(maximumBatch: min(count, Self.blockSize))
    let size = values.count / count
    var result: [Float] = []
    for start in stride(from: 0, to: count, by: Self.blockSize) {
      let end = min(start + Self.blockSize, count)
      result += run(executor, Array(values[start * size..<end * size]), end - start)
    }
    return result
  }
}
