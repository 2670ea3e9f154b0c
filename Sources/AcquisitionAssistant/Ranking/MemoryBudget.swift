// How much memory one scan may need.

import MicroscopeFiles
import Microscopy

/// The budget for work on one scan; one that needs more is refused alone.
struct MemoryBudget: Sendable {
  let mebibytes: Int

  /// Program, model and buffers of the networks, whatever the scan.
  private static let baseBytes = 96 << 20
  /// Sets of places while targets are chosen: a bit a place each.
  private static let placeSets = 3

  /// Bytes that ranking a scan takes: what it holds of its file, and what is held of its places.
  /// - Parameter stride: pixels between scored places.
  static func estimate(_ scan: ScanSource, stride: Int) -> Int {
    let places = (scan.image.rows / stride) * (scan.image.columns / stride)
    let raster = places * MemoryLayout<Float>.size
    let rasters = raster <= UnnamedFiles.smallBytes ? raster * UnnamedFiles.rastersAtOnce : 0
    return baseBytes + scan.image.heldBytes + rasters + placeSets * places / 8
  }

  /// Why a scan is not ranked; nil when it fits.
  func refusal(_ scan: ScanSource, stride: Int) -> String? {
    let needed = Self.estimate(scan, stride: stride)
    guard needed > mebibytes << 20 else { return nil }
    return
      "\(scan.image.rows) × \(scan.image.columns) pixels need about \(needed >> 20) MiB to be ranked at a stride of "
      + "\(stride); triage.memory_mib allows \(mebibytes)"
  }

  /// What is left for places where an image and its decoding take all that they may.
  var bytesBesideImage: Int { max(0, mebibytes << 20 - fileLimits.pixelBytes - Self.baseBytes) }

  /// What decoding may take before anything is allocated: values, their copy, and what is made of it share the budget.
  var fileLimits: FileLimits {
    var limits = FileLimits()
    limits.pixelBytes = min(limits.pixelBytes, max(mebibytes, 1) << 20 / 3)
    return limits
  }
}
