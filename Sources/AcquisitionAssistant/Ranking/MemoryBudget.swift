// How much memory one scan may need.

import MicroscopeFiles
import Microscopy

/// The budget for work on one scan; one that needs more is refused alone.
struct MemoryBudget: Sendable {
  let mebibytes: Int

  /// Program, model and buffers of the networks, whatever the scan.
  private static let baseBytes = 96 << 20
  /// Bytes of a scored place: 13 in `GridScores`, and what smoothing and choosing add for a moment.
  private static let bytesAPlace = 24

  /// Bytes that ranking a scan takes: what it holds of its file, and its places.
  /// - Parameter stride: pixels between scored places.
  static func estimate(_ scan: ScanSource, stride: Int) -> Int {
    let places = (scan.image.rows / stride) * (scan.image.columns / stride)
    return baseBytes + scan.image.heldBytes + places * bytesAPlace
  }

  /// Why a scan is not ranked; nil when it fits.
  func refusal(_ scan: ScanSource, stride: Int) -> String? {
    let needed = Self.estimate(scan, stride: stride)
    guard needed > mebibytes << 20 else { return nil }
    return
      "\(scan.image.rows) × \(scan.image.columns) pixels need about \(needed >> 20) MiB to be ranked at a stride of "
      + "\(stride); triage.memory_mib allows \(mebibytes)"
  }

  /// What decoding may take before anything is allocated: values, their copy, and what is made of it share the budget.
  var fileLimits: FileLimits {
    var limits = FileLimits()
    limits.pixelBytes = min(limits.pixelBytes, max(mebibytes, 1) << 20 / 3)
    return limits
  }
}
