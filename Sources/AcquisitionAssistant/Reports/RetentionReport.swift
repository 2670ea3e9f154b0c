// What the retention rules would take now.

import StrictJSON
import TargetStore

/// What `eelscout retention` says.
public struct RetentionReport: Sendable {
  private let rules: RetentionRules
  private let forecast: PruneForecast

  /// - Parameters:
  ///   - reader: of the database that is looked at.
  ///   - directory: of rules; nil for those that the daemon uses.
  public init(
    _ reader: TargetStoreReader, rules directory: RulesFolder?, configuration: AssistantConfiguration,
    resources: PackageResources = PackageResources()
  ) throws {
    if let directory {
      rules = try directory.retentionRules()
    } else {
      let triage = try configuration.rulesDirectory(resources)
      rules = try RetentionRules.beside(triage, resources)
    }
    forecast = try reader.forecast(rules.policy)
  }

  public var json: JSONValue {
    let (policy, count) = (rules.policy, forecast.count)
    return [
      "rules": .string(rules.identity),
      "keep": [
        "lists_days": .double(policy.listDays), "spectra_days": .double(policy.spectrumDays),
        "pictures_days": .double(policy.pictureDays),
        "journal_days": .double(policy.journalDays), "size_limit_mib": .int(policy.sizeLimitMiB),
        "size_least_days": .double(policy.leastDays),
      ],
      "would_go": [
        "lists": .int(count.lists), "targets": .int(count.targets), "spectra": .int(count.spectra),
        "pictures": .int(count.pictures), "notes": .int(count.notes),
      ],
      "touched_lists": .int(forecast.touchedLists), "database_mib": .double(forecast.databaseMiB),
      "waits_until": JSONValue(forecast.waitsUntil),
    ]
  }

  public var text: String {
    let policy = rules.policy
    let limit = policy.sizeLimitMiB > 0 ? "\(policy.sizeLimitMiB) MiB" : "no limit"
    var text = "rules \(rules.identity)\n"
    text += "  lists \(Figures.short(policy.listDays)) days, spectra \(Figures.short(policy.spectrumDays)) days, "
    text += "pictures \(Figures.short(policy.pictureDays)) days, journal \(Figures.short(policy.journalDays)) days\n"
    text += "  size \(Figures.short(forecast.databaseMiB)) MiB now, \(limit)\n"
    text += "would go now\n" + TextLayout.wrapped(forecast.count.text, indent: "  ")
    text += "stays whatever its age\n"
    text += TextLayout.wrapped(
      "\(forecast.touchedLists) old lists that somebody has touched; what every scan is known by", indent: "  ")
    if let moment = forecast.waitsUntil {
      text += "nothing is pruned before \(Moments.local(moment)): the clock must run evenly for a week first\n"
    }
    return text
  }
}
