// How long one thing takes, as benchmarks of several programs exchange it.

import Foundation
import MicroscopeFiles
import StrictJSON
import SystemPackage

/// One line of the benchmarks' protocol.
enum BenchAnswer {
  /// A batch is repeated for at least so long.
  private static let shortestMeasurement = Duration.milliseconds(400)
  /// Larger batches only measure the memory.
  private static let largestBatch = 1 << 20

  /// The batch size that a line asks for; nil where it asks for none.
  static func batch(_ line: String) -> Int? {
    guard let batch = Int(line.trimmingCharacters(in: .whitespaces)), (1...largestBatch).contains(batch) else {
      return nil
    }
    return batch
  }

  /// The line that says a program is ready: its start-up time, and how far its results are from references.
  static func ready(start: Duration, threads: Int, _ differences: [(name: String, value: Double?)]) -> String {
    let members = differences.map { JSONValue.Member($0.name, $0.value.map(JSONValue.double) ?? .null) }
    return
      ([
        "start_s": .double(start / .seconds(1)), "threads": .int(threads), "maxerr": .object(members),
      ] as JSONValue).text
  }

  /// The values of a reference; nil where there is none.
  static func reference(_ path: String) throws -> [Float]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try NPYArray.read(FilePath(path)).values
  }

  /// Nil without a reference of the same size.
  static func largestDifference(_ values: [Float], _ reference: [Float]?) -> Double? {
    guard let reference, reference.count == values.count else { return nil }
    return Double(zip(values, reference).map { abs($0 - $1) }.max() ?? 0)
  }

  /// Repeats `body`, which works on `batch` items: seconds an item, wall and processor, and the peak of memory.
  static func line(batch: Int, _ body: () async -> Void) async -> String {
    await body()
    let clock = ContinuousClock()
    let begin = clock.now
    let cpu = ProcessUsage.now.cpuSeconds
    var repeats = 0
    repeat {
      await body()
      repeats += 1
    } while clock.now - begin < shortestMeasurement
    let items = Double(repeats * batch)
    let wall = (clock.now - begin) / .seconds(1)
    let usage = ProcessUsage.now
    return
      ([
        "B": .int(batch), "wall": .double(wall / items), "cpu": .double((usage.cpuSeconds - cpu) / items),
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
