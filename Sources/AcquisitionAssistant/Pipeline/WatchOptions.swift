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

  /// Whether two configurations watch differently, or one of them takes scans that the other did not.
  static func differ(_ one: AssistantConfiguration, _ other: AssistantConfiguration) -> Bool {
    one.folders != other.folders || one.quietSeconds != other.quietSeconds || one.rescanSeconds != other.rescanSeconds
      || (one.defaultPixelSizeNM == nil) != (other.defaultPixelSizeNM == nil)
  }

  /// Folders with transient names are left alone with all they hold; files with such names are seen, so that their
  /// state can be told, and never opened.
  private static let isIgnored: @Sendable (FilePath) -> Bool = { path in
    guard TransientNames.contains(path) else { return false }
    return (try? path.stat(flags: .symlinkNoFollow).type) != .regular
  }
}
