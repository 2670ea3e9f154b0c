// What the assistant works with, as values. Keys, units, defaults, ranges and explanations stand in `ConfigurationKey.all`.

import Foundation
import MicroscopeFiles
import SystemPackage
import TargetStore

/// Settings of the daemon, and of one-shot triage that shall agree with it.
public struct AssistantConfiguration: Equatable, Sendable {
  public static let standardFile: FilePath = "/etc/eelscout/eelscout.toml"
  public static let standardState: FilePath = "/var/lib/eelscout"

  /// What is done with images of files that name no channel.
  public enum UnnamedImages: String, CaseIterable, Sendable { case accept, ignore }

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
  public var alsoHAADFChannels: [String] = []
  public var unnamedImages = UnnamedImages.accept
  public var unnamedNameContains: [String] = []
  /// Nil for the one that comes with the programs.
  public var model: FilePath?
  /// Nil for those that come with the programs.
  public var rules: FilePath?
  public var state: FilePath?
  /// Nil for no metrics.
  public var metricsTextfile: FilePath?
  /// Nil for the one daemon of a machine.
  public var metricsDaemon: String?

  public init() {}

  /// More than four workers gain little on one scan and disturb the acquisition program beside.
  static var standardThreads: Int { min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)) }

  public static let threadRange = 1...256
  public static let pixelSizeRange = 0.001...1_000

  /// Which images are HAADF.
  public var channels: ChannelRule {
    let unnamed: ChannelRule.UnnamedImages
    switch unnamedImages {
    case .accept: unnamed = unnamedNameContains.isEmpty ? .accepted : .acceptedIfNamed(unnamedNameContains)
    case .ignore: unnamed = .ignored
    }
    return ChannelRule(alsoAccepted: alsoHAADFChannels, unnamed: unnamed)
  }

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
