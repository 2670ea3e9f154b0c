// Says how things are: file states and heartbeat in the database, the status line, notices in the journal.

import FolderWatching
import Logging
import SystemPackage
import SystemdService
import TargetStore

/// The loop that looks at all others once a second.
struct Overseer: Sendable {
  /// A file that is not ready stands in the database within this time after the watcher has seen it.
  private static let interval = Duration.seconds(1)
  /// Without news the heartbeat is written this often; readers call a daemon silent after several times this.
  static let heartbeatInterval = Duration.seconds(10)

  let watcher: FolderWatcher
  let store: TargetStore
  let board: FileStateBoard
  let line: ScanLine
  let patience: FilePatience
  let health: PipelineHealth
  let inForce: WorkInForce
  /// What the database says of this run.
  let recorded: DaemonRun
  let messages: MessageLimiter
  let retry: StoreRetry
  let notifier: ServiceNotifier
  let logger: Logger

  /// Runs until cancelled.
  func run(_ token: ProgressToken) async throws {
    var last: DaemonReport?
    var lastBeat = ContinuousClock.now
    var recorded = recorded
    var lastError: LoggedError?
    var tidied: String?
    while true {
      token.proveProgress()
      messages.summarise()
      let status = await watcher.status()
      let inLine = await line.waiting
      let report = HealthReport.make(status, inLine: inLine.count, health: health.now)
      health.update { $0.look = PipelineHealth.Look(report: report, queue: inLine.count + status.readyCount) }
      do {
        let run = inForce.now.run
        if run != recorded {
          try store.reload(run)
          recorded = run
        }
        if let error = messages.lastError, error != lastError, health.now.databaseTrouble == nil {
          try store.note("error", error.text)
          lastError = error
        }
        try await board.show(status.waiting, special: status.special, inLine: inLine)
        // While the database makes trouble, each turn is a trial.
        _ = try store.expireLeases()
        let isAtRest = inLine.isEmpty && health.now.inHand == nil
        try store.trimLog(atRest: isAtRest)
        if isAtRest, health.now.lastScan != tidied {
          SpareMemory.giveBack()
          tidied = health.now.lastScan
        }
        let isInTrouble = health.now.isDatabaseInTrouble
        if report != last || isInTrouble || lastBeat.duration(to: .now) >= Self.heartbeatInterval {
          try store.heartbeat(report, isTrial: isInTrouble)
          lastBeat = .now
          if isInTrouble, health.now.retries == 0 { retry.recovered() }
        }
      } catch {
        retry.failed(error)
      }
      if report != last { notifier.status(report.status) }
      last = report
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Passes on what the watcher has to say, until it ends.
  func passOnNotices() async {
    var absent: Set<FilePath> = []
    for await notice in watcher.notices {
      switch notice {
      case .folder(let folder): tell(folder, &absent)
      case .gone(let path):
        await patience.forget(path)
        do throws(TargetStoreError) { try await board.forget(path) } catch { retry.failed(error) }
      case .problem(let problem):
        logger.report(
          .folderPartlyUnreadable, "\(problem.path): \(problem.reason)",
          metadata: ["folder": "\(problem.path)", "reason": "\(problem.reason)"])
      case .overflow: logger.debug("the kernel's queue of changes ran over; everything is listed again")
      }
    }
  }

  private func tell(_ folder: FolderStatus, _ absent: inout Set<FilePath>) {
    switch folder.state {
    case .watching:
      if absent.remove(folder.path) != nil {
        logger.notice("folder \(folder.path) is back")
        note("folder-back", "\(folder.path)")
      }
    case .polling(let reason):
      absent.remove(folder.path)
      logger.report(
        .folderPolled, "folder \(folder.path) is listed from time to time: \(reason)",
        metadata: ["folder": "\(folder.path)", "reason": "\(reason)"])
    case .absent(let reason):
      guard absent.insert(folder.path).inserted else { return }
      logger.report(
        .folderAbsent, "folder \(folder.path) can't be watched: \(reason)",
        metadata: ["folder": "\(folder.path)", "reason": "\(reason)"])
      note("folder-absent", "\(folder.path): \(reason)")
    }
  }

  private func note(_ kind: String, _ message: String) {
    do throws(TargetStoreError) { try store.note(kind, message) } catch { retry.failed(error) }
  }
}
