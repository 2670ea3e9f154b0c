// Executors for as many workers as ask at once.

import ImageProcessing
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
    private let networks: BundleNetworks
    private var grids: [[Int]: GridEncoder?] = [:]

    init(_ networks: BundleNetworks) {
      self.networks = networks
      members = networks.im2spec.map { $0.executor(maximumBatch: ExecutorPool.blockSize) }
      spec2im = networks.spec2im.executor(maximumBatch: ExecutorPool.blockSize)
    }

    /// Nil where tiles so far apart are encoded faster one by one.
    func grid(rowStep: Int, columnStep: Int) -> GridEncoder? {
      if let known = grids[[rowStep, columnStep]] { return known }
      let grid = FloatNetwork.gridEncoder(networks.im2spec, rowStep: rowStep, columnStep: columnStep)
      grids[[rowStep, columnStep]] = grid
      return grid
    }
  }

  init(_ networks: BundleNetworks) { self.networks = networks }

  func roundTrip(_ batch: TileBatch) -> RoundTripBatch {
    borrowing { executors in
      var result = RoundTripBatch(
        count: 0, latents: [], spectra: [], ensembleVariance: [], tiles: [], roundTripError: [])
      for start in stride(from: 0, to: batch.count, by: Self.blockSize) {
        let count = min(Self.blockSize, batch.count - start)
        let tiles = Array(batch.tiles[start * TileBatch.tilePixels..<(start + count) * TileBatch.tilePixels])
        let context = context(batch.context, start..<start + count)
        let predictions = executors.members.map { $0.run(tiles, side: context, count: count) }
        var answer = answer(
          tiles, latents: executors.members[0].latents(count: count), predictions: predictions, count: count, executors)
        answer.spectrumSpread = Self.spread(predictions, mean: answer.spectra)
        result.append(answer)
      }
      return result
    }
  }

  /// The scores of every position of a band.
  func roundTrip(
    _ band: TileBand, keepsSpectra: Bool, checkpoint: () throws -> Void
  ) rethrows -> BandRoundTrip {
    var result = BandRoundTrip(reserving: band.count)
    try roundTrips(on: band) { batch in
      try checkpoint()
      result.append(batch, keepsSpectra: keepsSpectra)
    }
    return result
  }

  /// Round trips at every position of a band, row by row, in blocks; overlapping tiles share their convolutions.
  /// A position's answer does not depend on where the bands are cut.
  private func roundTrips(on band: TileBand, _ body: (RoundTripBatch) throws -> Void) rethrows {
    try borrowing { executors in
      let grid = executors.grid(rowStep: band.rows.step, columnStep: band.columns.step)
      let latentCount = networks.im2spec[0].plan.latentCount
      for firstRow in stride(from: 0, to: band.rows.count, by: Self.latticeRows) {
        let rows = band.rows.part(firstRow..<min(firstRow + Self.latticeRows, band.rows.count))
        let positions = firstRow * band.columns.count..<(firstRow + rows.count) * band.columns.count
        let latents = grid?.encode(
          band.image.values, Self.lattice(band.image.columns, rows, band.columns),
          side: context(band.context, positions))
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: Self.blockSize) {
          let block = start..<min(start + Self.blockSize, positions.upperBound)
          let batch = band.batch(block)
          let own = (start - positions.lowerBound) * latentCount
          let predictions: [[Float]]
          let first: [Float]
          if let latents {
            let blocks = latents.map { Array($0[own..<own + block.count * latentCount]) }
            predictions = zip(executors.members, blocks).map { $0.decode($1, count: block.count) }
            first = blocks[0]
          } else {
            predictions = executors.members.map { $0.run(batch.tiles, side: batch.context, count: block.count) }
            first = executors.members[0].latents(count: block.count)
          }
          try body(answer(batch.tiles, latents: first, predictions: predictions, count: block.count, executors))
        }
      }
    }
  }

  private static func lattice(_ imageColumns: Int, _ rows: EvenIndices, _ columns: EvenIndices) -> GridEncoder.Lattice {
    let half = TileBatch.tileEdge / 2
    return .init(
      imageColumns: imageColumns, row: rows.first - half, column: columns.first - half, rows: rows.count,
      columns: columns.count)
  }

  /// Rows of a lattice that are encoded together: enough to share most of what overlaps.
  private static let latticeRows = 48

  private func borrowing<Result>(_ body: (ExecutorSet) throws -> Result) rethrows -> Result {
    let executors = idle.withLock { $0.popLast() } ?? ExecutorSet(networks)
    defer { idle.withLock { $0.append(executors) } }
    return try body(executors)
  }

  /// The context of some positions; nothing for networks that see the tile alone.
  private func context(_ features: [Float], _ positions: Range<Int>) -> [Float] {
    guard networks.usesContext else { return [] }
    return Array(
      features[positions.lowerBound * ContextFeatures.count..<positions.upperBound * ContextFeatures.count])
  }

  /// What members' predictions say about tiles, and the way back.
  private func answer(
    _ tiles: [Float], latents: [Float], predictions: [[Float]], count: Int, _ executors: ExecutorSet
  ) -> RoundTripBatch {
    let (mean, variance) = Self.meanAndVariance(predictions, count: count, channels: networks.channels)
    let back = executors.spec2im.run(mean, count: count)
    return RoundTripBatch(
      count: count, latents: latents, spectra: mean, ensembleVariance: variance, tiles: back,
      roundTripError: Self.meanSquaredDifference(tiles, back, count: count, size: TileBatch.tilePixels))
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

  /// Population standard deviation over members, (count, channels).
  private static func spread(_ predictions: [[Float]], mean: [Float]) -> [Float] {
    mean.indices.map { i in
      let sum = predictions.reduce(Float(0)) { $0 + ($1[i] - mean[i]) * ($1[i] - mean[i]) }
      return (sum / Float(predictions.count)).squareRoot()
    }
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
