// Looks at settled files and decides: a scan for the line, a file to wait for, or none of ours.

import FolderWatching
import Logging
import MicroscopeFiles
import Microscopy
import SystemPackage
import SystemdService
import TargetStore

/// The first half of the pipeline: from a settled file to a decision.
struct FileLooker: Sendable {
  let watcher: FolderWatcher
  let inForce: WorkInForce
  let store: TargetStore
  let board: FileStateBoard
  let line: ScanLine
  let patience: FilePatience
  let hands: FileHands
  let retry: StoreRetry
  let idle: IdleFlag
  let logger: Logger

  private var inspector: FileInspector { inForce.now.inspector }
  private var budget: MemoryBudget { inForce.now.budget }
  private var quiet: QuietTime { inForce.now.quiet }
  private var canSize: Bool { inForce.now.canSize }

  static let pauseOfUnreadable = Duration.seconds(300)
  private static let pauseAfterOpenTrial = Duration.seconds(10)

  /// Takes settled files until the watcher ends.
  func run(_ token: ProgressToken) async throws {
    while let file = await idle.while({ await watcher.next() }) {
      token.proveProgress()
      do {
        try await look(at: file)
      } catch let error as CancellationError {
        throw error
      } catch {
        // A lasting refusal by the database concerns this one file's row; the next may be taken.
        logger.report(.databaseTrouble, "\(error)", metadata: ["file": "\(file.path)"])
      }
    }
  }

  /// - Parameter evenIfKnown: for a file whose companion has just come.
  private func look(at file: SettledFile, evenIfKnown: Bool = false) async throws {
    let record = FileRecord(file)
    if let reason = FileNames.reasonToIgnore(file.path) {
      return try await retry { () async throws(TargetStoreError) in
        try await board.state(file.path, .ignored, reason: reason)
      }
    }
    if !evenIfKnown, let known = try await known(record) { return try await recall(known, file) }
    switch try await hands.take(file, retry, idle) {
    case .taken: break
    case .open(let why):
      return try await postpone(file, .waiting, "it is under suspicion: \(why)", Self.pauseAfterOpenTrial)
    case .condemned(let reason):
      logger.report(
        .fileQuarantined, "\(file.path): \(reason)", metadata: ["file": "\(file.path)", "reason": "\(reason)"])
      return try await conclude(record, file, .failed, reason)
    }
    var stopwatch = Stopwatch()
    let channels = inForce.now.configuration.channels
    let inspection = Result { try inspect(file) }
    stopwatch.lap("look")
    try await hands.putDown(file, retry)
    do {
      try await decide(inspection.get(), file, record, Look(ms: stopwatch.lapsMS[0].ms, channels: channels))
    } catch let error as FileUnavailable {
      try await unavailable(error, file)
    } catch let error as MicroscopeFileError {
      try await unreadable(file, "\(error.message)", isGone: error.code == .noSuchFile)
    }
  }

  /// The bytes of one version, whatever happens to the name meanwhile: it is the settled one before and after.
  private func inspect(_ file: SettledFile) throws -> FileInspection {
    try file.openForReading().close()
    let inspection = try inspector.inspect(file.path)
    try file.openForReading().close()
    return inspection
  }

  /// What is known of this version, unless more is known by now: a pixel size for scans that had none.
  private func known(_ record: FileRecord) async throws -> KnownFile? {
    try await retry { () async throws(TargetStoreError) in
      let known = try store.known(record)
      if canSize, case .scan(let sha256) = known, try store.lacksPixelSize(ofContent: sha256) { return nil }
      return known
    }
  }

  /// What an earlier look found still holds.
  private func recall(_ known: KnownFile, _ file: SettledFile) async throws {
    await patience.forget(file.path)
    try await retry { () async throws(TargetStoreError) in
      switch known {
      case .scan: try await board.forget(file.path)
      case .failure(let state, let reason): try await board.state(file.path, state, reason: reason)
      }
    }
  }

  /// How long a look took, and what was in force when it began.
  private struct Look {
    let ms: Double
    let channels: ChannelRule
  }

  private func decide(
    _ inspection: FileInspection, _ file: SettledFile, _ record: FileRecord, _ look: Look
  ) async throws {
    if inspection.verdict != .incomplete, !quiet.isProven(inspection, file),
      let pause = await patience.quietPause(for: file, rest: quiet.rest(file.path))
    {
      return try await postpone(file, .waiting, "it is not sure to be whole: waits until nobody writes to it", pause)
    }
    switch inspection.verdict {
    case .ready: try await ready(inspection, file, record, look)
    case .incomplete: try await incomplete(file, record, reason: inspection.reason)
    case .rejected:
      logger.report(
        inspection.isTooLarge ? .scanTooLarge : .fileRejected, "\(file.path) is no scan: \(inspection.reason)",
        metadata: ["file": "\(file.path)", "reason": "\(inspection.reason)"])
      try await conclude(record, file, .rejected, inspection.reason)
    case .ignored:
      logger.debug("ignored: \(inspection.reason)", metadata: ["file": "\(file.path)"])
      try await conclude(record, file, .ignored, inspection.reason)
      try await lookAtCompanions(of: file)
    }
  }

