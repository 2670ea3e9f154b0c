// Looks after the database while the pipeline works: checks it, backs it up, prunes it.

import Logging
import SystemdService
import TargetStore

/// One loop of its own, on connections of its own: nothing that it does keeps a scan waiting for more than one small step.
final class Upkeeper: Sendable {
  private let store: TargetStore
  private let inForce: WorkInForce
  private let health: PipelineHealth
  private let logger: Logger

  /// Between two looks whether something is due; also how late a short interval may be.
  private static let longestSleep = Duration.seconds(60)
  private static let shortestSleep = Duration.milliseconds(200)
  /// Between two steps of pruning, for others to write.
  private static let pruningPause = Duration.milliseconds(50)

  init(store: TargetStore, inForce: WorkInForce, health: PipelineHealth, logger: Logger) {
    self.store = store
    self.inForce = inForce
    self.health = health
    self.logger = logger
  }

  /// Runs until cancelled; a long read that is under way ends then at its next step.
  func run() async throws {
    try await withTaskCancellationHandler {
      try await loop()
    } onCancel: {
      store.endUpkeep()
    }
  }

  private func loop() async throws {
    var timers = Timers(UpkeepPlan(inForce.now.configuration), store)
    while true {
      try await Task.sleep(for: timers.pause(.now, in: Self.shortestSleep...Self.longestSleep))
      let plan = UpkeepPlan(inForce.now.configuration)
      if plan != timers.plan { timers = Timers(plan, store) }
      await turn(&timers.check, look)
      await turn(&timers.backup) { await backUp(keeping: plan.backupsKept) }
      await turn(&timers.prune, pruneOnce)
    }
  }

  /// Runs a task that is due; a damaged database is left alone, and trouble that is told already is not told again.
  private func turn(_ timer: inout UpkeepTimer, _ task: () async -> Bool) async {
    guard timer.isDue(.now), health.now.damage == nil, !Task.isCancelled else { return }
    guard health.now.databaseTrouble == nil else { return timer.postpone(.now) }
    if await task() { timer.done(.now) } else { timer.failed(.now) }
  }

  private func look() async -> Bool {
    do throws(TargetStoreError) {
      if let finding = try store.findDamage() {
        health.damaged(finding, store, logger)
        try? store.note(.check, isWell: false, finding)
        return false
      }
      try store.note(.check, isWell: true, "every table is whole")
      return true
    } catch {
      return failed(error, .databaseTrouble, "the check of the database failed")
    }
  }

  private func backUp(keeping count: Int) async -> Bool {
    do throws(TargetStoreError) {
      let file = try store.backUp(keeping: count)
      logger.notice("backup: \(file.path), \(file.bytes >> 10) KiB", metadata: ["file": "\(file.path)"])
      try store.note(.backup, isWell: true, file.path)
      return true
    } catch {
      if error.code == .corrupt { health.damaged(error.message, store, logger) }
      try? store.note(.backup, isWell: false, error.message)
      return failed(error, .backupFailed, "no backup was made")
    }
  }

  private func pruneOnce() async -> Bool {
    let rules = inForce.now.retention
    var pass = PruningPass()
    do throws(TargetStoreError) {
      guard try store.trustsClock() else {
        try store.note(.prune, isWell: true, "nothing: the clock has not run evenly for a week yet")
        return true
      }
      while try store.prune(rules.policy, &pass) {
        guard (try? await Task.sleep(for: Self.pruningPause)) != nil else { break }
      }
      try store.note(.prune, isWell: true, "\(pass.count.text) (rules \(rules.identity))")
      if !pass.count.isNothing { logger.notice("pruned by rules \(rules.identity): \(pass.count.text)") }
      return true
    } catch {
      if error.code == .corrupt { health.damaged(error.message, store, logger) }
      return failed(error, .databaseTrouble, "pruning was broken off")
    }
  }

  /// - Returns: false, for the timer.
  private func failed(_ error: TargetStoreError, _ kind: ServiceMessage, _ what: String) -> Bool {
    if error.code != .brokenOff { logger.report(kind, "\(what): \(error.message)") }
    return false
  }
}

/// The tasks' clocks by one plan.
private struct Timers {
  let plan: UpkeepPlan
  var check: UpkeepTimer
  var backup: UpkeepTimer
  var prune: UpkeepTimer

  init(_ plan: UpkeepPlan, _ store: TargetStore) {
    let now = ContinuousClock.now
    func timer(_ hours: Double, _ task: UpkeepTask) -> UpkeepTimer {
      UpkeepTimer(hours: hours, secondsSince: (try? store.secondsSince(task)) ?? nil, now: now)
    }
    self.plan = plan
    check = timer(plan.checkHours, .check)
    backup = timer(plan.backupHours, .backup)
    prune = timer(plan.pruneHours, .prune)
  }

  /// How long to sleep until something is due.
  func pause(_ now: ContinuousClock.Instant, in range: ClosedRange<Duration>) -> Duration {
    let next = [check.next, backup.next, prune.next].compactMap { $0 }.min()
    return min(max(next.map { now.duration(to: $0) } ?? range.upperBound, range.lowerBound), range.upperBound)
  }
}

extension PipelineHealth {
  /// Holds the pipeline and says so once.
  func damaged(_ finding: String, _ store: TargetStore, _ logger: Logger) {
    guard now.damage == nil else { return }
    let advice = store.restoreAdvice
    update { $0.damage = Damage(finding: finding, advice: advice) }
    logger.report(
      .databaseDamaged,
      "the database \(store.path) is damaged: \(finding). Scans are held back, nothing is overwritten. \(advice)")
  }
}
