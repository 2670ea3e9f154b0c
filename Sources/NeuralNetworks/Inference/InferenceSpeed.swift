// How fast each path runs a given model on this machine, in a moment.

import Foundation

extension InferenceKernels {
  /// Round trips a second of one core's time, whatever else the machine does.
  public struct Speed: Sendable {
    public let kernels: InferenceKernels
    public let roundTripsPerSecond: Double
  }

  /// Measures every path that this machine has: all members forward, then the way back, on made-up tiles.
  /// - Parameter duration: for all paths together; each runs at least once.
  public static func measure(members: [FloatNetwork], back: FloatNetwork, duration: Duration) -> [Speed] {
    let paths = allCases.filter(\.isAvailable)
    return paths.map { path in
      let count = 16
      let forward = members.map { $0.executor(maximumBatch: count, kernels: path) }
      let backward = back.executor(maximumBatch: count, kernels: path)
      let tiles = pattern(count * (members.first?.plan.architecture.input.count ?? 0))
      let side = pattern(count * (members.first?.plan.architecture.sideCount ?? 0))
      func roundTrips() {
        var spectra: [Float] = []
        for executor in forward { spectra = executor.run(tiles, side: side, count: count) }
        _ = backward.run(spectra, count: count)
      }
      roundTrips()
      let clock = ContinuousClock()
      let start = clock.now
      let cpu = threadSeconds()
      var batches = 0
      repeat {
        roundTrips()
        batches += 1
      } while clock.now - start < duration / paths.count
      return Speed(kernels: path, roundTripsPerSecond: Double(batches * count) / (threadSeconds() - cpu))
    }
  }

  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// Numbers between 0 and 1 of no meaning, always the same.
  private static func pattern(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 37 % 101) / 101 } }
}
