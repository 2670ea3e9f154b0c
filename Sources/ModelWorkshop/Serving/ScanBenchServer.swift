// The line protocol for whole scans: what benchmarks compare with other runtimes' independent tiles.

import Foundation

/// Answers numbers of places with seconds a place: one JSON line when ready, then one for each number read.
///
/// Runs whole bands of rows as triage does, the fewest that hold the number asked for; `B` says how many places that was.
public struct ScanBenchServer: Sendable {
  private let run: ScanRun
  private let scan: String
  private let stride: Int
  private let threads: Int
  private let startedAt: ContinuousClock.Instant

  /// - Parameters:
  ///   - scan: NPY of shape (rows, columns).
  ///   - stride: pixels from one tile to the next.
  public init(weights: String, scan: String, stride: Int, threads: Int, startedAt: ContinuousClock.Instant) throws {
    run = try ScanRun(weights: weights, scan: scan, step: stride)
    self.scan = scan
    self.stride = stride
    self.threads = threads
    self.startedAt = startedAt
  }

  /// The ready line: the time to the first row, and the largest differences from `<scan>_z1.npy` and `<scan>_mse.npy`,
  /// which hold every window at stride 1.
  public func readyLine() async throws -> String {
    _ = await run.run(rows: 1, workers: 1)
    let start = ContinuousClock.now - startedAt
    let stem = URL(fileURLWithPath: scan).deletingPathExtension().path
    let latents = try BenchAnswer.reference("\(stem)_z1.npy")
    let errors = try BenchAnswer.reference("\(stem)_mse.npy")
    guard latents != nil || errors != nil else { return BenchAnswer.ready(start: start, threads: threads, []) }
    let output = await run.run(rows: run.rows, workers: threads)
    return BenchAnswer.ready(
      start: start, threads: threads,
      [
        ("z1", BenchAnswer.largestDifference(output.latents, latents.map { everyPlace($0, run.latentCount) })),
        ("mse", BenchAnswer.largestDifference(output.roundTripError, errors.map { everyPlace($0, 1) })),
      ])
  }

  /// The answer to one line of input; nil for a line that is no number of places.
  public func answer(_ line: String) async -> String? {
    guard let count = BenchAnswer.batch(line) else { return nil }
    let rows = run.rows(holding: count)
    return await BenchAnswer.line(batch: rows * run.columns) { _ = await run.run(rows: rows, workers: threads) }
  }

  /// The rows of a stride-1 reference that belong to this lattice; empty where it is of another scan.
  private func everyPlace(_ reference: [Float], _ size: Int) -> [Float] {
    let (height, width) = run.windows
    guard reference.count == height * width * size else { return [] }
    return (0..<run.rows).flatMap { row in
      (0..<run.columns).flatMap { column in
        let first = (row * width + column) * stride * size
        return reference[first..<first + size]
      }
    }
  }
}
