// What the assistant works with. Keys of the file, with unit, default and range:
//
//   watch.folders                []      absolute paths of the acquisition folders
//   watch.quiet_seconds          2       s, 0…600: unchanged for so long means written
//   watch.rescan_seconds         30      s, 1…86400: everything is listed again so often
//   watch.companion_seconds      3       s, 0…600: an array without pixel size waits so long for its .json
//   watch.incomplete_minutes     10      min, 0…1440: a file that is not complete by then is given up until it changes
//   triage.threads               cores   1…256, at most 4 by default
//   triage.memory_mib            1024    MiB, 64…1048576: a scan that would need more is refused alone
//   backup.directory             none    absolute path; STATE/backup where none is given
//   backup.interval_hours        24      h, 0…8760: between two backups; 0 for none
//   backup.keep                  7       1…1000 regular backups; those made before a migration are counted apart
//   check.interval_hours         24      h, 0…8760: between two checks of the database; 0 for none
//   retention.interval_hours     1       h, 0…8760: between two looks for what the retention rules let go; 0 for none
//   scan.default_pixel_size_nm   none    nm, 0.001…1000: for files that state no pixel size
//   scan.also_haadf_channels     []      further names of this instrument's HAADF channel
//   scan.unnamed_images          accept  accept or ignore: images of files that name no channel (NPY, TIFF, MRC, TIA)
//   scan.unnamed_name_contains   []      where given, such images are taken only with one of these in the file's name
//   model                        package's   path of a model bundle
//   rules                        package's   directory of triage rules
//   state                        $STATE_DIRECTORY, else /var/lib/eelscout

import Foundation
import MicroscopeFiles
import SystemPackage
import TargetStore

/// Settings of the daemon, and of one-shot triage that shall agree with it.
public struct AssistantConfiguration: Equatable, Sendable {
  public static let standardFile: FilePath = "/etc/eelscout/eelscout.toml"
  public static let standardState: FilePath = "/var/lib/eelscout"

  public var folders: [FilePath] = []
  public var quietSeconds = 2.0
  public var rescanSeconds = 30.0
  public var companionSeconds = 3.0
  public var incompleteMinutes = 10.0
  public var threads = AssistantConfiguration.standardThreads
  public var memoryMiB = 1_024
  /// Nil for `backup` in the state directory.
  public var backups: FilePath?
  public var backupHours = 24.0
  public var backupsKept = 7
  public var checkHours = 24.0
  public var pruneHours = 1.0
  public var defaultPixelSizeNM: Double?
  /// Which images are HAADF.
  public var channels = ChannelRule()
  /// Nil for the one that comes with the programs.
  public var model: FilePath?
  /// Nil for those that come with the programs.
  public var rules: FilePath?
  public var state: FilePath?

  public init() {}

  /// More than four workers gain little on one scan and disturb the acquisition program beside.
  static var standardThreads: Int { min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)) }

  /// Allowed ranges, for the file and for options alike.
  public static let quietRange = 0.0...600
  static let rescanRange = 1.0...86_400
  static let companionRange = 0.0...600
  static let incompleteRange = 0.0...1_440
  public static let threadRange = 1...256
  static let memoryRange = 64...1_048_576
  static let upkeepRange = 0.0...8_760
  static let keptRange = 1...1_000
  public static let pixelSizeRange = 0.001...1_000

  /// The state directory: as configured, else the service manager's, else the usual one.
  public func stateDirectory(environment: [String: String]) -> FilePath {
    if let state { return state }
    // With several state directories systemd separates them by colons; the first is ours.
    if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return FilePath(String(given)) }
    return Self.standardState
  }

  /// Where backups go.
  public func backupFolder(state: FilePath) -> BackupFolder {
    backups.map { BackupFolder($0.string) } ?? .standard(inState: state.string)
  }

  func rulesDirectory(_ resources: PackageResources) throws(CommandError) -> FilePath {
    if let rules { return rules }
    return try resources.rules()
  }

  func modelFile(_ resources: PackageResources) throws(CommandError) -> FilePath {
    if let model { return model }
    return try resources.model()
  }
}
