// Scans that wait for triage: a short line between the one who looks at files and the one who ranks.

import FolderWatching

/// A file that was found to be a scan.
struct PendingScan: Sendable {
  let file: SettledFile
  /// When the file came into hand; latency counts from here.
  let taken: ContinuousClock.Instant
}

/// First in, first out, bounded. One adds, one takes; both may be suspended.
actor ScanLine {
  /// Entries hold a path, no pixels: a line as long as this costs some 300 kB and is hours of work.
  static let capacity = 1_000

  private var entries: [PendingScan] = []
  private var isClosed = false
  private var taker: CheckedContinuation<Void, Never>?
  private var adder: CheckedContinuation<Void, Never>?

  /// Waits while the line is full; what is added to a closed line is dropped.
  func add(_ scan: PendingScan) async {
    while entries.count >= Self.capacity, !isClosed { await withCheckedContinuation { adder = $0 } }
    guard !isClosed else { return }
    entries.append(scan)
    taker?.resume()
    taker = nil
  }

  /// The next scan; nil once the line is closed.
  func next() async -> PendingScan? {
    while entries.isEmpty, !isClosed { await withCheckedContinuation { taker = $0 } }
    guard !isClosed else { return nil }
    adder?.resume()
    adder = nil
    return entries.removeFirst()
  }

  /// Lets both sides go; what still stands in line is taken up again at the next start.
  func close() {
    isClosed = true
    taker?.resume()
    taker = nil
    adder?.resume()
    adder = nil
  }

  var waiting: [SettledFile] { entries.map(\.file) }
}
