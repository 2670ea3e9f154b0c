// What the service tells its manager: ready, reloading, stopping, status, alive.

/// Tells systemd how the service fares (sd_notify(3)). Outside systemd every call does nothing.
public struct ServiceNotifier: Sendable {
  public enum Outcome: Hashable, Sendable {
    case sent
    /// No service manager waits for notifications.
    case notSupervised
    /// The socket is there but can't be written to.
    case failed(errno: Int32)
  }

  /// The service manager cuts a notification off at 4,096 bytes; a status line longer than this helps nobody.
  static let longestStatus = 500

  public init() {}

  /// The service does its work from now on; also ends a reload.
  @discardableResult
  public func ready(status: String) -> Outcome { send("READY=1\nSTATUS=\(Self.line(status))") }

  /// The start takes longer than the service manager expects, for a reason: it is asked to wait so long from now.
  @discardableResult
  public func stillStarting(status: String, within limit: Duration) -> Outcome {
    send("EXTEND_TIMEOUT_USEC=\(limit.components.seconds * 1_000_000)\nSTATUS=\(Self.line(status))")
  }

  /// Settings are being read again; `ready(status:)` says that it is over.
  @discardableResult
  public func reloading() -> Outcome {
    send("RELOADING=1\nMONOTONIC_USEC=\(SystemdCalls.monotonicMicroseconds())")
  }

  @discardableResult
  public func stopping(status: String) -> Outcome { send("STOPPING=1\nSTATUS=\(Self.line(status))") }

  /// One line for `systemctl status`.
  @discardableResult
  public func status(_ text: String) -> Outcome { send("STATUS=\(Self.line(text))") }

  /// Proof of life; only `WatchdogFeeder` should send it.
  @discardableResult
  public func alive() -> Outcome { send("WATCHDOG=1") }

  /// After how long without `alive()` the service manager restarts the service; nil when it doesn't watch.
  public func watchdogInterval() -> Duration? {
    SystemdCalls.watchdogMicroseconds().map { .microseconds(Int64(clamping: $0)) }
  }

  private func send(_ state: String) -> Outcome {
    let result = SystemdCalls.notify(state)
    return result > 0 ? .sent : result == 0 ? .notSupervised : .failed(errno: -result)
  }

  /// A line break would start another notification: file names may hold one.
  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestStatus).map { $0.value < 0x20 ? " " : $0 }))
  }
}
