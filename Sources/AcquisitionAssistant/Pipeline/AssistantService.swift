// The pipeline as one service: watch → look → rank → commit → say so, until it is asked to stop.

import Dispatch
import FolderWatching
import Glibc
import Logging
import MicroscopeFiles
import ServiceLifecycle
import SystemPackage
import SystemdService
import TargetStore

/// Everything the daemon does between its start and its end.
final class AssistantService: Service {
  private let watcher: FolderWatcher
  private let store: TargetStore
  private let looker: FileLooker
  private let ranker: ScanRanker
  private let overseer: Overseer
  private let inForce: WorkInForce
  private let patience: FilePatience
  private let metrics: MetricsWriter
  private let messages: MessageLimiter
  private let line = ScanLine()
  private let health = PipelineHealth()
  private let upkeeper: Upkeeper
  private let feeder: WatchdogFeeder
  private let tokens: (looking: ProgressToken, ranking: ProgressToken, overseeing: ProgressToken)
  private let idle = (looking: IdleFlag(), ranking: IdleFlag())
  private let notifier: ServiceNotifier
  private let logger: Logger
  private let executor = WorkExecutor()

  /// A start is not held up longer than this by the first listing of a huge tree.
  private static let longestFirstLook = Duration.seconds(1)
  /// Seconds from the request to stop to the end, whatever is going on: the promise is 5 s.
  private static let longestStop = 4.0

  /// - Parameters:
  ///   - setup: what it works with at first; the watchdog sees the progress of its networks.
  ///   - store: opened for writing, with a run begun.
  ///   - trial: how a file under suspicion is tried.
  ///   - messages: counts what is logged, and sums up what repeats itself.
  /// - Throws: `CommandError` for folders that can't be watched as configured.
  init(
    _ setup: AssistantSetup, store: TargetStore, trial: FileTrial, notifier: ServiceNotifier = ServiceNotifier(),
    messages: MessageLimiter, logger: Logger
  ) async throws(CommandError) {
    let watcher: FolderWatcher
    do {
      watcher = try FolderWatcher(WatchOptions.make(setup.configuration))
    } catch {
      throw CommandError(.badConfiguration, "watch.folders: \(error)", kind: .configurationBad)
    }
    let (looking, ranking) = idle
    let feeder = WatchdogFeeder { notifier.alive() }
    tokens = (
      await feeder.register("looking at files") {
        guard looking.isIdle else { return false }
        _ = await watcher.status()
        return true
      }, await feeder.register("ranking scans") { ranking.isIdle }, await feeder.register("overseeing")
    )
    self.feeder = feeder
    let health = self.health
    let retries = [tokens.looking, tokens.ranking, tokens.overseeing].map {
      StoreRetry(health: health, store: store, logger: logger, token: $0)
    }
    let board = FileStateBoard(store: store)
    patience = FilePatience(setup.configuration)
    inForce = WorkInForce(WorkInForce.Values(setup, engine: try setup.engine.proving(tokens.ranking)))
    looker = FileLooker(
      watcher: watcher, inForce: inForce, store: store, board: board, line: line, patience: patience,
      hands: FileHands(store: store, trial: trial, logger: logger), retry: retries[0], idle: looking, logger: logger)
    ranker = ScanRanker(looker, retry: retries[1])
    overseer = Overseer(
      watcher: watcher, store: store, board: board, line: line, patience: patience, health: health, inForce: inForce,
      recorded: setup.run, messages: messages, retry: retries[2], notifier: notifier, logger: logger)
    upkeeper = Upkeeper(store: store, inForce: inForce, health: health, logger: logger)
    metrics = MetricsWriter(inForce: inForce, health: health, store: store, messages: messages, logger: logger)
    self.messages = messages
    self.watcher = watcher
    self.store = store
    self.notifier = notifier
    self.logger = logger
  }

