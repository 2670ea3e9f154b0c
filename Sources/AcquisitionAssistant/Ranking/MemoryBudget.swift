// How much memory one scan may need.

import MicroscopeFiles

/// The budget for work on one scan; one that needs more is refused alone.
struct MemoryBudget: Sendable {
  let mebibytes: Int

  init(mebibytes: Int) { self.mebibytes = mebibytes }

  /// Program, model and buffers of the networks, whatever the scan.
  static let baseBytes = 96 << 20
  /// Bytes a pixel while a scan is ranked: the file's values, their copies in single precision, the normalised image
  /// with its filters, and the scores of the places. Measured at stride 2: 90 at 512 × 512, 95 at 768 × 768
  /// (`/usr/bin/time -v eelscout triage`).
  static let bytesAPixel = 100

  /// Bytes that ranking a scan of this shape takes.
  static func estimate(rows: Int, columns: Int) -> Int {
    let (pixels, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow else { return .max }
    let (bytes, isTooMuch) = pixels.multipliedReportingOverflow(by: bytesAPixel)
    return isTooMuch ? .max : baseBytes + min(bytes, .max - baseBytes)
  }

  /// Why a scan is not ranked; nil when it fits.
  func refusal(rows: Int, columns: Int) -> String? {
    let needed = Self.estimate(rows: rows, columns: columns)
    guard needed > mebibytes << 20 else { return nil }
    return
      "\(rows) × \(columns) pixels need about \(needed >> 20) MiB to be ranked; triage.memory_mib allows \(mebibytes)"
  }

  /// What decoding may take before anything is allocated: values, their copy, and what is made of it share the budget.
  var fileLimits: FileLimits {
    var limits = FileLimits()
    limits.pixelBytes = min(limits.pixelBytes, max(mebibytes, 1) << 20 / 3)
    return limits
  }
}
