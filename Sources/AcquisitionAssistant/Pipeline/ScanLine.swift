// Scans that wait for triage: a short line between the one who looks at files and the one who ranks.

import FolderWatching
import MicroscopeFiles
import Microscopy

/// A scan and the identity of its content.
struct DecodedScan: Sendable {
  let scan: ScanSource
  let sha256: String
  /// Which channels were read when it was: a reload may change that.
  let channels: ChannelRule
}

/// A file that was found to be a scan.
struct PendingScan: Sendable {
  let file: SettledFile
  /// When the file came into hand; latency counts from here.
  let taken: ContinuousClock.Instant
  /// How long looking at it took, ms.
  let lookMS: Double
  /// What was read of it; nil when it is to be read again.
  var decoded: DecodedScan?
}

/// First in, first out, bounded. One adds, one takes; both may be suspended.
actor ScanLine {
  /// Entries hold a path: a line as long as this costs some 300 kB and is hours of work.
  static let capacity = 1_000
  /// The first of the line keeps what was read of it, unless that takes more memory than this.
  private static let heldBytes = 16 << 20

  private var entries: [PendingScan] = []
  private var isClosed = false
  private var taker: CheckedContinuation<Void, Never>?
  private var adder: CheckedContinuation<Void, Never>?

  /// Waits while the line is full; what is added to a closed line is dropped.
  func add(_ scan: PendingScan) async {
    while entries.count >= Self.capacity, !isClosed { await withCheckedContinuation { adder = $0 } }
    guard !isClosed else { return }
    var scan = scan
    if !entries.isEmpty || (scan.decoded?.scan.image.heldBytes ?? 0) > Self.heldBytes { scan.decoded = nil }
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

  var isEmpty: Bool { entries.isEmpty }

  var waiting: [SettledFile] { entries.map(\.file) }
}
