// Chooses where the log goes: the journal under systemd, standard error otherwise.

import Logging

/// Sets up swift-log for a service.
public enum ServiceLogging {
  public enum Destination: Hashable, Sendable {
    /// journald's native protocol, with fields.
    case journal
    /// Standard error, which journald reads: lines with a priority prefix.
    case journalStream
    /// Standard error, which a person or a file reads.
    case standardError
  }

  /// Where the log of this process belongs: `JOURNAL_STREAM` names the device and inode that systemd connected standard
  /// error to (systemd.exec(5)); a child that redirected it still inherits the variable.
  package static func destination(journalStream: String?, standardError: String?, journalAccepts: Bool) -> Destination {
    guard let journalStream, journalStream == standardError else { return .standardError }
    return journalAccepts ? .journal : .journalStream
  }

  /// Sends everything logged from now on to its place. Call once, before the first logger is made.
  /// - Parameters:
  ///   - identifier: the journal's SYSLOG_IDENTIFIER.
  ///   - level: the least level that is logged.
  ///   - environment: the process's.
  ///   - limiter: sums up what repeats itself; `flush` it before the process ends.
  public static func bootstrap(
    identifier: String, level: Logger.Level, environment: [String: String], limiter: MessageLimiter
  ) {
    let destination = destination(
      journalStream: environment["JOURNAL_STREAM"], standardError: SystemdCalls.streamName(of: 2),
      journalAccepts: SystemdCalls.journalAccepts())
    LoggingSystem.bootstrap { _ in
      let plain = StandardErrorLogHandler(
        level: level, style: destination == .standardError ? .terminal : .priorityPrefix)
      guard destination == .journal else { return LimitedLogHandler(plain, limiter: limiter) }
      let journal = JournalLogHandler(identifier: identifier, level: level, fallback: plain) { fields in
        let result = JournalLogHandler.sendToJournal(fields)
        if result < 0 { limiter.noteRefusal() }
        return result
      }
      return LimitedLogHandler(journal, limiter: limiter)
    }
  }
}
