// Rules for what is kept how long, read like the rules of triage.

import Foundation
import Settings
import SystemPackage
import TargetStore

/// The retention rules in force.
public struct RetentionRules: Equatable, Sendable {
  public private(set) var policy = RetentionPolicy()
  /// Which files made them: `default r1 + ours r2`; `built-in` without any.
  public private(set) var sources: [RulesSource] = []

  public var identity: String {
    sources.isEmpty ? "built-in" : sources.map { "\($0.id) r\($0.revision)" }.joined(separator: " + ")
  }

  /// A century: nothing is so old, and dates stay dates.
  private static let days = 0.0...36_500

  /// Merges files over the defaults, in the order of their names.
  /// - Throws: `SettingsError`, one line with file, line, key, value and allowed range.
  static func parse(_ files: [(name: String, text: String)]) throws(SettingsError) -> RetentionRules {
    var rules = RetentionRules()
    for file in files.sorted(by: { $0.name < $1.name }) {
      try rules.merge(SettingsReader(try SettingsDocument(text: file.text, fileName: file.name)))
    }
    return rules
  }

  private mutating func merge(_ reader: SettingsReader) throws(SettingsError) {
    sources.append(
      RulesSource(
        id: try reader.string("id"), revision: try reader.int("revision", in: 1...1_000_000),
        rationale: try reader.string("rationale")))
    func days(_ key: String, _ value: Double) throws(SettingsError) -> Double {
      try reader.double(key, default: value, in: Self.days, unit: "days")
    }
    policy.listDays = try days("keep.lists_days", policy.listDays)
    policy.spectrumDays = try days("keep.spectra_days", policy.spectrumDays)
    policy.pictureDays = try days("keep.pictures_days", policy.pictureDays)
    policy.journalDays = try days("keep.journal_days", policy.journalDays)
    policy.sizeLimitMiB = try reader.int("size.limit_mib", default: policy.sizeLimitMiB, in: 0...1_048_576, unit: "MiB")
    policy.leastDays = try days("size.least_days", policy.leastDays)
    try reader.finish()
    guard policy.spectrumDays <= policy.listDays else {
      throw reader.error(
        "keep.spectra_days",
        "= \(policy.spectrumDays) must not exceed keep.lists_days = \(policy.listDays) days: a spectrum goes with its list"
      )
    }
    guard policy.pictureDays <= policy.listDays else {
      throw reader.error(
        "keep.pictures_days",
        "= \(policy.pictureDays) must not exceed keep.lists_days = \(policy.listDays) days: pictures go with their list"
      )
    }
  }

  /// The rules that lie beside those of triage: in a folder `retention` there or next to it, else the package's own.
  static func beside(_ triage: FilePath, _ resources: PackageResources) throws(CommandError) -> RetentionRules {
    var places = [triage.appending("retention"), triage.removingLastComponent().appending("retention")]
    if let own = try? resources.rules() { places.append(own.removingLastComponent().appending("retention")) }
    for place in places where (try? place.stat()) != nil { return try RulesFolder(place).retentionRules() }
    return RetentionRules()
  }
}

/// Who a rules file is.
public struct RulesSource: Equatable, Sendable {
  public let id: String
  public let revision: Int
  public let rationale: String
}
