// What is known of the watched folders: directories, files, what waits, what is ready. Its other files say how it changes.

import SystemPackage

/// What is known of the watched folders. It belongs to one `FolderWatcher`; every moment in it is a duration on the
/// watcher's monotonic clock.
///
/// Memory grows with the number of files that exist, never with the number of changes announced.
struct WatchedTree {
  typealias Name = EntryName
  typealias Key = Int

  struct File {
    enum Phase: Hashable {
      /// Settles at `due`; without one it waits for its first bytes.
      case waiting(due: Duration?, isPostponed: Bool)
      case ready
      case handedOut
    }

    var identity: FileIdentity
    var phase: Phase
    var arrival: UInt64
    /// When it was first seen since it was last handed out.
    var waitingSince: Duration
    /// The one entry of a heap that speaks for this file; every other one is stale.
    var ticket: UInt64
  }

  /// A class, so that taking note of one file never copies the table of all its neighbours.
  final class Directory {
    /// Index of the folder; also the key of the folder's own directory.
    let root: Int
    let parent: Key?
    let below: [Name]
    let path: FilePath
    /// Nil until it has been listed for the first time.
    var identity: DirectoryIdentity?
    var watch: Int32?
    var remoteFileSystem: String?
    var hitWatchLimit = false
    var files: [Name: File] = [:]
    var subdirectories: [Name: Key] = [:]
    /// What stands there and is no file to read.
    var special: [Name: SpecialFile.Kind] = [:]

    var isEmpty: Bool { files.isEmpty && subdirectories.isEmpty && special.isEmpty }

    init(root: Int, parent: Key?, below: [Name], path: FilePath) {
      self.root = root
      self.parent = parent
      self.below = below
      self.path = path
    }
  }

  struct Root {
    let path: FilePath
    var state = FolderState.absent(reason: "not looked for yet")
    /// When it is to be listed again; nil while that is under way.
    var nextLook: Duration?
    /// What had been handed out when the folder went, so that its return repeats nothing.
    var remembered: [FilePath: File] = [:]
    var problems: [FilePath: String] = [:]
    /// The file system was taken away under the folder, and nothing has been seen there since.
    var isUnmounted = false
  }

  /// A file in a heap, ordered by `order`.
  struct Entry<Order: Comparable>: Comparable {
    let order: Order
    let directory: Key
    let name: Name
    let ticket: UInt64

    static func < (one: Self, other: Self) -> Bool { one.order < other.order }
    static func == (one: Self, other: Self) -> Bool { one.order == other.order && one.ticket == other.ticket }
  }

  let options: FolderWatcherOptions
  /// Nil when the kernel gives no inotify descriptor; then `inotifyFailure` says why.
  let inotify: Inotify?
  let inotifyFailure: String?

  var roots: [Root]
  var directories: [Key: Directory] = [:]
  var keyOfWatch: [Int32: Key] = [:]
  var keyOfIdentity: [DirectoryIdentity: Key] = [:]
  var scans = ScanQueue()
  /// By the moment at which they may have settled.
  var settling = MinHeap<Entry<Duration>>()
  /// By arrival.
  var ready = MinHeap<Entry<UInt64>>()
  var notices: [FolderNotice] = []
  /// Files and directories known.
  var entryCount = 0
  private var lastKey: Key
  private var lastTicket: UInt64 = 0
  private var lastArrival: UInt64 = 0

  init(options: FolderWatcherOptions) {
    self.options = options
    do throws(Errno) {
      inotify = try Inotify()
      inotifyFailure = nil
    } catch {
      inotify = nil
      inotifyFailure = "the kernel gives no inotify descriptor (\(error)); raise fs.inotify.max_user_instances"
    }
    roots = options.folders.map { Root(path: $0) }
    lastKey = roots.count
    for (index, root) in roots.enumerated() {
      directories[index] = Directory(root: index, parent: nil, below: [], path: root.path)
    }
  }

  mutating func makeKey() -> Key {
    lastKey += 1
    return lastKey
  }

  mutating func makeTicket() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  mutating func makeArrival() -> UInt64 {
    lastArrival += 1
    return lastArrival
  }

  mutating func takeNotices() -> [FolderNotice] {
    defer { notices = [] }
    return notices
  }

  /// The next moment at which something is due without an announcement.
  var nextDeadline: Duration? {
    let looks = roots.compactMap(\.nextLook).min()
    guard let settles = settling.min?.order else { return looks }
    return looks.map { min($0, settles) } ?? settles
  }

  func open(_ directory: Directory) throws(Errno) -> OpenDirectory {
    try OpenDirectory(root: roots[directory.root].path, below: directory.below)
  }

  func status(now: Duration) -> WatchStatus {
    var waiting: [WaitingFile] = []
    var readyCount = 0
    var special: [SpecialFile] = []
    for directory in directories.values {
      for (name, kind) in directory.special {
        special.append(SpecialFile(path: directory.path.appending(name), kind: kind))
      }
      for (name, file) in directory.files {
        switch file.phase {
        case .handedOut: break
        case .ready: readyCount += 1
        case .waiting(let due, let isPostponed):
          let reason: WaitingFile.Reason = due == nil ? .empty : isPostponed ? .postponed : .changing
          waiting.append(
            WaitingFile(
              path: directory.path.appending(name), waitingFor: now - file.waitingSince, reason: reason))
        }
      }
    }
    let longest = waiting.sorted { one, other in
      one.waitingFor == other.waitingFor ? one.path.string < other.path.string : one.waitingFor > other.waitingFor
    }
    return WatchStatus(
      folders: roots.map { FolderStatus(path: $0.path, state: $0.state) },
      waiting: Array(longest.prefix(WatchStatus.longestList)), waitingCount: waiting.count, readyCount: readyCount,
      problems: roots.flatMap { root in
        root.problems.map { FolderProblem(path: $0.key, reason: $0.value) }.sorted { $0.path.string < $1.path.string }
      },
      special: Array(special.sorted { $0.path.string < $1.path.string }.prefix(WatchStatus.longestList)))
  }
}
