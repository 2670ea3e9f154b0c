// Takes scans from the line, ranks them and commits each with its targets in one transaction.

import FolderWatching
import Logging
import MicroscopeFiles
import SystemPackage
import SystemdService
import TargetStore
import Triage

/// The second half of the pipeline. The file is read again: the line keeps no pixels, and the file may have changed.
final class ScanRanker: Sendable {
  private let watcher: FolderWatcher
  private let inForce: WorkInForce
  private let store: TargetStore
  private let board: FileStateBoard
  private let line: ScanLine
  private let health: PipelineHealth
  private let retry: StoreRetry
  private let hands: FileHands
  private let logger: Logger

  init(_ looker: FileLooker, retry: StoreRetry) {
    watcher = looker.watcher
    inForce = looker.inForce
    store = looker.store
    board = looker.board
    line = looker.line
    logger = looker.logger
    hands = looker.hands
    self.retry = retry
    health = retry.health
  }

  /// Takes scans until the line is closed.
  func run(_ token: ProgressToken, idle: IdleFlag) async throws {
    while let pending = await idle.while({ await line.next() }) {
      token.proveProgress()
      health.update { $0.inHand = pending.file.path.lastComponent?.string }
      defer { health.update { $0.inHand = nil } }
      do {
        // What is under suspicion was tried before it came into the line; from now on it is this loop's.
        _ = try await retry { () async throws(TargetStoreError) in try store.takeInHand(FileRecord(pending.file)) }
        let outcome = await Self.outcome { try await self.rank(pending) }
        try await hands.letGo(pending.file, retry)
        try outcome.get()
      } catch let error as CancellationError {
        throw error
      } catch {
        try await fail(pending.file, "\(error)")
      }
    }
  }

  private static func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  private func rank(_ pending: PendingScan) async throws {
    let file = pending.file
    let work = inForce.now
    let inspection: FileInspection
    do {
      try file.openForReading().close()
      inspection = try work.inspector.inspect(file.path)
      try file.openForReading().close()
    } catch is FileUnavailable {
      // Another version settles and comes by itself; one that went needs nothing.
      return await watcher.handOutAgain(file, after: .zero)
    } catch is MicroscopeFileError {
      return await watcher.handOutAgain(file, after: .zero)
    }
    guard inspection.verdict == .ready, let scan = inspection.scan, let sha256 = inspection.contentSHA256 else {
      return await watcher.handOutAgain(file, after: .zero)
    }
    let record = FileRecord(file)
    let conditions = ConditionsRecord(scan)
    let copy = try await retry { () async throws(TargetStoreError) in
      try store.recordCopy(ofContent: sha256, file: record, conditions: conditions, canSize: work.canSize)
    }
    if copy != nil { return await board.release(file.path) }
    let ranked = try await work.engine.rank(scan)
    try Task.checkCancellation()
    try await commit(ranked, sha256, pending, record, work.engine)
  }

  private func commit(
    _ ranked: RankedScan, _ sha256: String, _ pending: PendingScan, _ record: FileRecord, _ engine: TriageEngine
  ) async throws {
    let targets = ranked.result.targets.map { TargetRecord($0, tileEdgeNM: ranked.tileEdgeNM) }
    let outcome = try await retry { () async throws(TargetStoreError) in
      let latencyMS = pending.taken.duration(to: .now).milliseconds
      let scan = ScanRecord(ranked, contentSHA256: sha256, engine: engine, latencyMS: latencyMS)
      return try store.record(scan, targets: targets, file: record)
    }
    await board.release(pending.file.path)
    if case .recorded(let number) = outcome {
      say(number, ranked, sha256, pending, engine, latencyMS: pending.taken.duration(to: .now).milliseconds)
    }
  }

  private func fail(_ file: SettledFile, _ reason: String) async throws {
    let text = "\(reason) (while ranking; it is tried again when the file changes)"
    logger.report(
      .internalFault, "\(file.path): \(text)", metadata: ["file": "\(file.path)", "reason": "\(reason)"])
    do {
      try await retry { [board] () async throws(TargetStoreError) in
        try await board.conclude(FileRecord(file), at: file.path, .failed, reason: text)
      }
    } catch let error as TargetStoreError {
      logger.report(.databaseTrouble, "\(error.message)", metadata: ["file": "\(file.path)"])
    }
  }

  /// One line of level info a scan, and a warning for one that is refused.
  private func say(
    _ number: Int, _ ranked: RankedScan, _ sha256: String, _ pending: PendingScan, _ engine: TriageEngine,
    latencyMS: Double
  ) {
    let (file, result) = (pending.file, ranked.result)
    let name = file.path.lastComponent?.string ?? ""
    let count = result.targets.count
    let latency = Int(latencyMS.rounded())
    let reasons = result.reasons.joined(separator: "; ")
    var metadata: Logger.Metadata = [
      "scan": "\(number)", "file": "\(file.path)", "targets": "\(count)", "verdict": "\(result.verdict.rawValue)",
      "latency_ms": "\(latency)", "sha256": "\(sha256)", "model": "\(engine.model.id)",
      "rules": "\(engine.rules.sha256)",
    ]
    if !reasons.isEmpty { metadata["reason"] = "\(reasons)" }
    let summary = "scan \(number), \(name): \(count) targets, domain \(result.verdict.rawValue), \(latency) ms"
    health.update {
      $0.lastScan = summary
      $0.tally.add(result, latencySeconds: latencyMS / 1_000)
    }
    logger.info("\(summary)\(reasons.isEmpty ? "" : "; \(reasons)")", metadata: metadata)
    if result.verdict == .refused {
      logger.report(.scanRefused, "scan \(number), \(name) is not ranked: \(reasons)", metadata: metadata)
    }
  }
}
