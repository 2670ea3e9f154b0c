// Opening the database at the start: at once, or as soon as the disk or another program lets it be written.

import Logging
import SystemPackage
import SystemdService
import TargetStore

/// Opens the database and begins a run in it. A full disk at the start is no reason to end: the service manager would
/// start the daemon a few times more and then give it up, and nothing would come back by itself.
struct StoreOpening {
  /// For each further trial the service manager is asked for this much more time.
  private static let patience = Duration.seconds(60)

  let state: FilePath
  let backups: BackupFolder
  let notifier: ServiceNotifier
  let logger: Logger

  init(_ setup: AssistantSetup, notifier: ServiceNotifier, logger: Logger) {
    state = setup.state
    backups = setup.configuration.backupFolder(state: setup.state)
    self.notifier = notifier
    self.logger = logger
  }

  /// - Throws: `CommandError` for what waiting does not cure.
  func open(_ run: DaemonRun) async throws -> TargetStore {
    var told: TargetStoreError.Code?
    while true {
      do throws(TargetStoreError) {
        let store = try TargetStore(directory: state.string, backups: backups)
        try store.begin(run)
        try forgetMissingFiles(store)
        if told != nil { logger.notice("the database takes work") }
        return store
      } catch {
        guard error.isTransient else { throw Self.failure(error) }
        if told != error.code {
          logger.report(error.code == .diskFull ? .stateDiskFull : .databaseTrouble, "\(error.message)")
        }
        told = error.code
        notifier.stillStarting(status: error.message, within: Self.patience)
      }
      try await Task.sleep(for: StoreRetry.longestPause)
    }
  }

  /// A damaged database is not cured by another start: the status is the one that systemd does not restart after.
  private static func failure(_ error: TargetStoreError) -> CommandError {
    guard error.code == .corrupt else { return CommandError(error) }
    return CommandError(.badConfiguration, error.message, kind: .databaseDamaged)
  }

  /// States of files that went while no daemon ran.
  private func forgetMissingFiles(_ store: TargetStore) throws(TargetStoreError) {
    let states = try TargetStoreReader(directory: state.string).fileStates()
    try store.forgetFileStates(
      states.map(\.path).filter { bytes in
        FilePath(platformBytes: bytes).map { (try? $0.stat(flags: .symlinkNoFollow)) == nil } ?? true
      })
  }
}
