// One word of health and the lines that explain it.

import FolderWatching
import TargetStore

enum HealthReport {
  private static let journal = "journalctl -x -u eelscoutd"

  static func make(_ watch: WatchStatus, inLine: Int, health: PipelineHealth.State) -> DaemonReport {
    if let damage = health.damage {
      return DaemonReport(
        state: .degraded, status: "the database is damaged: \(damage.finding); scans are held back",
        action: damage.advice, see: journal)
    }
    if let trouble = health.databaseTrouble {
      return DaemonReport(
        state: .degraded, status: trouble.message, action: action(for: trouble), see: journal)
    }
    for folder in watch.folders {
      if case .absent(let reason) = folder.state {
        let present = watch.folders.filter { if case .absent = $0.state { false } else { true } }.map(\.path.string)
        let rest = present.isEmpty ? "" : "; watching \(list(present))"
        return DaemonReport(
          state: .waiting, status: "folder \(folder.path) can't be watched: \(reason)\(rest)",
          action: "make or mount the folder and let the daemon read it; it goes on by itself", see: journal)
      }
    }
    if let problem = watch.problems.first {
      let more = watch.problems.count > 1 ? " (and \(watch.problems.count - 1) more)" : ""
      return DaemonReport(
        state: .degraded, status: "\(problem.path) can't be looked into: \(problem.reason)\(more)",
        action: "let the daemon read it; it goes on by itself", see: journal)
    }
    return DaemonReport(state: .ok, status: work(watch, inLine: inLine, health: health))
  }

  private static func action(for trouble: TargetStoreError) -> String {
    switch trouble.code {
    case .diskFull: "free space where the database lies; the daemon goes on by itself"
    case .busy: "end the program that holds the database; the daemon goes on by itself"
    case .moved: "put the database back, or restart the daemon to work with what stands there now"
    default: "look at the disk and the permissions of the state directory"
    }
  }

  /// More names than this help nobody.
  private static let longestList = 4

  private static func list(_ names: [String]) -> String {
    let more = names.count - longestList
    return names.prefix(longestList).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  private static func work(_ watch: WatchStatus, inLine: Int, health: PipelineHealth.State) -> String {
    var parts = ["watching \(list(watch.folders.map(\.path.string)))"]
    for folder in watch.folders {
      if case .polling(let reason) = folder.state { parts.append("\(folder.path) by listing it: \(reason)") }
    }
    if let name = health.inHand { parts.append("ranking \(name)") }
    let waiting = inLine + watch.readyCount
    if waiting > 0 { parts.append("\(waiting) files in line") }
    if let scan = health.lastScan { parts.append("last: \(scan)") }
    return parts.joined(separator: "; ")
  }
}
