// How long and how often a file that is not ready is looked at again.

import FolderWatching
import SystemPackage

/// Remembers the files that are being waited for.
actor FilePatience {
  private struct Wait {
    let identity: FileIdentity
    let since: ContinuousClock.Instant
    var nextPause = FilePatience.firstPause
    var hasWaitedForCompanion = false
    var hasHadWholeQuietTime = false
  }

  private static let firstPause = Duration.seconds(2)
  /// Often enough to notice a sidecar that completes an array which does not change itself.
  private static let longestPause = Duration.seconds(15)

  /// After which a file is given up until it changes.
  private var longest: Duration
  /// How long an array waits for its sidecar.
  private var companion: Duration
  private var waits: [FilePath: Wait] = [:]

  init(_ configuration: AssistantConfiguration) {
    longest = .seconds(configuration.incompleteMinutes * 60)
    companion = .seconds(configuration.companionSeconds)
  }

  /// Other times, also for files that wait already.
  func use(_ configuration: AssistantConfiguration) {
    longest = .seconds(configuration.incompleteMinutes * 60)
    companion = .seconds(configuration.companionSeconds)
  }

  /// The pause before the next look; nil when patience is over.
  func pause(for file: SettledFile) -> Duration? {
    var wait = wait(for: file)
    let rest = longest - wait.since.duration(to: .now)
    guard rest > .zero else { return nil }
    let pause = min(wait.nextPause, rest)
    wait.nextPause = min(wait.nextPause * 2, Self.longestPause)
    waits[file.path] = wait
    return pause
  }

  /// The pause in which a sidecar may come; nil when it has been granted already.
  func companionPause(for file: SettledFile) -> Duration? {
    var wait = wait(for: file)
    guard companion > .zero, !wait.hasWaitedForCompanion else { return nil }
    wait.hasWaitedForCompanion = true
    waits[file.path] = wait
    return companion
  }

  /// What is left of the quiet time; nil when it has been granted already.
  func quietPause(for file: SettledFile, rest: Duration) -> Duration? {
    var wait = wait(for: file)
    guard rest > .zero, !wait.hasHadWholeQuietTime else { return nil }
    wait.hasHadWholeQuietTime = true
    waits[file.path] = wait
    return rest
  }

  /// Whether this version has not been waited for yet.
  func isFirstTime(_ file: SettledFile) -> Bool { waits[file.path]?.identity != file.identity }

  func forget(_ path: FilePath) { waits[path] = nil }

  /// A changed file starts anew.
  private func wait(for file: SettledFile) -> Wait {
    if let wait = waits[file.path], wait.identity == file.identity { return wait }
    return Wait(identity: file.identity, since: .now)
  }
}
