// Rules as they lie in a directory: its *.toml files, merged in the order of their names.

import Foundation
import Settings
import SystemPackage
import Triage

/// A directory of rules: those of triage or, where it is named `retention`, those of retention.
public struct RulesFolder: Sendable {
  public let path: FilePath
  private static let retentionName = "retention"

  private var isRetention: Bool { path.lastComponent?.string == Self.retentionName }

  /// The directories of rules at a place: itself, or the folders of rules in it.
  /// - Throws: as `init`.
  public static func all(at path: FilePath) throws(CommandError) -> [RulesFolder] {
    guard try names(in: path).isEmpty else { return [try RulesFolder(path)] }
    let retention = path.appending(retentionName)
    guard let below = try? names(in: retention), !below.isEmpty else { return [try RulesFolder(path)] }
    return [try RulesFolder(path), try RulesFolder(retention)]
  }

  private let files: [(name: String, text: String)]

  /// Reads every `*.toml` of the directory; a directory without any that has a folder `triage` stands for that folder.
  /// - Throws: `CommandError`: `noInput` where there is no such directory, `badConfiguration` where it holds no rules.
  public init(_ path: FilePath) throws(CommandError) {
    let inner = path.appending("triage")
    var names = try Self.names(in: path)
    var place = path
    if names.isEmpty, let below = try? Self.names(in: inner), !below.isEmpty {
      names = below
      place = inner
    }
    guard !names.isEmpty else {
      throw CommandError(
        .badConfiguration, "rules \(path): holds no *.toml file; name the directory of the rules", kind: .rulesBad)
    }
    self.path = place
    var files: [(name: String, text: String)] = []
    for name in names {
      files.append((place.appending(name).string, try SettingsFiles.text(of: place.appending(name), kind: .rulesBad)))
    }
    self.files = files
  }

  /// The rules in force.
  public func rules() throws(CommandError) -> TriageRules {
    do {
      return try TriageRules.parse(files)
    } catch {
      throw CommandError(.badConfiguration, "\(error)", kind: .rulesBad)
    }
  }

  /// The retention rules in force.
  func retentionRules() throws(CommandError) -> RetentionRules {
    do {
      return try RetentionRules.parse(files)
    } catch {
      throw CommandError(.badConfiguration, "\(error)", kind: .rulesBad)
    }
  }

  /// One file's finding.
  public struct Finding: Sendable {
    public let file: String
    /// Who the file is; nil where it is wrong.
    public let source: RulesSource?
    /// File, line, key, value and allowed range; nil where the file is right.
    public let fault: String?
  }

  /// Looks at every file on top of the right ones before it.
  public func findings() -> [Finding] {
    var right: [(name: String, text: String)] = []
    return files.map { file in
      do throws(SettingsError) {
        let source = isRetention ? try Self.retentionSource(right + [file]) : try Self.triageSource(right + [file])
        right.append(file)
        return Finding(file: file.name, source: source, fault: nil)
      } catch {
        return Finding(file: file.name, source: nil, fault: "\(error)")
      }
    }
  }

  private static func triageSource(_ files: [(name: String, text: String)]) throws(SettingsError) -> RulesSource? {
    try TriageRules.parse(files).sources.last.map {
      RulesSource(id: $0.id, revision: $0.revision, rationale: $0.rationale)
    }
  }

  private static func retentionSource(_ files: [(name: String, text: String)]) throws(SettingsError) -> RulesSource? {
    try RetentionRules.parse(files).sources.last
  }

  private static func names(in path: FilePath) throws(CommandError) -> [String] {
    guard SettingsFiles.exists(path) else {
      throw CommandError(.noInput, "rules \(path): no such directory", kind: .rulesBad)
    }
    return try SettingsFiles.names(in: path, kind: .rulesBad)
  }
}