  /// Other configuration, rules and model, together, from the next scan on. Nothing of it is refused any more.
  func use(_ setup: AssistantSetup) async throws(CommandError) {
    let before = inForce.now
    let options = WatchOptions.make(setup.configuration)
    inForce.use(WorkInForce.Values(setup, engine: try setup.engine.proving(tokens.ranking)))
    await patience.use(setup.configuration)
    guard WatchOptions.differ(before.configuration, setup.configuration) else { return }
    do {
      // Scans without pixel size may be ranked from now on.
      try await watcher.follow(options, repeating: inForce.now.canSize && !before.canSize)
    } catch {
      throw CommandError(.badConfiguration, "watch.folders: \(error)", kind: .configurationBad)
    }
  }

  /// Works until graceful shutdown; then ends within seconds, the scan in hand committed whole or not at all.
  func run() async throws {
    SpareMemory.sharePools()
    try await withGracefulShutdownHandler {
      do {
        try await cancelWhenGracefulShutdown {
          try await withTaskExecutorPreference(self.executor) { try await self.work() }
        }
      } catch is CancellationError {}
      end()
    } onGracefulShutdown: {
      self.beginStopping()
    }
  }

  private func work() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.watcher.run() }
      group.addTask { try await self.looker.run(self.tokens.looking) }
      group.addTask {
        try await withTaskCancellationHandler {
          try await self.ranker.run(self.tokens.ranking, idle: self.idle.ranking)
        } onCancel: {
          Task { await self.line.close() }
        }
      }
      group.addTask {
        // Before the first look a folder that is there counts as absent.
        await self.announceReady()
        try await self.overseer.run(self.tokens.overseeing)
      }
      group.addTask { await self.overseer.passOnNotices() }
      group.addTask { try await self.upkeeper.run() }
      group.addTask { try await self.metrics.run() }
      if let interval = notifier.watchdogInterval() {
        group.addTask { await self.feedWatchdog(interval) }
      }
      try await group.waitForAll()
    }
  }

  private func announceReady() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watcher.firstLookFinished() }
      group.addTask { try? await Task.sleep(for: Self.longestFirstLook) }
      await group.next()
      group.cancelAll()
    }
    guard !Task.isCancelled else { return }
    let status = await watcher.status()
    let report = HealthReport.make(status, inLine: 0, health: health.now)
    notifier.ready(status: report.status)
    logger.notice("ready: \(report.status)")
  }

  private func feedWatchdog(_ interval: Duration) async {
    await feeder.run(interval: interval) { loops in
      self.logger.report(.workerStalled, "no progress in: \(loops.joined(separator: ", "))")
    }
  }

  private func beginStopping() {
    notifier.stopping(status: "stopping")
    logger.notice("stopping")
    // Whatever happens now, it is not the fault of a file.
    Task.detached { [store] in try? store.letGoOfAll() }
    // A mount that hangs, a disk that does not answer or a program that holds the database must not turn a stop into a
    // kill: nothing is lost by ending here, since the database holds whole transactions only. No loop and no thread that
    // may be waiting for them is needed for it.
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.longestStop) { [logger, messages] in
      logger.report(
        .shutdownTimedOut, "work was still going on after \(Self.longestStop) s; it is taken up at the next start")
      messages.flush()
      // Not `exit`: the libraries would take themselves apart under the threads that still work with them.
      _exit(ExitStatus.ok.rawValue)
    }
  }

  private func end() {
    do throws(TargetStoreError) {
      try store.letGoOfAll()
      try store.end(why: "stopped as asked")
    } catch {
      logger.report(.databaseTrouble, "the end of this run could not be written down: \(error.message)")
    }
    metrics.end()
    logger.notice("stopped")
  }
}

extension TriageEngine {
  /// The same engine, whose progress the watchdog sees.
  fileprivate func proving(_ token: ProgressToken) throws(CommandError) -> TriageEngine {
    try TriageEngine(
      model: ProvenModel(model: model, token: token), rules: rules, defaultPixelSizeNM: defaultPixelSizeNM,
      threads: threads, storage: ProvenStorage(storage: storage, token: token))
  }
}
