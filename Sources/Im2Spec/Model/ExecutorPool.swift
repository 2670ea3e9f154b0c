// Executors for as many workers as ask at once.

import NeuralNetworks
import Synchronization

/// Runs round trips on the calling thread; each call borrows one set of executors.
///
/// `@unchecked Sendable`: executors are only reached through the mutex, and a borrowed one is used by one thread.
final class ExecutorPool: @unchecked Sendable {
  /// Positions an executor takes at once; a larger batch is cut. Small enough that activations stay in cache.
  private static let blockSize = 16
  private let networks: BundleNetworks
  private let idle = Mutex<[ExecutorSet]>([])

  private final class ExecutorSet: @unchecked Sendable {
    let members: [FloatExecutor]
    let spec2im: FloatExecutor

    init(_ networks: BundleNetworks) {
      members = networks.im2spec.map { $0.executor(maximumBatch: ExecutorPool.blockSize) }
      spec2im = networks.spec2im.executor(maximumBatch: ExecutorPool.blockSize)
    }
  }

  init(_ networks: BundleNetworks) { self.networks = networks }

  func roundTrip(_ batch: TileBatch) -> RoundTripBatch {
    let executors = idle.withLock { $0.popLast() } ?? ExecutorSet(networks)
    defer { idle.withLock { $0.append(executors) } }
    var result = RoundTripBatch(
      count: batch.count, latents: [], spectra: [], ensembleVariance: [], tiles: [], roundTripError: [])
    let pixels = TileBatch.tilePixels
    let features = networks.usesContext ? ContextFeatures.count : 0
    for start in stride(from: 0, to: batch.count, by: Self.blockSize) {
      let count = min(Self.blockSize, batch.count - start)
      let tiles = Array(batch.tiles[start * pixels..<(start + count) * pixels])
      let context = features == 0 ? [] : Array(batch.context[start * features..<(start + count) * features])
      let predictions = executors.members.map { $0.run(tiles, side: context, count: count) }
      result.latents += executors.members[0].latents(count: count)
      let (mean, variance) = Self.meanAndVariance(predictions, count: count, channels: networks.channels)
      let back = executors.spec2im.run(mean, count: count)
      result.spectra += mean
      result.ensembleVariance += variance
      result.roundTripError += Self.meanSquaredDifference(tiles, back, count: count, size: pixels)
      result.tiles += back
    }
    return result
  }

  /// Mean over members (count, channels), and the mean over channels of their population variance (count).
  private static func meanAndVariance(_ predictions: [[Float]], count: Int, channels: Int) -> ([Float], [Float]) {
    let share = 1 / Float(predictions.count)
    var mean = [Float](repeating: 0, count: count * channels)
    for prediction in predictions { for i in mean.indices { mean[i] += prediction[i] * share } }
    var variance = [Float](repeating: 0, count: count)
    for position in 0..<count {
      var sum: Float = 0
      for prediction in predictions {
        for i in position * channels..<(position + 1) * channels {
          let difference = prediction[i] - mean[i]
          sum += difference * difference
        }
      }
      variance[position] = sum * share / Float(channels)
    }
    return (mean, variance)
  }

  private static func meanSquaredDifference(_ a: [Float], _ b: [Float], count: Int, size: Int) -> [Float] {
    (0..<count).map { position in
      var sum: Float = 0
      for i in position * size..<(position + 1) * size {
        let difference = a[i] - b[i]
        sum += difference * difference
      }
      return sum / Float(size)
    }
  }
}
