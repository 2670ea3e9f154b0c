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
  /// A batch is repeated for at least so long.
  private static let shortestMeasurement = Duration.milliseconds(400)
  /// Larger batches only measure the memory.
  private static let largestBatch = 1 << 20

  public init(weights: String, input: String, threads: Int, startedAt: ContinuousClock.Instant) throws {
    run = try ForwardRun(weights: weights, input: input)
    self.input = input
    self.threads = threads
    self.startedAt = startedAt
    runners = (0..<threads).map { [run] _ in run.makeRunner() }
  }

  /// The ready line: start-up time and the largest differences from the references beside the input.
  public func readyLine() async throws -> String {
    _ = await run.run(repeatedTo: 1, workers: 1, runners: Array(runners.prefix(1)))
    let start = ContinuousClock.now - startedAt
    let output = await run.run(workers: threads)
    let folder = URL(fileURLWithPath: input).deletingLastPathComponent().path
    let members = try [
      ("spec", output.spectra), ("z1", output.imageLatents), ("img", output.tiles), ("z2", output.spectrumLatents),
    ].map { name, values -> JSONValue.Member in
      let path = "\(folder)/ref_\(name).npy"
      guard FileManager.default.fileExists(atPath: path) else { return .init(name, .null) }
      let reference = try NPYArray.read(FilePath(path)).values
      guard reference.count == values.count else { return .init(name, .null) }
      return .init(name, .double(Double(zip(values, reference).map { abs($0 - $1) }.max() ?? 0)))
    }
    return
      ([
        "start_s": .double(start / .seconds(1)), "threads": .int(threads), "maxerr": .object(members),
      ] as JSONValue).text
  }

  /// The answer to one line of input; nil for a line that is no batch size.
  public func answer(_ line: String) async -> String? {
    guard let batch = Int(line.trimmingCharacters(in: .whitespaces)), (1...Self.largestBatch).contains(batch) else {
      return nil
    }
    _ = await run.run(repeatedTo: batch, workers: threads, runners: runners)
    let clock = ContinuousClock()
    let begin = clock.now
    let cpu = ProcessUsage.now.cpuSeconds
    var repeats = 0
    repeat {
      _ = await run.run(repeatedTo: batch, workers: threads, runners: runners)
      repeats += 1
    } while clock.now - begin < Self.shortestMeasurement
    let tiles = Double(repeats * batch)
    let wall = (clock.now - begin) / .seconds(1)
    let usage = ProcessUsage.now
    return
      ([
        "B": .int(batch), "wall": .double(wall / tiles), "cpu": .double((usage.cpuSeconds - cpu) / tiles),
        "rss": .double(usage.peakMemoryMiB),
      ] as JSONValue).text
  }
}

/// What the process has used so far.
struct ProcessUsage {
  var cpuSeconds: Double
  var peakMemoryMiB: Double

  static var now: ProcessUsage {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return ProcessUsage(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakMemoryMiB: Double(usage.ru_maxrss) / 1024)
  }
}
