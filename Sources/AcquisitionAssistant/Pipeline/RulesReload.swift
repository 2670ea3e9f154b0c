// SIGHUP: the rules are read again; wrong ones leave the old ones in force.

import Logging
import ServiceLifecycle
import SystemPackage
import SystemdService
import TargetStore
import UnixSignals

/// Listens for the signal that `systemctl reload` sends.
struct RulesReload: Service {
  let service: AssistantService
  let store: TargetStore
  let engine: TriageEngine
  let directory: FilePath
  let resources: PackageResources
  let notifier: ServiceNotifier
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) { reload() }
    }
  }

  private func reload() {
    notifier.reloading()
    defer { notifier.ready(status: "rules were read again") }
    do {
      let rules = try RulesFolder(directory).rules()
      let retention = try RetentionRules.beside(directory, resources)
      try service.use(
        TriageEngine(
          model: engine.model, rules: rules, defaultPixelSizeNM: engine.defaultPixelSizeNM, threads: engine.threads))
      service.use(retention)
      logger.notice("rules \(rules.identity) are in force, retention \(retention.identity)")
      try store.note("reload", "rules \(rules.identity)")
    } catch let error as CommandError {
      logger.report(.rulesBad, "the old rules stay in force: \(error)")
    } catch {
      logger.report(.databaseTrouble, "\(error)")
    }
  }
}
