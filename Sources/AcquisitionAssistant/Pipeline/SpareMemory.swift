// What a scan's work has freed is kept together, and goes back to the system while nothing waits.

internal import CLinux

/// The C library keeps freed memory for later, in pieces that add up over days.
enum SpareMemory {
  /// Otherwise every thread that comes and goes leaves a pool of its own behind.
  static func sharePools() { mallopt(M_ARENA_MAX, 2) }

  /// A few milliseconds; others that allocate meanwhile wait for parts of it.
  static func giveBack() { malloc_trim(0) }
}
