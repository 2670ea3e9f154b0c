// Takes scans from the line, ranks them and commits each with its targets in one transaction.

import FolderWatching
import Logging
import MicroscopeFiles
import Synchronization
import SystemPackage
import SystemdService
import TargetStore
import Triage

/// The second half of the pipeline.
final class ScanRanker: Sendable {
  private let watcher: FolderWatcher
  private let inForce: WorkInForce
  private let store: TargetStore
  private let board: FileStateBoard
  private let line: ScanLine
  private let health: PipelineHealth
  private let retry: StoreRetry
  private let hands: FileHands
  /// Whose scores found no room.
  private let withoutRoom = Mutex<Set<FilePath>>([])
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

  /// Takes scans until the line is closed. While one is read and ranked, the one before may still be committed.
  func run(_ token: ProgressToken, idle: IdleFlag) async throws {
    try await withThrowingTaskGroup(of: Void.self) { commits in
      var committing: String?
      while true {
        // A loop that waits for work has nothing left to commit: a commit that hangs shows as a loop that does.
        if await line.isEmpty { try await commits.waitForAll() }
        guard let pending = await idle.while({ await line.next() }) else { break }
        token.proveProgress()
        var stopwatch = Stopwatch(since: pending.taken)
        stopwatch.lap("line")
        health.update { $0.inHand = pending.file.path.lastComponent?.string }
        defer { health.update { $0.inHand = nil } }
        var ranked: RankedFile?
        try await keeping(pending.file) {
          // What is under suspicion was tried before it came into the line; from now on it is this loop's.
          _ = try await retry { () async throws(TargetStoreError) in try store.takeInHand(FileRecord(pending.file)) }
          let work = inForce.now
          let outcome = await Self.outcome {
            guard let decoded = try await read(pending, work) else { return nil as RankedFile? }
            // The same content may be known by the end of that commit.
            if decoded.sha256 == committing { try await commits.waitForAll() }
            stopwatch.lap("read")
            return try await rank(decoded, pending, work, stopwatch)
          }
          ranked = try? outcome.get()
          if ranked == nil { try await hands.letGo(pending.file, retry) }
          _ = try outcome.get()
        }
        try await commits.waitForAll()
        committing = ranked?.decoded.sha256
        if let ranked { commits.addTask { try await self.finish(ranked) } }
      }
      try await commits.waitForAll()
    }
  }

  /// A scan on its way into the database.
  private struct RankedFile: Sendable {
    let pending: PendingScan
    let decoded: DecodedScan
    let ranked: RankedScan
    let engine: TriageEngine
    /// Until ranking began.
    let before: Stopwatch
  }

  /// Runs one step of the work on a file; what stops it concerns this file alone.
  private func keeping(_ file: SettledFile, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as CancellationError {
      throw error
    } catch {
      try await fail(file, "\(error)")
    }
  }

  private static func outcome<T>(_ body: () async throws -> T) async -> Result<T, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  /// What the line kept of a file, or what is read of it now; nil when it is no longer the scan that it was.
  private func read(_ pending: PendingScan, _ work: WorkInForce.Values) async throws -> DecodedScan? {
    let file = pending.file
    do {
      try file.openForReading().close()
      if let decoded = pending.decoded, decoded.channels == work.configuration.channels { return decoded }
      let inspection = try work.inspector.inspect(file.path)
      try file.openForReading().close()
      if inspection.verdict == .ready, let scan = inspection.scan, let sha256 = inspection.contentSHA256 {
        return DecodedScan(scan: scan, sha256: sha256, channels: work.configuration.channels)
      }
    } catch is FileUnavailable {
      // Another version settles and comes by itself; one that went needs nothing.
    } catch is MicroscopeFileError {}
    await watcher.handOutAgain(file, after: .zero)
    return nil
  }

  private func rank(
    _ decoded: DecodedScan, _ pending: PendingScan, _ work: WorkInForce.Values, _ before: Stopwatch
  ) async throws -> RankedFile? {
    let record = FileRecord(pending.file)
    let conditions = ConditionsRecord(decoded.scan)
    let copy = try await retry { () async throws(TargetStoreError) in
      try store.recordCopy(ofContent: decoded.sha256, file: record, conditions: conditions, canSize: work.canSize)
    }
    if copy != nil {
      await board.release(pending.file.path)
      return nil
    }
    do {
      var scan = decoded.scan
      scan.image = ProvenImage(image: scan.image, token: retry.token)
      let ranked = try await work.engine.rank(scan)
      try Task.checkCancellation()
      return RankedFile(pending: pending, decoded: decoded, ranked: ranked, engine: work.engine, before: before)
    } catch is MicroscopeFileError {
      // It changed, or its disk went, while a large image was read piece by piece.
      await watcher.handOutAgain(pending.file, after: .zero)
      return nil
    } catch let trouble as StorageTrouble {
      try await postpone(pending.file, trouble)
      return nil
    }
  }

  /// Disks get better: the scan is never given up for one. Said once a file.
  private func postpone(_ file: SettledFile, _ trouble: StorageTrouble) async throws {
    if withoutRoom.withLock({ $0.insert(file.path).inserted }) {
      logger.report(
        .scoresWithoutRoom, "\(file.path): \(trouble)", metadata: ["file": "\(file.path)", "reason": "\(trouble)"])
    }
    try await retry { [board] () async throws(TargetStoreError) in
      try await board.state(file.path, .failed, reason: "\(trouble); it is tried again every five minutes")
    }
    await watcher.handOutAgain(file, after: FileLooker.pauseOfUnreadable)
  }

  private func finish(_ work: RankedFile) async throws {
    try await keeping(work.pending.file) {
      let outcome = await Self.outcome { try await commit(work) }
      try await hands.letGo(work.pending.file, retry)
      try outcome.get()
    }
  }

  private func commit(_ work: RankedFile) async throws {
    let (pending, ranked, sha256) = (work.pending, work.ranked, work.decoded.sha256)
    let targets = ranked.result.targets.map { TargetRecord($0, tileEdgeNM: ranked.tileEdgeNM) }
    let pictures = PictureRecord.all(ranked)
    var stopwatch = Stopwatch()
    let outcome = try await retry { () async throws(TargetStoreError) in
      let latencyMS = pending.taken.duration(to: .now).milliseconds
      let scan = ScanRecord(ranked, contentSHA256: sha256, engine: work.engine, latencyMS: latencyMS)
      return try store.record(scan, targets: targets, pictures: pictures, file: FileRecord(pending.file))
    }
    stopwatch.lap("commit")
    await board.release(pending.file.path)
    withoutRoom.withLock { _ = $0.remove(pending.file.path) }
    if case .recorded(let number) = outcome {
      let stages =
        [("look", pending.lookMS)] + work.before.lapsMS.map { ($0.stage, $0.ms) }
        + ranked.stagesMS.map { ($0.stage, $0.ms) } + stopwatch.lapsMS.map { ($0.stage, $0.ms) }
      let times = stages.map { "\($0.0) \(($0.1 * 10).rounded() / 10)" }.joined(separator: ", ")
      logger.debug("scan \(number) by stage, ms: \(times)", metadata: ["scan": "\(number)"])
      say(number, ranked, sha256, pending, work.engine, latencyMS: pending.taken.duration(to: .now).milliseconds)
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
