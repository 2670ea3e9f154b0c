// What to watch and how patiently.

import SystemPackage

/// What a `FolderWatcher` watches and how patiently.
public struct FolderWatcherOptions: Sendable {
  /// Absolute paths. A folder may be a symbolic link, since the operator named it; nothing below is followed.
  public var folders: [FilePath]
  /// How long a file must stay unchanged before it is handed out, for each candidate.
  /// Asked whenever a candidate changes, so it must be quick and must not block.
  public var quietTime: @Sendable (FilePath) -> Duration = { _ in FolderWatcherOptions.standardQuietTime }
  /// Whether a file or a directory (with all it holds) is left alone; judge by the last component, since every level
  /// below the watched folder is asked about.
  public var isIgnored: @Sendable (FilePath) -> Bool = { TransientNames.contains($0) }
  /// How often everything is listed again while the kernel announces changes; 4 ms longer for each file that is there.
  public var rescanInterval: Duration = .seconds(30)
  /// How often everything is listed again where the kernel can't announce changes.
  public var pollingInterval: Duration = .seconds(5)
  /// How often a missing folder is looked for.
  public var absenceInterval: Duration = .seconds(2)
  /// Levels of directories below a watched folder; a Nion session needs 4.
  public var maximumDepth = 16
  /// Files and directories remembered at once, about 300 bytes each: 100 MB at the most.
  public var maximumEntries = 300_000

  /// Nion Swift rewrites a snapshot four to seven times within 0.11 s; two seconds also outlast a slow network copy's pauses.
  public static let standardQuietTime = Duration.seconds(2)

  public init(folders: [FilePath]) { self.folders = folders }

  /// - Throws: `FolderOptionsError` when a folder is relative, named twice, or lies within another.
  public func validated() throws(FolderOptionsError) -> FolderWatcherOptions {
    var checked = self
    checked.folders = folders.map { $0.lexicallyNormalized() }
    for (index, folder) in checked.folders.enumerated() {
      guard folder.isAbsolute else {
        throw FolderOptionsError(folder: folder, reason: "is relative; give an absolute path")
      }
      for other in checked.folders[..<index] where folder.starts(with: other) || other.starts(with: folder) {
        throw FolderOptionsError(folder: folder, reason: "overlaps with \(other); watch only the outer one")
      }
    }
    return checked
  }
}

/// A folder that can't be watched as asked.
public struct FolderOptionsError: Error, Hashable, Sendable, CustomStringConvertible {
  public let folder: FilePath
  public let reason: String

  public var description: String { "watched folder \(folder) \(reason)" }
}
