// OpenBLAS runs single-threaded: parallelism is one worker a core above it.

import COpenBLAS

/// OpenBLAS's own threads.
public enum BLASThreads {
  /// Switches OpenBLAS's thread pool off, once a process. Every wrapper of this module calls it.
  @inline(__always)
  public static func ensureSingle() { _ = switchedOff }

  private static let switchedOff: Void = openblas_set_num_threads(1)

  /// The kernel family that OpenBLAS chose for this processor, such as `SkylakeX`.
  public static var kernelName: String { openblas_get_corename().map { String(cString: $0) } ?? "unknown" }
}
