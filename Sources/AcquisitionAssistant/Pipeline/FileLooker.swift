// Looks at settled files and decides: a scan for the line, a file to wait for, or none of ours.

import FolderWatching
import Logging
import MicroscopeFiles
import Microscopy
import SystemPackage
import SystemdService
import TargetStore

/// The first half of the pipeline: from a settled file to a decision, without keeping pixels.
struct FileLooker: Sendable {
  let watcher: FolderWatcher
  let inspector: FileInspector
  let store: TargetStore
  let board: FileStateBoard
  let line: ScanLine
  let patience: FilePatience
  let retry: StoreRetry
  let idle: IdleFlag
  let logger: Logger

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
        logger.report(.databaseTrouble, "\(error)", metadata: ["path": "\(file.path)"])
      }
    }
  }

  /// - Parameter evenIfKnown: for an array whose sidecar has just come.
  private func look(at file: SettledFile, evenIfKnown: Bool = false) async throws {
    let record = FileRecord(file)
    if let reason = FileNames.reasonToIgnore(file.path) {
      return try await retry { () async throws(TargetStoreError) in
        try await board.state(file.path, .ignored, reason: reason)
      }
    }
    if !evenIfKnown, let known = try await retry({ () async throws(TargetStoreError) in try store.known(record) }) {
      return try await recall(known, file)
    }
    do {
      try file.openForReading().close()
      let inspection = try inspector.inspect(file.path)
      try file.openForReading().close()
      try await decide(inspection, file, record)
    } catch let error as FileUnavailable {
      try await unavailable(error, file)
    } catch let error as MicroscopeFileError {
      try await unreadable(file, "\(error.message)", isGone: error.code == .noSuchFile)
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

  private func decide(_ inspection: FileInspection, _ file: SettledFile, _ record: FileRecord) async throws {
    switch inspection.verdict {
    case .ready: try await ready(inspection, file, record)
    case .incomplete: try await incomplete(file, record, reason: inspection.reason)
    case .rejected:
      logger.report(
        .fileRejected, "\(file.path) is no scan: \(inspection.reason)",
        metadata: ["path": "\(file.path)", "reason": "\(inspection.reason)"])
      try await conclude(record, file, .rejected, inspection.reason)
    case .ignored:
      logger.debug("ignored: \(inspection.reason)", metadata: ["path": "\(file.path)"])
      try await conclude(record, file, .ignored, inspection.reason)
      try await lookAtArray(ofSidecar: file)
    }
  }

  private func ready(_ inspection: FileInspection, _ file: SettledFile, _ record: FileRecord) async throws {
    if inspection.scan?.frame.pixelSizeNM == nil, file.path.extension?.lowercased() == "npy",
      let pause = await patience.companionPause(for: file)
    {
      let reason = "it states no pixel size: waits for its sidecar \(file.path.stem ?? "").json"
      return try await postpone(file, .waiting, reason, pause)
    }
    await patience.forget(file.path)
    let sha256 = inspection.contentSHA256 ?? ""
    let copy = try await retry { () async throws(TargetStoreError) in
      try store.recordCopy(ofContent: sha256, file: record)
    }
    if let copy {
      await board.release(file.path)
      logger.debug("the same content as scan \(copy)", metadata: ["path": "\(file.path)"])
    } else {
      // A full line is no hang.
      await idle.while { await line.add(PendingScan(file: file, taken: .now)) }
    }
  }

  private func incomplete(_ file: SettledFile, _ record: FileRecord, reason: String) async throws {
    if let pause = await patience.pause(for: file) { return try await postpone(file, .incomplete, reason, pause) }
    let verdict = "it never became complete (\(reason)); it is looked at again when it changes"
    logger.report(
      .fileIncomplete, "\(file.path): \(verdict)", metadata: ["path": "\(file.path)", "reason": "\(reason)"])
    try await conclude(record, file, .incomplete, verdict)
  }

  private func unavailable(_ error: FileUnavailable, _ file: SettledFile) async throws {
    switch error.code {
    case .changed: return
    case .gone: try await unreadable(file, error.reason, isGone: true)
    case .unreadable: try await unreadable(file, error.reason, isGone: false)
    }
  }

  /// Permissions and disks get better; a file that stays unreadable is given up like one that stays incomplete.
  private func unreadable(_ file: SettledFile, _ reason: String, isGone: Bool) async throws {
    if isGone {
      await patience.forget(file.path)
      return try await retry { () async throws(TargetStoreError) in try await board.forget(file.path) }
    }
    let isFirst = await patience.isFirstTime(file)
    if isFirst { logger.report(.fileUnreadable, "\(file.path): \(reason)", metadata: ["path": "\(file.path)"]) }
    if let pause = await patience.pause(for: file) {
      return try await postpone(file, .waiting, "\(reason); it is tried again", pause)
    }
    try await conclude(FileRecord(file), file, .failed, "\(reason); it is looked at again when it changes")
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

  /// A sidecar that comes after its array changes what the array is, though not a byte of the array.
  private func lookAtArray(ofSidecar sidecar: SettledFile) async throws {
    guard sidecar.path.extension?.lowercased() == "json" else { return }
    var path = sidecar.path
    path.extension = "npy"
    guard let stat = try? path.stat(flags: .symlinkNoFollow), stat.type == .regular,
      let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
    else { return }
    defer { try? descriptor.close() }
    guard let identity = try? FileIdentity(of: descriptor) else { return }
    let array = SettledFile(path: path, root: sidecar.root, identity: identity, arrival: sidecar.arrival)
    let known = try await retry { () async throws(TargetStoreError) in try store.known(FileRecord(array)) }
    // One that nobody has looked at comes by itself.
    if case .scan = known { try await look(at: array, evenIfKnown: true) }
  }
}
