// Everywhere settings come from, and in which order.

import Settings
import SystemPackage

/// An option of the command line that sets a key.
public struct ConfigurationOption: Hashable, Sendable {
  /// As it is typed, such as `--quiet`.
  public let name: String
  /// What was given, once or several times.
  public let texts: [String]

  public init(_ name: String, _ texts: [String]) {
    self.name = name
    self.texts = texts
  }
}

/// Defaults < file < drop-ins < environment < options: what comes later wins, key by key.
public struct ConfigurationSources: Sendable {
  /// Nil for the standard file, where it exists.
  public var file: FilePath?
  public var environment: [String: String]
  public var options: [ConfigurationOption]

  public init(file: FilePath? = nil, environment: [String: String], options: [ConfigurationOption] = []) {
    self.file = file
    self.environment = environment
    self.options = options
  }

  /// Reads everything anew.
  /// - Throws: `CommandError`, one line with place, key, value and allowed range: `usage` for an option,
  ///   `badConfiguration` for all else.
  public func load() throws(CommandError) -> LoadedConfiguration {
    var loaded = LoadedConfiguration()
    for path in try files() {
      let text = try SettingsFiles.text(of: path, kind: .configurationBad)
      try Self.wrapping(.badConfiguration) { () throws(SettingsError) in
        let reader = SettingsReader(try SettingsDocument(text: text, fileName: path.string))
        try loaded.take(reader)
        try reader.finish()
      }
      loaded.files.append(path)
    }
    for key in ConfigurationKey.all {
      guard let text = environment[key.variable] else { continue }
      let texts = key.shape == .list ? text.split(separator: ":").map(String.init) : [text]
      try Self.wrapping(.badConfiguration) { () throws(SettingsError) in
        try loaded.take(
          SettingsReader(SettingsDocument(key.key, texts, as: key.shape, place: "environment \(key.variable)")))
      }
    }
    for option in options {
      guard let key = ConfigurationKey.all.first(where: { $0.option == option.name }) else { continue }
      try Self.wrapping(.usage) { () throws(SettingsError) in
        try loaded.take(
          SettingsReader(SettingsDocument(key.key, option.texts, as: key.shape, place: "option \(option.name)")))
      }
    }
    loaded.doubtfulVariables = doubtfulVariables()
    return loaded
  }

  /// The file and its drop-ins, `FILE.d/*.toml` in the order of their names.
  private func files() throws(CommandError) -> [FilePath] {
    let main = file ?? AssistantConfiguration.standardFile
    var files: [FilePath] = []
    if SettingsFiles.exists(main) {
      files.append(main)
    } else if file != nil {
      throw CommandError(
        .badConfiguration,
        "\(main): no such configuration file, or it can't be reached; check --config and permissions",
        kind: .configurationBad)
    }
    let dropIns = FilePath(main.string + ".d")
    if SettingsFiles.exists(dropIns) {
      files += try SettingsFiles.names(in: dropIns, kind: .configurationBad).map { dropIns.appending($0) }
    }
    return files
  }

  /// Variables that look like a setting misspelt, with what was probably meant. Others are somebody else's.
  private func doubtfulVariables() -> [DoubtfulVariable] {
    let prefix = ConfigurationKey.variablePrefix
    let known = Set(ConfigurationKey.all.map(\.variable))
    return environment.keys.sorted().compactMap { name in
      guard name.hasPrefix(prefix), !known.contains(name) else { return nil }
      let word = String(name.dropFirst(prefix.count))
      let near = KeySuggestion.nearest(to: word, among: known.map { String($0.dropFirst(prefix.count)) })
      return near.map { DoubtfulVariable(name: name, meant: prefix + $0) }
    }
  }

  private static func wrapping(
    _ status: ExitStatus, _ body: () throws(SettingsError) -> Void
  ) throws(CommandError) {
    do {
      try body()
    } catch {
      throw CommandError(status, "\(error)", kind: .configurationBad)
    }
  }
}

/// An environment variable that sets nothing, though it probably should.
public struct DoubtfulVariable: Hashable, Sendable {
  public let name: String
  public let meant: String

  public var warning: String { "environment variable \(name) is no setting and has no effect; did you mean \(meant)?" }
}
