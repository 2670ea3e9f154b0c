// What the loops of the pipeline report about themselves.

import FoundationEssentials
import Synchronization
import TargetStore

/// The pipeline's state at one moment, written by its loops and read by the overseer.
final class PipelineHealth: Sendable {
  /// The database is damaged: the pipeline holds still until it is restored.
  struct Damage: Sendable {
    let finding: String
    /// What to do, with the newest backup.
    let advice: String
  }

  struct State: Sendable {
    var damage: Damage?
    /// Why the database refuses work; nil while it takes it.
    var databaseTrouble: TargetStoreError?
    /// Whether the journal knows of the present trouble.
    var isTroubleTold = false
    /// Since when another program holds the database.
    var busySince: ContinuousClock.Instant?
    /// When the journal was last told of each kind of trouble.
    var troublesTold: [TargetStoreError.Code: ContinuousClock.Instant] = [:]
    /// Loops that are trying a write again; until they succeed, the success of others says little.
    var retries = 0
    /// Name of the file whose scan is being ranked.
    var inHand: String?
    /// The last scan in words.
    var lastScan: String?
    /// Scans of this run, for the metrics.
    var tally = ScanTally()
    /// What the overseer last saw.
    var look: Look?

    /// Whether the last write was refused, told or not: a lock met once counts until a write has gone through.
    var isDatabaseInTrouble: Bool { databaseTrouble != nil || busySince != nil }
  }

  /// The whole at one turn of the overseer.
  struct Look: Sendable {
    let report: DaemonReport
    /// Files that are settled and wait to be looked at or ranked.
    let queue: Int
    let at = Date()
    var hasEnded = false
  }

  private let state = Mutex(State())

  var now: State { state.withLock { $0 } }

  func update(_ change: (inout State) -> Void) {
    state.withLock { change(&$0) }
  }
}
