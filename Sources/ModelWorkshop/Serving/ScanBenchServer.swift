// The line protocol for whole scans: what benchmarks compare with other runtimes' independent tiles.

import Foundation

/// Answers numbers of places with seconds a place: one JSON line when ready, then one for each number read.
///
/// Runs whole bands of the scan as triage does, the fewest that hold the number asked for; `B` says how many places that
/// was.
public struct ScanBenchServer: Sendable {
  private let run: ScanRun
  private let scan: String
  private let step: Int
  private let threads: Int
  private let startedAt: ContinuousClock.Instant

  /// - Parameters:
  ///   - scan: NPY of shape (rows, columns).
  ///   - stride: pixels from one tile to the next.
  public init(weights: String, scan: String, stride: Int, threads: Int, startedAt: ContinuousClock.Instant) throws {
    run = try ScanRun(weights: weights, scan: scan, step: stride)
    self.scan = scan
    step = stride
    self.threads = threads
    self.startedAt = startedAt
  }

  /// The ready line: the time to the first prediction, and the largest differences from `<scan>_z1.npy` and
  /// `<scan>_mse.npy` beside the scan, which hold every window at stride 1.
  public func readyLine() throws -> String {
    let stem = URL(fileURLWithPath: scan).deletingPathExtension().path
    let latents = try BenchAnswer.reference("\(stem)_z1.npy")
    let errors = try BenchAnswer.reference("\(stem)_mse.npy")
    var differences: (latents: Double?, errors: Double?)
    _ = run.firstPlace()
    let start = ContinuousClock.now - startedAt
    for band in 0..<(latents == nil && errors == nil ? 0 : run.bands.count) {
      let answer = run.roundTrip(band)
      differences.latents = larger(
        differences.latents, BenchAnswer.largestDifference(answer.latents, values(latents, run.latentCount, of: band)))
      differences.errors = larger(
        differences.errors, BenchAnswer.largestDifference(answer.roundTripError, values(errors, 1, of: band)))
    }
    return BenchAnswer.ready(
      start: start, threads: threads, [("z1", differences.latents), ("mse", differences.errors)])
  }

  /// The answer to one line of input; nil for a line that is no number of places.
  public func answer(_ line: String) async -> String? {
    guard let count = BenchAnswer.batch(line) else { return nil }
    var (bands, places) = (0, 0)
    while bands < run.bands.count, places < count {
      places += run.count(bands)
      bands += 1
    }
    return await BenchAnswer.line(batch: places) { await run.run(bands: bands, workers: threads) }
  }

  private func larger(_ a: Double?, _ b: Double?) -> Double? { a.map { max($0, b ?? $0) } ?? b }

  /// A band's part of a reference; nil where that is of another scan.
  private func values(_ reference: [Float]?, _ size: Int, of band: Int) -> [Float]? {
    let windows = run.windows
    guard let reference, reference.count == windows.rows * windows.columns * size else { return nil }
    let (rows, columns) = run.bands[band]
    return rows.flatMap { row in
      columns.flatMap { column in
        let first = (row * windows.columns + column) * step * size
        return reference[first..<first + size]
      }
    }
  }
}