  private func ready(
    _ inspection: FileInspection, _ file: SettledFile, _ record: FileRecord, _ look: Look
  ) async throws {
    if let companion = Companion.missing(beside: file.path), companion.isNeeded(inspection),
      let pause = await patience.companionPause(for: file)
    {
      return try await postpone(file, .waiting, "it waits for its companion \(companion.name)", pause)
    }
    await patience.forget(file.path)
    let stride = inForce.now.engine.rules.stridePixels
    if let reason = inspection.scan.flatMap({ budget.refusal($0, stride: stride) }) {
      logger.report(
        .scanTooLarge, "\(file.path): \(reason)", metadata: ["file": "\(file.path)", "reason": "\(reason)"])
      return try await conclude(record, file, .failed, reason)
    }
    let sha256 = inspection.contentSHA256 ?? ""
    let conditions = ConditionsRecord(inspection.scan)
    let copy = try await retry { () async throws(TargetStoreError) in
      try store.recordCopy(ofContent: sha256, file: record, conditions: conditions, canSize: canSize)
    }
    if let copy {
      await board.release(file.path)
      logger.debug("the same content as scan \(copy)", metadata: ["file": "\(file.path)"])
    } else {
      // A full line is no hang.
      let decoded = inspection.scan.map { DecodedScan(scan: $0, sha256: sha256, channels: look.channels) }
      await idle.while {
        await line.add(PendingScan(file: file, taken: .now, lookMS: look.ms, decoded: decoded))
      }
    }
  }

  private func incomplete(_ file: SettledFile, _ record: FileRecord, reason: String) async throws {
    if let pause = await patience.pause(for: file) { return try await postpone(file, .incomplete, reason, pause) }
    let verdict = "it never became complete (\(reason)); it is looked at again when it changes"
    logger.report(
      .fileIncomplete, "\(file.path): \(verdict)", metadata: ["file": "\(file.path)", "reason": "\(reason)"])
    try await conclude(record, file, .incomplete, verdict)
  }

  private func unavailable(_ error: FileUnavailable, _ file: SettledFile) async throws {
    switch error.code {
    case .changed: return
    case .gone: try await unreadable(file, error.reason, isGone: true)
    case .unreadable: try await unreadable(file, error.reason, isGone: false)
    }
  }

  /// Permissions and disks get better: a file that can't be read is never given up.
  private func unreadable(_ file: SettledFile, _ reason: String, isGone: Bool) async throws {
    if isGone {
      await patience.forget(file.path)
      return try await retry { () async throws(TargetStoreError) in try await board.forget(file.path) }
    }
    let isFirst = await patience.isFirstTime(file)
    if isFirst {
      logger.report(
        .fileUnreadable, "\(file.path): \(reason)", metadata: ["file": "\(file.path)", "reason": "\(reason)"])
    }
    if let pause = await patience.pause(for: file) {
      return try await postpone(file, .waiting, "\(reason); it is tried again", pause)
    }
    // A server that answers again changes no file, so the file itself is no reason to look.
    try await postpone(file, .failed, "\(reason); it is tried again every five minutes", Self.pauseOfUnreadable)
  }

  private func postpone(_ file: SettledFile, _ state: FileState, _ reason: String, _ pause: Duration) async throws {
    try await retry { () async throws(TargetStoreError) in try await board.state(file.path, state, reason: reason) }
    await watcher.handOutAgain(file, after: pause)
  }

  private func conclude(
    _ record: FileRecord, _ file: SettledFile, _ state: FileState, _ reason: String
  ) async throws {
    await patience.forget(file.path)
    try await retry { () async throws(TargetStoreError) in
      try await board.conclude(record, at: file.path, state, reason: reason)
    }
  }

  /// A companion that comes late changes what the files beside it are, though not a byte of theirs.
  private func lookAtCompanions(of late: SettledFile) async throws {
    for path in Companion.served(by: late.path) {
      guard
        let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
      else { continue }
      defer { try? descriptor.close() }
      guard (try? descriptor.stat().type) == .regular, let identity = try? FileIdentity(of: descriptor) else {
        continue
      }
      let file = SettledFile(path: path, root: late.root, identity: identity, arrival: late.arrival)
      // One that nobody has looked at comes by itself.
      let known = try await retry { () async throws(TargetStoreError) in try store.known(FileRecord(file)) }
      if known != nil { try await look(at: file, evenIfKnown: true) }
    }
  }
}
