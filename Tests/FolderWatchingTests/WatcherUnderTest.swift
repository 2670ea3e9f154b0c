// A running watcher on a manual clock.

import FolderWatching
import SystemPackage

/// A running watcher on a clock that the test moves.
struct WatcherUnderTest {
  let watcher: FolderWatcher
  let clock: ManualClock

  static let quiet = Duration.seconds(2)

  /// Runs the body with a watcher whose first listing is done. Listings are an hour apart, so that what is found
  /// without `lookNow` has been announced.
  static func run(
    on folders: [FilePath], configure: (inout FolderWatcherOptions) -> Void = { _ in },
    _ body: (WatcherUnderTest) async throws -> Void
  ) async throws {
    var options = FolderWatcherOptions(folders: folders)
    options.rescanInterval = .seconds(3600)
    options.pollingInterval = .seconds(3600)
    configure(&options)
    let clock = ManualClock()
    let watcher = try FolderWatcher(options, clock: clock)
    let running = Task { await watcher.run() }
    await watcher.firstLookFinished()
    do {
      try await body(WatcherUnderTest(watcher: watcher, clock: clock))
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    await running.value
  }

  /// Waits until the watcher has noticed a candidate by itself, lets its quiet time pass, and takes it.
  func announcedFile() async -> SettledFile? {
    await clock.sleeperAppears(within: Self.quiet)
    clock.advance(by: Self.quiet)
    return await watcher.next()
  }

  /// Lets the quiet time pass, and takes what has settled.
  func settledFiles() async -> [SettledFile] {
    await watcher.lookNow()
    clock.advance(by: Self.quiet)
    await watcher.lookNow()
    var files: [SettledFile] = []
    for _ in 0..<(await watcher.status().readyCount) {
      if let file = await watcher.next() { files.append(file) }
    }
    return files
  }

  func settledPaths() async -> [FilePath] { await settledFiles().map(\.path) }

  /// The next state of a folder that an observer is told.
  func nextState() async -> FolderState? {
    for await case .folder(let status) in watcher.notices { return status.state }
    return nil
  }
}
