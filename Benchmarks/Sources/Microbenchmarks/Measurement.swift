// How long one thing takes, in seconds and beside a matrix product of the same moment.

import Foundation
import LinearAlgebra

/// One thing to measure.
struct Benchmark {
  var name: String
  /// What one repetition works on: samples, positions, files.
  var items = 1
  var unit = "item"
  /// Floating-point operations of one repetition, where the word means something.
  var flops: Double?
  var body: () throws -> Void
}

struct Measurement {
  var name: String
  var unit: String
  var secondsAnItem: Double
  var gigaflops: Double?
  /// Processor time of a repetition in units of one 512×512×512 single-precision product on the same core.
  var ratio: Double
}

enum Stopwatch {
  /// A repetition is timed for so long, so often; the shortest counts: other work on the machine only adds.
  private static let shortest = 0.1
  private static let rounds = 5

  static func measure(_ benchmark: Benchmark, yardstick: Yardstick) throws -> Measurement {
    try benchmark.body()
    var best = Double.infinity
    var product = Double.infinity
    for _ in 0..<rounds {
      product = min(product, yardstick.seconds())
      best = min(best, try seconds(benchmark.body))
    }
    return Measurement(
      name: benchmark.name, unit: benchmark.unit, secondsAnItem: best / Double(benchmark.items),
      gigaflops: benchmark.flops.map { $0 / best * 1e-9 }, ratio: best / product)
  }

  /// Processor seconds of one repetition.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = processorSeconds()
    var repeats = 0.0
    var used = 0.0
    repeat {
      try body()
      repeats += 1
      used = processorSeconds() - start
    } while used < shortest
    return used / repeats
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// The matrix product that times are told in, so that recorded ratios travel between machines.
struct Yardstick {
  private static let edge = 512
  private let a = [Float](repeating: 0.5, count: edge * edge)
  private let b = [Float](repeating: 0.25, count: edge * edge)

  static var flops: Double { 2 * pow(Double(edge), 3) }

  func seconds() -> Double {
    Stopwatch.seconds { _ = MatrixProduct.single(a, b, m: Self.edge, n: Self.edge, k: Self.edge) }
  }
}
