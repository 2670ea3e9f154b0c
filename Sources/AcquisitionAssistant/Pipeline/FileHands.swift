// Files in hand: marked in the database while they are worked on, tried apart once they are under suspicion.

import FolderWatching
import Logging
import SystemPackage
import SystemdService
import TargetStore

/// Sees to it that a file that ends the process is found out and set aside.
struct FileHands: Sendable {
  enum Judgement: Sendable {
    /// It is marked and may be worked on; `putDown` or `letGo` afterwards.
    case taken
    /// It ends whatever process works on it, for this reason.
    case condemned(String)
    /// It can't be told now.
    case open(String)
  }

  /// Unclean ends with the same file in hand before it is tried apart: one may be an accident.
  private static let endsBeforeTrial = 2

  let store: TargetStore
  let trial: FileTrial
  let logger: Logger

  func take(_ file: SettledFile, _ retry: StoreRetry, _ idle: IdleFlag) async throws -> Judgement {
    let record = FileRecord(file)
    let ends = try await retry { () async throws(TargetStoreError) in try store.takeInHand(record) }
    guard ends >= Self.endsBeforeTrial else { return .taken }
    // Whatever ends the daemon during the trial, it is not this file in the daemon's hand.
    try await putDown(file, retry)
    logger.notice(
      "\(file.path) was in hand at \(ends) unclean ends: it is tried in a process of its own",
      metadata: ["file": "\(file.path)"])
    switch await idle.while({ await trial.run(file.path) }) {
    case .died(let how):
      try await letGo(file, retry)
      return .condemned(
        "set aside: the daemon ended uncleanly \(ends) times with it in hand, and a trial of this file alone ended by "
          + "\(how); it is looked at again when it changes")
    case .unknown(let why): return .open(why)
    case .lived:
      try await letGo(file, retry)
      _ = try await retry { () async throws(TargetStoreError) in try store.takeInHand(record) }
      return .taken
    }
  }

  /// One step is done, another one is to come.
  func putDown(_ file: SettledFile, _ retry: StoreRetry) async throws {
    let record = FileRecord(file)
    try await retry { () async throws(TargetStoreError) in try store.putDown(record) }
  }

  /// All work on the file is done.
  func letGo(_ file: SettledFile, _ retry: StoreRetry) async throws {
    let record = FileRecord(file)
    try await retry { () async throws(TargetStoreError) in try store.letGo(record) }
  }
}
