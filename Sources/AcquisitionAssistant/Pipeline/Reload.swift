// SIGHUP: configuration, rules and model are read again; when anything is wrong, all the old stays in force.

import Logging
import ServiceLifecycle
import SystemdService
import UnixSignals

/// Listens for the signal that `systemctl reload` sends.
struct Reload: Service {
  let service: AssistantService
  /// Reads and checks everything anew.
  let load: @Sendable () throws(CommandError) -> AssistantSetup
  /// What the daemon was started with: some settings hold until it ends.
  let start: AssistantSetup
  let notifier: ServiceNotifier
  let logger: Logger
  private let executor = WorkExecutor()

  init(
    service: AssistantService, start: AssistantSetup, notifier: ServiceNotifier, logger: Logger,
    load: @escaping @Sendable () throws(CommandError) -> AssistantSetup
  ) {
    self.service = service
    self.start = start
    self.notifier = notifier
    self.logger = logger
    self.load = load
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
    }
  }

  private func reload() async {
    notifier.reloading()
    do throws(CommandError) {
      // A large model takes its time: the threads of signals and timers are kept free.
      let setup = try await withTaskExecutorPreference(executor) { () throws(CommandError) in try load() }
      try await service.use(setup)
      let now = "model \(setup.engine.model.id), rules \(setup.engine.rules.identity) are in force"
      logger.notice(
        "configuration read again: \(now)",
        metadata: ["model": "\(setup.engine.model.id)", "rules": "\(setup.engine.rules.sha256)"])
      notifier.ready(status: "read again: \(now)")
      tellWhatWaits(for: setup)
      setup.loaded.warn(logger)
    } catch {
      let reason = "\(error)"
      logger.report(.reloadRefused, "everything stays as it was: \(reason)", metadata: ["reason": "\(reason)"])
      notifier.ready(status: "reload refused, everything stays as it was: \(reason)")
    }
  }

  private func tellWhatWaits(for setup: AssistantSetup) {
    for (key, why) in setup.loaded.needingRestart(comparedTo: start.loaded) {
      logger.report(
        .restartNeeded, "\(key) has changed and takes effect at the next restart: \(why)", metadata: ["key": "\(key)"])
    }
  }
}

extension LoadedConfiguration {
  /// Names variables that were probably meant as settings.
  func warn(_ logger: Logger) {
    for variable in doubtfulVariables {
      logger.report(.variableUnknown, "\(variable.warning)", metadata: ["variable": "\(variable.name)"])
    }
  }
}
