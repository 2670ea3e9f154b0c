// How the acquisition folders are watched.

import FolderWatching
import SystemPackage

enum WatchOptions {
  static func make(_ configuration: AssistantConfiguration) -> FolderWatcherOptions {
    var options = FolderWatcherOptions(folders: configuration.folders)
    let quiet = QuietTime(configuration)
    options.quietTime = { quiet.first($0) }
    options.rescanInterval = .seconds(configuration.rescanSeconds)
    options.pollingInterval = .seconds(min(configuration.rescanSeconds, 5))
    options.isIgnored = isIgnored
    return options
  }

  /// Folders with transient names are left alone with all they hold; files with such names are seen, so that their
  /// state can be told, and never opened.
  private static let isIgnored: @Sendable (FilePath) -> Bool = { path in
    guard TransientNames.contains(path) else { return false }
    return (try? path.stat(flags: .symlinkNoFollow).type) != .regular
  }
}
