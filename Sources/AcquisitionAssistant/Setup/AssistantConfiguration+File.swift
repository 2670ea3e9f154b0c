// Reading the configuration file.

import Foundation
import MicroscopeFiles
import Settings
import SystemPackage

extension AssistantConfiguration {
  /// Reads a file, or the standard one where it exists; without any file the defaults hold.
  /// - Throws: `CommandError`: one line with file, line, key, value and allowed range.
  public init(file: FilePath?) throws(CommandError) {
    self.init()
    let path = file ?? Self.standardFile
    guard let data = FileManager.default.contents(atPath: path.string) else {
      if file == nil, (try? path.stat()) == nil { return }
      throw CommandError(
        .badConfiguration, "\(path): no such configuration file, or it can't be read; check --config and permissions",
        kind: .configurationBad)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommandError(.badConfiguration, "\(path): is not UTF-8 text", kind: .configurationBad)
    }
    do throws(SettingsError) {
      try read(SettingsReader(try SettingsDocument(text: text, fileName: path.string)))
    } catch {
      throw CommandError(.badConfiguration, "\(error)", kind: .configurationBad)
    }
  }

  private mutating func read(_ reader: SettingsReader) throws(SettingsError) {
    folders = try reader.strings("watch.folders", default: []).map { FilePath($0) }
    if let relative = folders.first(where: { !$0.isAbsolute }) {
      throw reader.error("watch.folders", "holds \"\(relative)\", which is relative; give absolute paths")
    }
    quietSeconds = try reader.double("watch.quiet_seconds", default: quietSeconds, in: Self.quietRange, unit: "s")
    rescanSeconds = try reader.double("watch.rescan_seconds", default: rescanSeconds, in: Self.rescanRange, unit: "s")
    companionSeconds = try reader.double(
      "watch.companion_seconds", default: companionSeconds, in: Self.companionRange, unit: "s")
    incompleteMinutes = try reader.double(
      "watch.incomplete_minutes", default: incompleteMinutes, in: Self.incompleteRange, unit: "min")
    threads = try reader.int("triage.threads", default: threads, in: Self.threadRange)
    defaultPixelSizeNM = try reader.optionalDouble("scan.default_pixel_size_nm", in: Self.pixelSizeRange, unit: "nm")
    channels = ChannelRule(
      alsoAccepted: try reader.strings("scan.also_haadf_channels", default: []), unnamed: try unnamedImages(reader))
    memoryMiB = try reader.int("triage.memory_mib", default: memoryMiB, in: Self.memoryRange, unit: "MiB")
    backups = try path(reader, "backup.directory")
    backupHours = try reader.double("backup.interval_hours", default: backupHours, in: Self.upkeepRange, unit: "h")
    backupsKept = try reader.int("backup.keep", default: backupsKept, in: Self.keptRange)
    checkHours = try reader.double("check.interval_hours", default: checkHours, in: Self.upkeepRange, unit: "h")
    pruneHours = try reader.double("retention.interval_hours", default: pruneHours, in: Self.upkeepRange, unit: "h")
    model = try path(reader, "model")
    rules = try path(reader, "rules")
    state = try path(reader, "state")
    try reader.finish()
  }

  private func unnamedImages(_ reader: SettingsReader) throws(SettingsError) -> ChannelRule.UnnamedImages {
    let texts = try reader.strings("scan.unnamed_name_contains", default: [])
    switch try reader.optionalString("scan.unnamed_images") ?? "accept" {
    case "accept": return texts.isEmpty ? .accepted : .acceptedIfNamed(texts)
    case "ignore": return .ignored
    case let other: throw reader.error("scan.unnamed_images", "= \"\(other)\" is not known; give accept or ignore")
    }
  }

  private func path(_ reader: SettingsReader, _ key: String) throws(SettingsError) -> FilePath? {
    guard let text = try reader.optionalString(key) else { return nil }
    let path = FilePath(text)
    guard path.isAbsolute else { throw reader.error(key, "= \"\(text)\" is relative; give an absolute path") }
    return path
  }
}
