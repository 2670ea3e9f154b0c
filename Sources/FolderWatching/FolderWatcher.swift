// The watcher: inotify as hint, periodic listing as truth, settled files for whoever asks.

import Dispatch
import SystemPackage

/// Follows folders and hands out their regular files once nobody has changed them for their quiet time.
///
/// Each version of a file (path and identity) is handed out once. The consumer pulls: what it doesn't take stays in a
/// table with one row a file, so a slow consumer costs no memory. Nothing is opened for writing, and no symbolic link
/// below a folder is followed.
///
///     let watcher = try FolderWatcher(FolderWatcherOptions(folders: folders))
///     async let running: Void = watcher.run()
///     for await file in watcher.settledFiles { … }
public actor FolderWatcher {
  /// Untaken notices kept for a slow observer; the oldest go first.
  public static let noticesKept = 1_000

  /// What happens to folders and files, for the log. One observer.
  public nonisolated let notices: AsyncStream<FolderNotice>

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private enum Life { case fresh, running, ended }

  private nonisolated let executor = QueueExecutor(label: "eelscout.folder-watching")
  private nonisolated let noticesIn: AsyncStream<FolderNotice>.Continuation
  private let time: MonotonicTime
  private var tree: WatchedTree
  private var life = Life.fresh
  private var isFirstLookDone = false
  private var isScanning = false
  private var announcements: (any DispatchSourceRead)?
  private var timer: (deadline: Duration, task: Task<Void, Never>)?
  private var lastTicket: UInt64 = 0
  private var consumers = WaitingLine<SettledFile>()
  private var onlookers = WaitingLine<Void>()

  /// - Throws: `FolderOptionsError` when a folder is relative or overlaps with another.
  public init<C: Clock>(_ options: FolderWatcherOptions, clock: C = SuspendingClock()) throws(FolderOptionsError)
  where C.Duration == Duration {
    tree = WatchedTree(options: try options.validated())
    time = MonotonicTime(clock)
    (notices, noticesIn) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.noticesKept))
  }

  /// Watches until the task is cancelled; then every sequence ends. It runs once in the watcher's life.
  public func run() async {
    guard life == .fresh else { return }
    life = .running
    let (cancelled, neverUsed) = AsyncStream.makeStream(of: Void.self)
    if let inotify = tree.inotify { listen(to: inotify) }
    tree.lookEverywhere()
    turn()
    for await _ in cancelled {}
    neverUsed.finish()
    end()
  }

  /// The settled files, in order of arrival among those that are ready. Several consumers share them.
  public nonisolated var settledFiles: SettledFiles { SettledFiles(watcher: self) }

  /// The settled file that arrived first, as soon as there is one; nil when the watcher or the calling task has ended.
  public func next() async -> SettledFile? {
    guard life != .ended, !Task.isCancelled else { return nil }
    if let file = tree.takeReady(now: time.now()) {
      turn()
      return file
    }
    lastTicket += 1
    let ticket = lastTicket
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume(returning: nil) } else { consumers.add(continuation, ticket: ticket) }
      }
    } onCancel: {
      Task { await self.abandon(ticket) }
    }
  }

  /// Hands out the same version of a file again after a pause, unless it changes or goes first: for a reader that
  /// found it incomplete, or could not open it.
  public func handOutAgain(_ file: SettledFile, after pause: Duration) {
    guard life != .ended else { return }
    let now = time.now()
    tree.postpone(file, until: now + pause, now: now)
    turn()
  }

  /// Follows other folders, or the same ones otherwise, from now on. What had been handed out of a folder that stays is
  /// not handed out again.
  /// - Parameter repeating: hands everything out once more: the consumer sees it with other eyes now.
  /// - Throws: `FolderOptionsError` when a folder is relative or overlaps with another; then nothing has changed.
  public func follow(_ options: FolderWatcherOptions, repeating: Bool = false) throws(FolderOptionsError) {
    let options = try options.validated()
    guard life != .ended else { return }
    let isRunning = life == .running
    announcements?.cancel()
    announcements = nil
    tree = tree.successor(options, repeating: repeating)
    guard isRunning else { return }
    if let inotify = tree.inotify { listen(to: inotify) }
    tree.lookEverywhere()
    turn()
  }

  /// Returns when the files that were there at the start stand in line (or the calling task or the watcher has ended).
  /// A folder that is absent holds nothing up.
  public func firstLookFinished() async {
    if !isFirstLookDone { await lookFinished() }
  }

  /// Lists everything now, and returns when that is done.
  public func lookNow() async {
    guard life == .running else { return }
    readAnnouncements()
    tree.lookEverywhere()
    turn()
    await lookFinished()
  }

  /// The watcher at this moment. It waits for a file system call that is under way, so a network mount that hangs
  /// holds it up.
  public func status() -> WatchStatus { tree.status(now: time.now()) }
}

