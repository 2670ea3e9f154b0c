// How often the database is looked after, as configured.

/// Intervals of the upkeep; 0 switches a task off.
struct UpkeepPlan: Equatable, Sendable {
  var backupHours: Double
  var backupsKept: Int
  var checkHours: Double
  var pruneHours: Double

  init(_ configuration: AssistantConfiguration) {
    backupHours = configuration.backupHours
    backupsKept = configuration.backupsKept
    checkHours = configuration.checkHours
    pruneHours = configuration.pruneHours
  }
}
