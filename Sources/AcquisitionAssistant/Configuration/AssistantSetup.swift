// Configuration, rules and model: loaded and checked together, in force together.

import SystemPackage
import TargetStore

/// All that the daemon works with until the next reload.
struct AssistantSetup: Sendable {
  let loaded: LoadedConfiguration
  let state: FilePath
  let rulesDirectory: FilePath
  let modelFile: FilePath
  let engine: TriageEngine
  let retention: RetentionRules

  /// Loads everything anew.
  /// - Throws: `CommandError`, one line that says what, where and what is allowed.
  init(
    _ loaded: LoadedConfiguration, environment: [String: String], resources: PackageResources
  ) throws(CommandError) {
    let values = loaded.values
    state = values.stateDirectory(environment: environment)
    try loaded.checkForDaemon(state: state)
    rulesDirectory = try values.rulesDirectory(resources)
    let rules = try RulesFolder(rulesDirectory).rules()
    modelFile = try values.modelFile(resources)
    engine = try TriageEngine(
      model: try ModelFile.load(modelFile), rules: rules, defaultPixelSizeNM: values.defaultPixelSizeNM,
      threads: values.threads, storage: UnnamedFiles(MemoryBudget(mebibytes: values.memoryMiB)))
    retention = try RetentionRules.beside(rulesDirectory, resources)
    self.loaded = loaded
  }

  var configuration: AssistantConfiguration { loaded.values }

  /// What the database says of a run with it.
  var run: DaemonRun {
    DaemonRun(
      version: AssistantProgram.version, modelID: engine.model.id, rulesSHA256: engine.rules.sha256,
      rulesRevision: engine.rules.identity)
  }

  /// What is in force and from where, one setting a line as a file would state it, for `--check-config`.
  var report: String {
    let lines = ConfigurationKey.all.map { key in
      let value = key.text(configuration) ?? fallback(key.key)
      let assignment = value.map { "\(key.key) = \($0)" } ?? "# \(key.key): \(key.standard)"
      let padding = String(repeating: " ", count: max(0, Self.originColumn - assignment.count))
      return "\(assignment)\(padding)  # \(loaded.origins[key.key] ?? "default")"
    }
    return """
      configuration ok
      \(lines.joined(separator: "\n"))
      # model \(engine.model.id), rules \(engine.rules.identity), retention \(retention.identity), files read: \(filesRead)

      """
  }

  private static let originColumn = 40

  private var filesRead: String {
    loaded.files.isEmpty ? "none" : loaded.files.map(\.string).joined(separator: ", ")
  }

  /// What stands in for a path that nothing sets.
  private func fallback(_ key: String) -> String? {
    switch key {
    case "model": return modelFile.string.debugDescription
    case "rules": return rulesDirectory.string.debugDescription
    case "state": return state.string.debugDescription
    default: return nil
    }
  }
}