/// Settled files as they come.
public struct SettledFiles: AsyncSequence, Sendable {
  public struct AsyncIterator: AsyncIteratorProtocol {
    let watcher: FolderWatcher

    public mutating func next() async -> SettledFile? { await watcher.next() }
  }

  let watcher: FolderWatcher

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(watcher: watcher) }
}

// MARK: - Turns

extension FolderWatcher {
  private func listen(to inotify: Inotify) {
    let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: executor.queue)
    source.setEventHandler { [weak self] in
      self?.assumeIsolated { watcher in
        watcher.readAnnouncements()
        watcher.turn()
      }
    }
    // The descriptor must outlive the source's registration.
    source.setCancelHandler { withExtendedLifetime(inotify) {} }
    source.resume()
    announcements = source
  }

  private func readAnnouncements() {
    guard life == .running, let inotify = tree.inotify else { return }
    let events = inotify.read()
    if !events.isEmpty { tree.apply(events, now: time.now()) }
  }

  /// After anything happened: settles what is due, hands out what is ready, lists what is queued, sets the timer.
  private func turn() {
    guard life == .running else { return }
    let now = time.now()
    tree.lookWhereDue(now: now)
    tree.settle(now: now)
    while !consumers.isEmpty, let file = tree.takeReady(now: now) { consumers.resumeFirst(with: file) }
    if tree.scans.isEmpty {
      finishLooking(now: now)
    } else if !isScanning {
      isScanning = true
      Task { self.scanOne() }
    }
    for notice in tree.takeNotices() { noticesIn.yield(notice) }
    setTimer(now: now)
  }

  /// Lists one directory, then lets others have their turn: a big tree must not hold up the announcements.
  private func scanOne() {
    isScanning = false
    guard life == .running else { return }
    tree.scanNext(now: time.now())
    turn()
  }

  private func finishLooking(now: Duration) {
    tree.finishLooking(now: now)
    isFirstLookDone = true
    onlookers.resumeAll(with: ())
  }

  /// One sleeping task, for the earliest deadline. One that wakes too early costs less than replacing it at each change.
  private func setTimer(now: Duration) {
    guard let deadline = tree.nextDeadline else { return }
    if let timer {
      guard deadline < timer.deadline else { return }
      timer.task.cancel()
    }
    let sleep = time.sleep
    let task = Task { [weak self] in
      guard (try? await sleep(deadline)) != nil else { return }
      await self?.wake(deadline)
    }
    timer = (deadline, task)
  }

  private func wake(_ deadline: Duration) {
    guard timer?.deadline == deadline else { return }
    timer = nil
    turn()
  }

  private func lookFinished() async {
    guard life != .ended else { return }
    lastTicket += 1
    let ticket = lastTicket
    await withTaskCancellationHandler {
      let _: Void? = await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume(returning: nil) } else { onlookers.add(continuation, ticket: ticket) }
      }
    } onCancel: {
      Task { await self.abandon(ticket) }
    }
  }

  private func abandon(_ ticket: UInt64) {
    consumers.abandon(ticket: ticket)
    onlookers.abandon(ticket: ticket)
  }

  private func end() {
    life = .ended
    announcements?.cancel()
    announcements = nil
    timer?.task.cancel()
    timer = nil
    consumers.resumeAll(with: nil)
    onlookers.resumeAll(with: nil)
    noticesIn.finish()
  }
}
