// What the daemon last said, as far as it still counts.

import Foundation

extension DaemonReport {
  /// A daemon without a heartbeat for so long hangs or waits for a disk, seconds.
  public static let silenceLimit = 60.0

  /// What the daemon last said counts only as long as it lives.
  /// - Parameters:
  ///   - isRunning: whether a daemon holds the state directory; nil where that can't be found out.
  ///   - heartbeatAt: as the database has it.
  public func judged(isRunning: Bool?, heartbeatAt: String?, now: Date) -> DaemonReport {
    let heartbeat = heartbeatAt.flatMap(Timestamp.date)
    let silence = heartbeat.map { now.timeIntervalSince($0) } ?? .infinity
    let start = "systemctl start eelscoutd"
    switch isRunning {
    case false? where state == .stopped: return self
    case false?:
      return DaemonReport(
        state: .stopped, status: "the daemon does not run; it did not end by itself", action: start,
        see: "journalctl -x -u eelscoutd")
    case nil where silence > Self.silenceLimit:
      return DaemonReport(
        state: .stopped, status: "no sign of life for \(Int(silence.isFinite ? silence : 0)) s", action: start,
        see: "journalctl -x -u eelscoutd")
    case true? where silence > Self.silenceLimit && silence.isFinite:
      return DaemonReport(
        state: .degraded, status: "the daemon runs but gave no sign of life for \(Int(silence)) s",
        action: "look at the disk of the state directory and at the mounts of the watched folders",
        see: "journalctl -x -u eelscoutd")
    default: return self
    }
  }
}
