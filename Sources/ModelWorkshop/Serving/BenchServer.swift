// The line protocol by which benchmarks drive the round trip beside other runtimes.

import Foundation
import Im2Spec
import MicroscopeFiles
import StrictJSON
import SystemPackage

/// Answers batch sizes with seconds a tile: one JSON line when ready, then one for each number read.
public struct BenchServer: Sendable {
  private let run: ForwardRun
  private let input: String
  private let threads: Int
  private let runners: [BorrowedRunner]
  private let startedAt: ContinuousClock.Instant

  public init(weights: String, input: String, threads: Int, startedAt: ContinuousClock.Instant) throws {
    run = try ForwardRun(weights: weights, input: input)
    self.input = input
    self.threads = threads
    self.startedAt = startedAt
    runners = (0..<threads).map { [run] _ in run.makeRunner() }
  }

  /// The ready line: start-up time and the largest differences from the references beside the input.
  public func readyLine() async throws -> String {
    _ = await run.run(repeatedTo: 1, workers: 1, runners: [run.makeRunner(maximumBatch: 1)])
    let start = ContinuousClock.now - startedAt
    let output = await run.run(workers: threads)
    let folder = URL(fileURLWithPath: input).deletingLastPathComponent().path
    let differences = try [
      ("spec", output.spectra), ("z1", output.imageLatents), ("img", output.tiles), ("z2", output.spectrumLatents),
    ].map { name, values in
      (name, BenchAnswer.largestDifference(values, try BenchAnswer.reference("\(folder)/ref_\(name).npy")))
    }
    return BenchAnswer.ready(start: start, threads: threads, differences)
  }

  /// The answer to one line of input; nil for a line that is no batch size.
  public func answer(_ line: String) async -> String? {
    guard let batch = BenchAnswer.batch(line) else { return nil }
    // A few tiles are run by executors made for so many, as any program that has only a few would.
    let runners = batch < ForwardRun.block ? [run.makeRunner(maximumBatch: batch)] : runners
    return await BenchAnswer.line(batch: batch) {
      _ = await run.run(repeatedTo: batch, workers: threads, runners: runners)
    }
  }
}
