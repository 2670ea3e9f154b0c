// What the pipeline works with at this moment; a reload replaces it as a whole.

import MicroscopeFiles
import Synchronization
import TargetStore

/// One value for all loops: each takes it at the beginning of a file, so that no file sees a mixture.
final class WorkInForce: Sendable {
  struct Values: Sendable {
    let configuration: AssistantConfiguration
    let engine: TriageEngine
    let inspector: FileInspector
    let budget: MemoryBudget
    let quiet: QuietTime
    let retention: RetentionRules
    /// What the database says of it.
    let run: DaemonRun

    /// - Parameter engine: the setup's, with its progress seen by the watchdog.
    init(_ setup: AssistantSetup, engine: TriageEngine) {
      configuration = setup.configuration
      self.engine = engine
      budget = MemoryBudget(mebibytes: configuration.memoryMiB)
      inspector = FileInspector(limits: budget.fileLimits, channels: configuration.channels)
      retention = setup.retention
      quiet = QuietTime(configuration)
      run = setup.run
    }

    /// Whether files that state no pixel size get one.
    var canSize: Bool { configuration.defaultPixelSizeNM != nil }
  }

  private let values: Mutex<Values>

  init(_ values: Values) { self.values = Mutex(values) }

  var now: Values { values.withLock { $0 } }

  func use(_ other: Values) { values.withLock { $0 = other } }
}
