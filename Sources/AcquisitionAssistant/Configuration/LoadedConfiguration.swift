// Settings as they were found: values, and where each comes from.

import Settings
import SystemPackage

/// What all sources together say.
public struct LoadedConfiguration: Sendable {
  public internal(set) var values: AssistantConfiguration
  /// File and line, variable or option by key; keys that keep their default are absent.
  public internal(set) var origins: [String: String] = [:]
  /// The files that were read, in their order.
  public internal(set) var files: [FilePath] = []
  public internal(set) var doubtfulVariables: [DoubtfulVariable] = []

  init(_ values: AssistantConfiguration = AssistantConfiguration()) { self.values = values }

  /// Takes what one source says over what the earlier ones said.
  mutating func take(_ reader: SettingsReader) throws(SettingsError) {
    for key in ConfigurationKey.all {
      try key.read(reader, &values)
      if let place = reader.place(of: key.key) { origins[key.key] = place }
    }
  }

  /// Keys whose value differs from another's and that a reload can't take, each with the reason.
  func needingRestart(comparedTo other: LoadedConfiguration) -> [(key: String, why: String)] {
    ConfigurationKey.all.compactMap { key in
      guard case .needsRestart(let why) = key.change, key.text(values) != key.text(other.values) else { return nil }
      return (key.key, why)
    }
  }
}
