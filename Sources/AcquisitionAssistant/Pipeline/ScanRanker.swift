// Takes scans from the line, ranks them and commits each with its targets in one transaction.

import FolderWatching
import Logging
import MicroscopeFiles
import Synchronization
import SystemPackage
import SystemdService
import TargetStore
import Triage

/// The second half of the pipeline. The file is read again: the line keeps no pixels, and the file may have changed.
final class ScanRanker: Sendable {
  private let watcher: FolderWatcher
  private let inspector: FileInspector
  private let store: TargetStore
  private let board: FileStateBoard
  private let line: ScanLine
  private let health: PipelineHealth
  private let retry: StoreRetry
  private let hands: FileHands
  private let canSize: Bool
  private let logger: Logger
  private let engine: Mutex<TriageEngine>

  init(_ looker: FileLooker, engine: TriageEngine, retry: StoreRetry) {
    watcher = looker.watcher
    inspector = looker.inspector
    store = looker.store
    board = looker.board
    line = looker.line
    logger = looker.logger
    hands = looker.hands
    canSize = looker.canSize
    self.retry = retry
    health = retry.health
    self.engine = Mutex(engine)
  }

  /// The rules in force from the next scan on.
  func use(_ engine: TriageEngine) { self.engine.withLock { $0 = engine } }

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
    let inspection: FileInspection
    do {
      try file.openForReading().close()
      inspection = try inspector.inspect(file.path)
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
      try store.recordCopy(ofContent: sha256, file: record, conditions: conditions, canSize: canSize)
    }
    if copy != nil { return await board.release(file.path) }
    let engine = self.engine.withLock { $0 }
    let ranked = try await engine.rank(scan)
    try Task.checkCancellation()
    try await commit(ranked, sha256, pending, record, engine)
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
      say(number, ranked, sha256, pending, latencyMS: pending.taken.duration(to: .now).milliseconds)
    }
  }

  private func fail(_ file: SettledFile, _ reason: String) async throws {
    let text = "\(reason) (while ranking; it is tried again when the file changes)"
    logger.report(.internalFault, "\(file.path): \(text)", metadata: ["path": "\(file.path)"])
    do {
      try await retry { [board] () async throws(TargetStoreError) in
        try await board.conclude(FileRecord(file), at: file.path, .failed, reason: text)
      }
    } catch let error as TargetStoreError {
      logger.report(.databaseTrouble, "\(error.message)", metadata: ["path": "\(file.path)"])
    }
  }

  /// One line a scan.
  private func say(_ number: Int, _ ranked: RankedScan, _ sha256: String, _ pending: PendingScan, latencyMS: Double) {
    let (file, result) = (pending.file, ranked.result)
    let name = file.path.lastComponent?.string ?? ""
    let count = result.targets.count
    let latency = Int(latencyMS.rounded())
    let metadata: Logger.Metadata = [
      "scan": "\(number)", "path": "\(file.path)", "targets": "\(count)", "verdict": "\(result.verdict.rawValue)",
      "latency_ms": "\(latency)", "sha256": "\(sha256)",
    ]
    let summary = "scan \(number), \(name): \(count) targets, domain \(result.verdict.rawValue), \(latency) ms"
    health.update { $0.lastScan = summary }
    switch result.verdict {
    case .refused:
      logger.report(
        .scanRefused, "scan \(number), \(name) is not ranked: \(result.reasons.joined(separator: "; "))",
        metadata: metadata)
    case .marked: logger.info("\(summary); \(result.reasons.joined(separator: "; "))", metadata: metadata)
    case .in: logger.info("\(summary)", metadata: metadata)
    }
  }
}
