// Raw scores at every point of the scoring grid, in fixed blocks that any number of workers may share.

import Im2Spec
import Microscopy

/// What the networks and the training set say about every grid point, row-major.
struct GridScores: Sendable {
  var raw = RawScores.empty
  /// Mean of each tile: low in vacuum.
  var tileMeans: [Double] = []
  /// (points, channels), empty unless asked for.
  var spectra: [Float] = []
  var context = ContextOutside()

  mutating func append(_ block: GridScores) {
    raw.append(block.raw)
    tileMeans += block.tileMeans
    spectra += block.spectra
    context.add(block.context)
  }

  var areFinite: Bool { raw.values.values.allSatisfy { $0.allSatisfy(\.isFinite) } }
}

/// How many positions have surroundings unlike the training films'.
struct ContextOutside: Sendable {
  /// Positions with any feature outside.
  var positions = 0
  /// Positions with this feature outside.
  var byFeature = [Int](repeating: 0, count: ContextFeatures.count)

  mutating func add(_ other: ContextOutside) {
    positions += other.positions
    for feature in byFeature.indices { byFeature[feature] += other.byFeature[feature] }
  }

  /// - Parameters:
  ///   - values: (count, 12) raw features.
  ///   - ranges: of the training films, already widened by the margin; empty for a model without context.
  init(values: [Float] = [], ranges: [ClosedRange<Double>] = []) {
    guard ranges.count == ContextFeatures.count else { return }
    for start in stride(from: 0, to: values.count, by: ContextFeatures.count) {
      var any = false
      for feature in ranges.indices where !ranges[feature].contains(Double(values[start + feature])) {
        byFeature[feature] += 1
        any = true
      }
      if any { positions += 1 }
    }
  }

  var worstFeature: String? {
    byFeature.indices.max { byFeature[$0] < byFeature[$1] }.map { ContextFeatures.names[$0] }
  }
}

/// Scores positions of one prepared scan.
struct GridScorer: Sendable {
  /// Positions a call of the networks: fixed, so that results do not depend on the number of workers.
  static let blockSize = 64

  let model: any RoundTripModel
  let bank: BankComparison
  let scan: PreparedScan
  let context: ContextFeatures?
  /// Widened training ranges of the context features.
  let contextRanges: [ClosedRange<Double>]
  let keepsSpectra: Bool

  /// Scores all positions in order. Throws `CancellationError` between blocks when the task is cancelled.
  func scores(at positions: [PixelPosition], workers: Int) async throws -> GridScores {
    let starts = Array(stride(from: 0, to: positions.count, by: Self.blockSize))
    var blocks = [GridScores](repeating: GridScores(), count: starts.count)
    try await withThrowingTaskGroup(of: (Int, GridScores).self) { group in
      var started = 0
      func startNext() {
        guard started < starts.count else { return }
        let block = started
        started += 1
        let range = starts[block]..<min(starts[block] + Self.blockSize, positions.count)
        group.addTask {
          try Task.checkCancellation()
          return (block, score(Array(positions[range])))
        }
      }
      for _ in 0..<max(1, workers) { startNext() }
      while let (block, scores) = try await group.next() {
        blocks[block] = scores
        startNext()
      }
    }
    return blocks.reduce(into: GridScores()) { $0.append($1) }
  }

  /// Tiles and context of positions, as the networks take them.
  func batch(at positions: [PixelPosition]) -> TileBatch {
    TileBatch(
      count: positions.count, tiles: scan.tiles(at: positions), context: context?.values(at: positions) ?? [])
  }

  private func score(_ positions: [PixelPosition]) -> GridScores {
    let batch = batch(at: positions)
    let answer = model.roundTrip(batch)
    let means = (0..<batch.count).map { position in
      batch.tiles[position * TileBatch.tilePixels..<(position + 1) * TileBatch.tilePixels]
        .reduce(0.0) { $0 + Double($1) } / Double(TileBatch.tilePixels)
    }
    return GridScores(
      raw: bank.scores(of: batch, roundTrip: answer), tileMeans: means, spectra: keepsSpectra ? answer.spectra : [],
      context: ContextOutside(values: batch.context, ranges: contextRanges))
  }
}
