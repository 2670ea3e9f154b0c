// Writes the metrics while the daemon runs. Nothing else waits for it: a slow disk makes old metrics, no dead daemon.

import FoundationEssentials
import Logging
import Synchronization
import SystemPackage
import SystemdService
import TargetStore

/// Gathers the numbers every few seconds and replaces the file that the configuration names.
final class MetricsWriter: Sendable {
  /// Prometheus asks every 15 s or more.
  private static let interval = Duration.seconds(10)

  private let inForce: WorkInForce
  private let health: PipelineHealth
  private let store: TargetStore
  private let messages: MessageLimiter
  private let logger: Logger
  private let startedAt = Date()
  /// Why the last attempt failed, at which path; nil when it succeeded.
  private let trouble = Mutex<String?>(nil)

  init(inForce: WorkInForce, health: PipelineHealth, store: TargetStore, messages: MessageLimiter, logger: Logger) {
    self.inForce = inForce
    self.health = health
    self.store = store
    self.messages = messages
    self.logger = logger
  }

  /// Runs until cancelled.
  func run() async throws {
    while true {
      // Before the first look there is nothing to say.
      if health.now.look != nil { write() }
      try await Task.sleep(for: health.now.look == nil ? .seconds(1) : Self.interval)
    }
  }

  /// Says once more how the run went, with no state that holds: nobody reads "ok" of a daemon that was stopped.
  func end() {
    health.update { $0.look?.hasEnded = true }
    write()
  }

  private func write() {
    guard let path = inForce.now.configuration.metricsTextfile else { return }
    do throws(Errno) {
      try MetricsFile.write(snapshot().text, to: path)
      if trouble.withLock({ $0.take() }) != nil { logger.notice("metrics are written again") }
    } catch {
      let text = "metrics can't be written to \(path): \(error)"
      let isFresh = trouble.withLock { last in
        defer { last = text }
        return last != text
      }
      guard isFresh else { return }
      logger.report(.metricsUnwritable, "\(text)", metadata: ["file": "\(path)", "reason": "\(error)"])
    }
  }

  private func snapshot() -> MetricsSnapshot {
    let (work, now) = (inForce.now, health.now)
    var snapshot = MetricsSnapshot()
    snapshot.daemon = work.configuration.metricsDaemon
    snapshot.version = work.run.version
    snapshot.model = work.run.modelID
    snapshot.rules = work.run.rulesRevision
    snapshot.startedAt = startedAt
    snapshot.aliveAt = now.look?.at
    snapshot.state = now.look.map { $0.hasEnded ? "stopped" : $0.report.state.rawValue } ?? ""
    snapshot.tally = now.tally
    snapshot.queue = now.look?.queue ?? 0
    snapshot.failures = messages.counts
    snapshot.linesSummedUp = messages.summedUp
    snapshot.linesRefused = messages.refused
    let figures = try? store.figures()
    snapshot.files = figures.map { figures in
      Dictionary(uniqueKeysWithValues: figures.files.map { ($0.key.rawValue, $0.value) })
    }
    snapshot.lastScanAt = figures?.lastScanAt
    snapshot.lastBackupAt = figures?.lastBackupAt
    snapshot.databaseBytes = Self.size(of: FilePath(store.path))
    snapshot.logBytes = Self.size(of: FilePath(store.path + "-wal"))
    return snapshot
  }

  private static func size(of path: FilePath) -> Int64? { try? path.stat().size }
}
